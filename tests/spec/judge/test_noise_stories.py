"""What does a station's day say of its noise, by day and by night?"""

from math import log10
from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

from indicators.noise import energy_of

MIDNIGHT = at("2026-04-01 00:00")
STATION = entity("noise", "station", "N1")


def hour(
    number: int, level_cdb: int, readings: int = 60, area_class: int | None = 2, peak_cdb: int | None = None
) -> dict[str, Any]:
    sums = {
        "energy_milli": readings * energy_of(level_cdb),
        "readings": readings,
        "level_cdb_max": level_cdb,
        "peaks": 0 if peak_cdb is None else readings,
        "peak_cdb_max": peak_cdb or 0,
        "area_class_count": 0 if area_class is None else readings,
        "area_class_max": area_class or 0,
    }
    return statistic("noise.level", "station", "N1", MIDNIGHT + number * HOUR_MS, HOUR_MS, sums=sums)


def clock(number: int) -> dict[str, Any]:
    start = MIDNIGHT + number * HOUR_MS
    return statistic("noise.level", "clock", "clock", start, HOUR_MS, step=1, observations=0, area_id=None)


def day_of(hours: list[dict[str, Any]], indicator: str) -> dict[str, Any]:
    """The final row of the civil day."""
    rows = judged(judge_of([STATION]), [clock(0), *hours, clock(23), clock(24)])
    return newest(rows)[indicator, "N1", MIDNIGHT]


def test_a_quiet_hour_hardly_counts_beside_a_loud_one() -> None:
    row = day_of([hour(number, 7_000 if number == 12 else 4_000) for number in range(24)], "noise.ld_db")

    expected = 10 * log10((10**7.0 + 15 * 10**4.0) / 16)
    assert row["value"] == pytest.approx(expected, abs=0.05)
    assert row["value"] != (7_000 + 15 * 4_000) / 1_600


@pytest.mark.parametrize(
    ("level_cdb", "by_day", "by_night"),
    [(5_000, "0.0", "0.0"), (6_000, "0.0", "10.0"), (6_150, "1.5", "11.5")],
)
def test_day_and_night_are_held_against_the_limits_of_the_functional_area(
    level_cdb: int, by_day: str, by_night: str
) -> None:
    hours = [hour(number, level_cdb) for number in range(24)]

    for indicator, exceedance, limit in (("noise.ld_db", by_day, "60"), ("noise.ln_db", by_night, "50")):
        row = day_of(hours, indicator)
        assert (row["details"]["exceedance_db"], row["details"]["limit_db"]) == (exceedance, limit)
        assert row["details"]["exceeded"] == str(exceedance != "0.0").lower()
        assert (row["finality"], row["validity"]) == ("final", "valid")


def test_a_night_with_too_few_of_its_hours_is_insufficient() -> None:
    row = day_of([hour(number, 5_000) for number in range(3, 22)], "noise.ln_db")

    assert (row["validity"], row["observations"], row["expected"]) == ("insufficient", 3, 8)
    assert row["details"]["reason"] == "too_few_hours"


def test_a_station_without_a_functional_area_has_a_level_and_no_limit() -> None:
    row = day_of([hour(number, 5_000, area_class=None) for number in range(24)], "noise.ld_db")

    assert (row["value"], row["details"]) == (50.0, {})


def test_a_station_that_was_silent_all_day_has_no_data() -> None:
    row = day_of([], "noise.ld_db")

    assert (row["value"], row["validity"], row["finality"]) == (None, "no_data", "final")


@pytest.mark.parametrize(
    ("peak_cdb", "told"),
    [(6_500, ("65", "0.0", "false")), (6_504, ("65", "0.0", "false")), (6_510, ("65", "0.1", "true"))],
)
def test_the_loudest_moment_of_the_night_may_be_15_db_above_its_limit(
    peak_cdb: int, told: tuple[str, str, str]
) -> None:
    # A bang at noon is no sudden noise of the night.
    hours = [
        hour(number, 4_000, peak_cdb={3: peak_cdb, 12: 9_900}.get(number, 4_500)) for number in range(24)
    ]

    row = day_of(hours, "noise.night_peak_db")

    details = row["details"]
    assert (details["limit_db"], details["exceedance_db"], details["exceeded"]) == told
    assert (row["value"], row["validity"], row["observations"]) == (round(peak_cdb / 100, 1), "valid", 8)


def test_a_monitor_that_tells_no_peaks_has_none() -> None:
    row = day_of([hour(number, 4_000) for number in range(24)], "noise.night_peak_db")

    assert (row["value"], row["validity"]) == (None, "no_data")
