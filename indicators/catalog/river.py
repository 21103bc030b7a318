"""Which numbers tell how high the rivers stand, and how fast they rise?"""

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Indicator, Sums
from indicators.grades import RIVER_STATES
from indicators.rounding import ratio_to_float
from indicators.water_level import WATER_LEVEL_V1, LevelName, StationLevels, water_level

_MEASURE = "river.level"
_PROVED_BY = ("queensland-river", SIMULATOR)
_OWNER = "Water resources bureau (水利局)"
_MM_PER_M = 1_000
_LS_PER_M3S = 1_000
_LEVELS: tuple[LevelName, ...] = ("guard", "warning", "guarantee")


def _level(_: str, sums: Sums) -> Figure:
    if not sums["level_count"]:
        return Figure(None, None, "no_data", {"reason": "no_values"})
    highest = sums["level_mm_max"]
    own = {f"{name}_mm": sums[f"{name}_mm_max"] for name in _LEVELS if sums[f"{name}_count"]}
    value = ratio_to_float(highest, _MM_PER_M)
    if not own:
        return Figure(value, details={"reason": "station_has_no_levels"})
    result = water_level(highest, StationLevels("the station", **own))
    details = {name: str(level) for name, level in own.items()}
    if result.to_next_mm is not None:
        details |= {"next_level": str(result.next_level), "to_next_mm": str(result.to_next_mm)}
    # By the gravest one, so that a station without a guard level is graded like the others.
    rank = 1 + _LEVELS.index(result.reached[-1]) if result.reached else 0
    return Figure(value, RIVER_STATES.of(rank).word, details=details)


def _discharge(_: str, sums: Sums) -> Figure:
    if not sums["discharge_count"]:
        return Figure(None, None, "no_data", {"reason": "no_values"})
    return Figure(ratio_to_float(sums["discharge_ls_sum"], sums["discharge_count"] * _LS_PER_M3S))


INDICATORS = (
    Indicator(
        id="river.level_m",
        name_en="Highest water level",
        name_zh="最高水位",
        question="How high did the water stand, against the station's own levels?",
        unit="m",
        direction="lower",
        entity_types=("station",),
        window="PT1H",
        formula="the highest level of the hour over the station's own datum; its grade is the gravest of the station's own "
        "levels that it reached, exactly reached included; levels of two stations cannot be compared",
        editions=(WATER_LEVEL_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        judged=_level,
        inputs=(
            "level_count",
            "level_mm_max",
            "level_mm_min",
            "guard_mm_max",
            "warning_mm_max",
            "guarantee_mm_max",
        ),
        grades=RIVER_STATES,
    ),
    Indicator(
        id="river.discharge_m3s",
        name_en="Mean discharge",
        name_zh="平均流量",
        question="How much water flows past?",
        unit="m3/s",
        direction=None,
        entity_types=("station",),
        window="PT1H",
        formula="mean of the discharges of the hour, negative where the tide runs upstream",
        editions=(WATER_LEVEL_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        judged=_discharge,
        inputs=("discharge_count", "discharge_ls_sum"),
    ),
    Indicator(
        id="river.rise_mmh",
        name_en="Rise of the water",
        name_zh="水位涨幅",
        question="How fast does the water rise?",
        unit="mm/h",
        direction="lower",
        entity_types=("station",),
        window="PT1H",
        formula="mean level of the hour - mean level of the hour before, each rounded half-even to a millimetre",
        editions=(WATER_LEVEL_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        inputs=("level_mm_mean", "level_mm_mean_before"),
    ),
    *coverage_of(
        "river", "station", ("river gauge", "river gauges", "水文测站"), "PT1H", _MEASURE, owner=_OWNER
    ),
)
