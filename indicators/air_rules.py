"""What do HJ 633-2012 and HJ 633-2026 prescribe, as data?

One `AqiRules` is one report (hourly or daily) under one edition or named variant. A further edition is a
further value in `HOURLY_RULES` or `DAILY_RULES`; the arithmetic in `air` does not change.
Concentrations here are integers in the column's resolution: 1 µg/m³, and 0.1 mg/m³ for CO, the digits to
which both the standard's inputs are rounded (2026 §4.2.2) and its breakpoints are printed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from indicators.standard import Edition

UGM3_IN_NG = 1_000
TENTH_MGM3_IN_NG = 100_000
# The class II limit of the O3 daily maximum 8-hour mean, GB 3095-2012 and -2026 (all phases), µg/m³,
# and of its 1-hour mean.
O3_8H_LIMIT_UGM3 = 160
O3_1H_LIMIT_UGM3 = 200

IAQI_LEVELS = (0, 50, 100, 150, 200, 300, 400, 500)


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One column of the breakpoint table, for one averaging time of one pollutant.

    `breakpoints` stand beside the first of `IAQI_LEVELS`. `past_end` says what a concentration above the
    last of them gives: "cap" 500 and beyond the index (the standard is silent: our decision),
    "hold" the last level (2026 notes b and c), "unscored" no sub-index (2012: another averaging time speaks).
    `floor` is the lowest index that the edition knows.
    Columns are constants and compared by identity, which keeps the cache of sub-indices fast.
    """

    breakpoints: tuple[int, ...]
    past_end: Literal["cap", "hold", "unscored"] = "cap"
    resolution_ng: int = UGM3_IN_NG
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One evaluated item of a report: its key in the result, its pollutant, its column and how it is averaged.

    `averaging` is "hour" for the hourly report, in the text of 2012 also "running_24h" or "running_8h";
    "day_mean", "max_8h" or "max_1h" for the daily one.
    """

    key: str
    pollutant: str
    column: Column
    averaging: Literal["hour", "running_24h", "running_8h", "day_mean", "max_8h", "max_1h"]


@dataclass(frozen=True, slots=True)
class AqiRules:
    """One report under one edition.

    With an item missing the index is computed from the others and published only above
    `partial_published_above`, then with `partial_validity`.
    """

    edition: Edition
    items: tuple[Item, ...]
    partial_published_above: int
    partial_validity: Literal["valid", "insufficient"]


# Open at the old end on purpose: cities published by HJ 633-2012 before it became binding, and recordings
# from then are judged by it.
HJ633_2012 = Edition("HJ 633", "2012", None, date(2026, 2, 28), "§6.2")
# The national centre's practice, not the text: PM by 1-hour means, items in hand are enough.
HJ633_2012_CNEMC = Edition("HJ 633", "2012/cnemc-practice", None, date(2026, 2, 28), "§6.2")
# The text of the real-time report: PM by running 24-hour means, O3 by its 1-hour and its running 8-hour mean.
HJ633_2012_TEXT = Edition("HJ 633", "2012/text", None, date(2026, 2, 28), "§6.2, real-time report")
HJ633_2026 = Edition("HJ 633", "2026", date(2026, 3, 1), None, "§4.2, table 3, §5.3.1")

_SO2_DAY = (0, 50, 150, 475, 800, 1600, 2100, 2620)
_SO2_HOUR = (0, 150, 500, 650, 800)
_NO2_DAY = (0, 40, 80, 180, 280, 565, 750, 940)
_NO2_HOUR = (0, 100, 200, 700, 1200, 2340, 3090, 3840)
_CO_DAY = (0, 20, 40, 140, 240, 360, 480, 600)
_CO_HOUR = (0, 50, 100, 350, 600, 900, 1200, 1500)
_O3_8H = (0, 100, 160, 215, 265, 800)
_O3_1H = (0, 160, 200, 300, 400, 800, 1000, 1200)
_PM10_2012 = (0, 50, 150, 250, 350, 420, 500, 600)
_PM10_2026 = (0, 50, 120, 250, 350, 420, 500, 600)
_PM25_2012 = (0, 35, 75, 115, 150, 250, 350, 500)
_PM25_2026 = (0, 35, 60, 115, 150, 250, 350, 500)

HOURLY_2012_CNEMC = AqiRules(
    edition=HJ633_2012_CNEMC,
    items=(
        Item("so2", "so2", Column(_SO2_HOUR, "unscored"), "hour"),
        Item("no2", "no2", Column(_NO2_HOUR), "hour"),
        Item("co", "co", Column(_CO_HOUR, resolution_ng=TENTH_MGM3_IN_NG), "hour"),
        Item("o3", "o3", Column(_O3_1H), "hour"),
        Item("pm10", "pm10", Column(_PM10_2012), "hour"),
        Item("pm25", "pm25", Column(_PM25_2012), "hour"),
    ),
    partial_published_above=-1,
    partial_validity="valid",
)

# The nine items of the text are these seven and the 1-hour means of PM10 and PM2.5, which have no index.
# For a missing item the decision is that of DAILY_2012, and ours.
HOURLY_2012_TEXT = AqiRules(
    edition=HJ633_2012_TEXT,
    items=(
        Item("so2", "so2", Column(_SO2_HOUR, "unscored"), "hour"),
        Item("no2", "no2", Column(_NO2_HOUR), "hour"),
        Item("co", "co", Column(_CO_HOUR, resolution_ng=TENTH_MGM3_IN_NG), "hour"),
        Item("o3_1h", "o3", Column(_O3_1H), "hour"),
        Item("o3_8h", "o3", Column(_O3_8H, "unscored"), "running_8h"),
        Item("pm10_24h", "pm10", Column(_PM10_2012), "running_24h"),
        Item("pm25_24h", "pm25", Column(_PM25_2012), "running_24h"),
    ),
    partial_published_above=100,
    partial_validity="insufficient",
)

HOURLY_2026 = AqiRules(
    edition=HJ633_2026,
    items=(
        Item("so2", "so2", Column(_SO2_HOUR, "hold", floor=1), "hour"),
        Item("no2", "no2", Column(_NO2_HOUR, floor=1), "hour"),
        Item("co", "co", Column(_CO_HOUR, resolution_ng=TENTH_MGM3_IN_NG, floor=1), "hour"),
        Item("o3", "o3", Column(_O3_1H, floor=1), "hour"),
        Item("pm10", "pm10", Column(_PM10_2026, floor=1), "hour"),
        Item("pm25", "pm25", Column(_PM25_2026, floor=1), "hour"),
    ),
    partial_published_above=100,
    partial_validity="valid",
)

# What HJ 633-2012 does with a missing item could not be verified. Ours: as in 2026, an index above 100 is
# kept (the missing item could only raise it), but marked insufficient.
DAILY_2012 = AqiRules(
    edition=HJ633_2012,
    items=(
        Item("so2", "so2", Column(_SO2_DAY), "day_mean"),
        Item("no2", "no2", Column(_NO2_DAY), "day_mean"),
        Item("co", "co", Column(_CO_DAY, resolution_ng=TENTH_MGM3_IN_NG), "day_mean"),
        Item("o3_8h", "o3", Column(_O3_8H, "unscored"), "max_8h"),
        Item("o3_1h", "o3", Column(_O3_1H), "max_1h"),
        Item("pm10", "pm10", Column(_PM10_2012), "day_mean"),
        Item("pm25", "pm25", Column(_PM25_2012), "day_mean"),
    ),
    partial_published_above=100,
    partial_validity="insufficient",
)

DAILY_2026 = AqiRules(
    edition=HJ633_2026,
    items=(
        Item("so2", "so2", Column(_SO2_DAY, floor=1), "day_mean"),
        Item("no2", "no2", Column(_NO2_DAY, floor=1), "day_mean"),
        Item("co", "co", Column(_CO_DAY, resolution_ng=TENTH_MGM3_IN_NG, floor=1), "day_mean"),
        Item("o3_8h", "o3", Column(_O3_8H, "hold", floor=1), "max_8h"),
        Item("pm10", "pm10", Column(_PM10_2026, floor=1), "day_mean"),
        Item("pm25", "pm25", Column(_PM25_2026, floor=1), "day_mean"),
    ),
    partial_published_above=100,
    partial_validity="valid",
)

# The first rule in force on the civil day judges it; a variant behind it is reached by name only.
HOURLY_RULES = (HOURLY_2026, HOURLY_2012_CNEMC, HOURLY_2012_TEXT)
DAILY_RULES = (DAILY_2026, DAILY_2012)


def rules_on(rules: tuple[AqiRules, ...], civil_date: date, variant: Edition | None) -> AqiRules:
    """The rules of a civil day, or those of a named variant on any day.

    Raises LookupError when nothing is declared for it.
    """
    for candidate in rules:
        if candidate.edition.in_force(civil_date) if variant is None else candidate.edition == variant:
            return candidate
    wanted = f"the civil day {civil_date}" if variant is None else variant.name
    raise LookupError(f"no rules are declared for {wanted}: add them in indicators/air_rules.py")
