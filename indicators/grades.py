"""Which grade has this value, and in which colour is it shown?

A scale is an ordered list of grades with the cuts between them: a threshold is written here once, and the
formulas, the catalog and the screens read it from here.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

NO_GRADE_COLOUR = "#808080"


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade: its full Chinese word, the English one, its level (1 is the best) and its colour (hex)."""

    word: str
    word_en: str
    level: int
    colour: str


@dataclass(frozen=True, slots=True)
class GradeScale:
    """Grades in ascending order of the value, with one integer cut between each two neighbours.

    `quantity` names what is graded, which need not be the indicator that shows the grade.
    `cut_belongs` says which neighbour owns a value that lies exactly on a cut.
    """

    id: str
    quantity: str
    grades: tuple[Grade, ...]
    cuts: tuple[int, ...]
    cut_belongs: Literal["below", "above"]

    def __post_init__(self) -> None:
        if len(self.cuts) != len(self.grades) - 1 or list(self.cuts) != sorted(set(self.cuts)):
            raise ValueError(f"scale {self.id} needs one rising cut between each two grades, got {self.cuts}")

    def of(self, value: int | Fraction) -> Grade:
        """The grade of an exact value."""
        return self.of_ratio(value.numerator, value.denominator)

    def of_ratio(self, numerator: int, denominator: int) -> Grade:
        """The grade of numerator / denominator, without building the ratio (denominator positive).

        The cuts are integers, so a ratio lies above a cut exactly when its ceiling does, and has reached a
        cut exactly when its floor has.
        """
        if self.cut_belongs == "below":
            return self.grades[bisect_left(self.cuts, -(-numerator // denominator))]
        return self.grades[bisect_right(self.cuts, numerator // denominator)]


# HJ 633-2012 and HJ 633-2026 have the same six grades, cuts and colours.
AQI_GRADES = GradeScale(
    id="aqi",
    quantity="AQI",
    grades=(
        Grade("优", "excellent", 1, "#00E400"),
        Grade("良", "good", 2, "#FFFF00"),
        Grade("轻度污染", "lightly polluted", 3, "#FF7E00"),
        Grade("中度污染", "moderately polluted", 4, "#FF0000"),
        Grade("重度污染", "heavily polluted", 5, "#99004C"),
        Grade("严重污染", "severely polluted", 6, "#7E0023"),
    ),
    cuts=(50, 100, 150, 200, 300),
    cut_belongs="below",
)

# The words and cuts are those of GB/T 33171-2016; the colours are ours.
_CONGESTION = (
    Grade("畅通", "free flow", 1, "#00A65A"),
    Grade("基本畅通", "mostly free flow", 2, "#8CC63F"),
    Grade("轻度拥堵", "light congestion", 3, "#FFD400"),
    Grade("中度拥堵", "moderate congestion", 4, "#FF7E00"),
    Grade("严重拥堵", "severe congestion", 5, "#C8001E"),
)

# GB/T 33171-2016 §8.1: by speed over free-flow speed, in percent; exactly 70 % is no longer 畅通.
LINK_GRADES = GradeScale(
    id="link_congestion",
    quantity="speed over free-flow speed, %",
    grades=_CONGESTION[::-1],
    cuts=(30, 40, 50, 70),
    cut_belongs="below",
)

# GB/T 33171-2016 §7.2.3: by the traffic performance index, 0 to 10, lower bound inclusive.
NETWORK_GRADES = GradeScale(
    id="network_congestion",
    quantity="TPI",
    grades=_CONGESTION,
    cuts=(2, 4, 6, 8),
    cut_belongs="above",
)

# DB11/T 785-2011, secondary source: by speed in km/h for each class of road, exactly 65 km/h is no longer 畅通.
BEIJING_EXPRESSWAY_GRADES = GradeScale(
    id="beijing_expressway",
    quantity="speed on an expressway, km/h",
    grades=_CONGESTION[::-1],
    cuts=(20, 35, 50, 65),
    cut_belongs="below",
)
BEIJING_ARTERIAL_GRADES = GradeScale(
    id="beijing_arterial",
    quantity="speed on an arterial road, km/h",
    grades=_CONGESTION[::-1],
    cuts=(15, 20, 30, 40),
    cut_belongs="below",
)
BEIJING_LOCAL_GRADES = GradeScale(
    id="beijing_local",
    quantity="speed on a secondary or branch road, km/h",
    grades=_CONGESTION[::-1],
    cuts=(10, 15, 25, 35),
    cut_belongs="below",
)

# The bands of Beijing's index by extra travel time, secondary source; which band owns a cut is ours.
BEIJING_EXTRA_TIME_GRADES = GradeScale(
    id="beijing_extra_time",
    quantity="extra travel time over free-flow time, %",
    grades=_CONGESTION,
    cuts=(20, 50, 80, 110),
    cut_belongs="above",
)

# Amap's congestion delay index, a provider's practice from a secondary source; the colours are ours.
AMAP_GRADES = GradeScale(
    id="amap_delay_index",
    quantity="travel time over free-flow time, %",
    grades=(
        Grade("畅通", "free flow", 1, "#00A65A"),
        Grade("缓行", "slow", 2, "#FFD400"),
        Grade("拥堵", "congested", 3, "#FF7E00"),
        Grade("严重拥堵", "severe congestion", 4, "#C8001E"),
    ),
    cuts=(150, 200, 400),
    cut_belongs="above",
)

# Level of service of a basic freeway segment, HCM, secondary source; the Chinese words and the colours are ours.
FREEWAY_LOS_GRADES = GradeScale(
    id="freeway_los",
    quantity="density, passenger cars per mile and lane",
    grades=(
        Grade("服务水平A", "LOS A", 1, "#00A65A"),
        Grade("服务水平B", "LOS B", 2, "#8CC63F"),
        Grade("服务水平C", "LOS C", 3, "#FFD400"),
        Grade("服务水平D", "LOS D", 4, "#FF7E00"),
        Grade("服务水平E", "LOS E", 5, "#C8001E"),
        Grade("服务水平F", "LOS F", 6, "#7E0023"),
    ),
    cuts=(11, 18, 26, 35, 45),
    cut_belongs="below",
)

# GB 3838-2002: the class of the worst item, 6 for water that fails class Ⅴ; the colours are ours.
WATER_CLASS_GRADES = GradeScale(
    id="water_class",
    quantity="class of the worst item, 1 to 6",
    grades=(
        Grade("Ⅰ类", "class I", 1, "#5AC8FA"),
        Grade("Ⅱ类", "class II", 2, "#1E78E6"),
        Grade("Ⅲ类", "class III", 3, "#00A65A"),
        Grade("Ⅳ类", "class IV", 4, "#FFD400"),
        Grade("Ⅴ类", "class V", 5, "#FF7E00"),
        Grade("劣Ⅴ类", "worse than class V", 6, "#C8001E"),
    ),
    cuts=(1, 2, 3, 4, 5),
    cut_belongs="below",
)

# The levels of a city's noise by day, HJ 640-2012, secondary source; the colours are ours.
_NOISE = (
    Grade("一级", "level 1", 1, "#00A65A"),
    Grade("二级", "level 2", 2, "#8CC63F"),
    Grade("三级", "level 3", 3, "#FFD400"),
    Grade("四级", "level 4", 4, "#FF7E00"),
    Grade("五级", "level 5", 5, "#C8001E"),
)
AREA_NOISE_GRADES = GradeScale(
    id="area_noise",
    quantity="mean daytime level of the area, 0.1 dB(A)",
    grades=_NOISE,
    cuts=(500, 550, 600, 650),
    cut_belongs="below",
)
ROAD_NOISE_GRADES = GradeScale(
    id="road_noise",
    quantity="mean daytime level along roads, 0.1 dB(A)",
    grades=_NOISE,
    cuts=(680, 700, 720, 740),
    cut_belongs="below",
)

# The bands of NEDOCS, secondary source; the Chinese words and the colours are ours.
ED_CROWDING_GRADES = GradeScale(
    id="ed_crowding",
    quantity="NEDOCS score",
    grades=(
        Grade("不忙", "not busy", 1, "#00A65A"),
        Grade("忙碌", "busy", 2, "#8CC63F"),
        Grade("极忙", "extremely busy", 3, "#FFD400"),
        Grade("拥挤", "overcrowded", 4, "#FF7E00"),
        Grade("严重拥挤", "severely overcrowded", 5, "#C8001E"),
        Grade("危险拥挤", "dangerously overcrowded", 6, "#7E0023"),
    ),
    cuts=(20, 60, 100, 140, 180),
    cut_belongs="below",
)

RIVER_STATES = GradeScale(
    id="river-state",
    quantity="how many of the station's own levels are reached",
    grades=(
        Grade("正常水位", "normal", 1, "#00B050"),
        Grade("超设防水位", "above the guard level", 2, "#F2C500"),
        Grade("超警戒水位", "above the warning level", 3, "#FF7E00"),
        Grade("超保证水位", "above the guarantee level", 4, "#C8001E"),
    ),
    cuts=(1, 2, 3),
    cut_belongs="above",
)

PARKING_GRADES = GradeScale(
    id="parking",
    quantity="percent of the spaces that are taken",
    grades=(
        Grade("车位充足", "ample", 1, "#00B050"),
        Grade("车位紧张", "filling", 2, "#F2C500"),
        Grade("车位近满", "nearly full", 3, "#FF7E00"),
        Grade("车位已满", "full", 4, "#C8001E"),
    ),
    cuts=(70, 90, 100),
    cut_belongs="above",
)

# What operators of squares and scenic areas act on: 60 % watch, 80 % slow the inflow, 100 % close; the city's own.
CROWD_GRADES = GradeScale(
    id="crowd",
    quantity="percent of the capacity that is present",
    grades=(
        Grade("客流平稳", "calm", 1, "#00B050"),
        Grade("客流较多", "busy", 2, "#F2C500"),
        Grade("客流拥挤", "crowded", 3, "#FF7E00"),
        Grade("客流饱和", "at capacity", 4, "#C8001E"),
    ),
    cuts=(60, 80, 100),
    cut_belongs="above",
)

# The words and cuts that are in common use for rain in 24 h (GB/T 28592-2012, unverified); the colours are ours.
RAIN_GRADES = GradeScale(
    id="rain_24h",
    quantity="rain in 24 h, 0.1 mm",
    grades=(
        Grade("无雨或微量降雨", "no rain or traces", 1, "#00B050"),
        Grade("小雨", "light rain", 2, "#A6F28E"),
        Grade("中雨", "moderate rain", 3, "#3DBA3D"),
        Grade("大雨", "heavy rain", 4, "#61B8FF"),
        Grade("暴雨", "rainstorm", 5, "#1E46E6"),
        Grade("大暴雨", "heavy rainstorm", 6, "#FA00FA"),
        Grade("特大暴雨", "extreme rainstorm", 7, "#800040"),
    ),
    cuts=(1, 100, 250, 500, 1_000, 2_500),
    cut_belongs="above",
)

# The city's own cuts; that drought is told by relative soil moisture in steps of ten percent is in common use.
DROUGHT_GRADES = GradeScale(
    id="drought",
    quantity="relative soil moisture, %",
    grades=(
        Grade("特旱", "extreme drought", 5, "#7E0023"),
        Grade("重旱", "severe drought", 4, "#C8001E"),
        Grade("中旱", "moderate drought", 3, "#FF7E00"),
        Grade("轻旱", "light drought", 2, "#F2C500"),
        Grade("无旱", "no drought", 1, "#00B050"),
    ),
    cuts=(30, 40, 50, 60),
    cut_belongs="below",
)
FROST_GRADES = GradeScale(
    id="frost",
    quantity="lowest air temperature, °C",
    grades=(
        Grade("重霜冻", "severe frost", 4, "#7E0023"),
        Grade("霜冻", "frost", 3, "#C8001E"),
        Grade("霜冻风险", "risk of frost", 2, "#F2C500"),
        Grade("无霜冻", "no frost", 1, "#00B050"),
    ),
    cuts=(-2, 0, 4),
    cut_belongs="below",
)

SCALES = (
    AQI_GRADES,
    LINK_GRADES,
    NETWORK_GRADES,
    BEIJING_EXPRESSWAY_GRADES,
    BEIJING_ARTERIAL_GRADES,
    BEIJING_LOCAL_GRADES,
    BEIJING_EXTRA_TIME_GRADES,
    AMAP_GRADES,
    FREEWAY_LOS_GRADES,
    WATER_CLASS_GRADES,
    AREA_NOISE_GRADES,
    ROAD_NOISE_GRADES,
    ED_CROWDING_GRADES,
    RIVER_STATES,
    PARKING_GRADES,
    CROWD_GRADES,
    RAIN_GRADES,
    DROUGHT_GRADES,
    FROST_GRADES,
)


def grade_of(word: str) -> Grade:
    """The grade with that full Chinese word; KeyError when no scale has it."""
    for scale in SCALES:
        for grade in scale.grades:
            if grade.word == word:
                return grade
    raise KeyError(f"no scale has the grade {word!r}: grades are written in full, for example 轻度污染")


def colour_of(word: str | None) -> str:
    """The colour (hex) of a grade's word; grey when there is no grade; KeyError for an unknown word."""
    return NO_GRADE_COLOUR if word is None else grade_of(word).colour
