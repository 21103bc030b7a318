"""What do the judged indicators of work safety say of the sums of a quarter of an hour, and of an hour?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
MEASURE = "work-safety.reports"
EMPTY = dict.fromkeys(
    (
        *(
            f"{of}_{what}"
            for of in ("gas", "pressure", "level")
            for what in ("readings", "limited", "exceeded", "exceeded_s")
        ),
        *("findings", "findings_major", "rectified", "rectified_due", "rectified_on_time"),
    ),
    0,
)


def quarter(number: int, entity_type: str = "city", **sums: int) -> dict[str, Any]:
    start = EIGHT + number * QUARTER_MS
    return statistic(MEASURE, entity_type, "X", start, QUARTER_MS, sums={**EMPTY, **sums})


def clock(start: int) -> dict[str, Any]:
    return statistic(MEASURE, "clock", "clock", start, QUARTER_MS, step=1, observations=0)


def told(*quarters: dict[str, Any]) -> dict[str, tuple[Any, Any, Any]]:
    return {
        name: (row["value"], row["validity"], row["details"].get("reason"))
        for (name, _, _), row in newest(judged(judge_of(), quarters)).items()
    }


def test_each_reading_above_its_limit_stands_for_its_interval() -> None:
    rows = told(
        quarter(
            0,
            "site",
            gas_readings=15,
            gas_limited=15,
            gas_exceeded=3,
            gas_exceeded_s=180,
            pressure_readings=5,
            pressure_limited=5,
            pressure_exceeded=1,
            pressure_exceeded_s=90,
            level_readings=4,
        )
    )

    assert rows["work-safety.exceedance_minutes"] == (4.5, "valid", None)
    assert rows["work-safety.gas_exceedance_minutes"] == (3.0, "valid", None)
    assert rows["work-safety.pressure_exceedance_minutes"] == (1.5, "valid", None)
    assert rows["work-safety.exceedance_ratio"] == (0.2, "valid", None)


def test_a_site_below_its_limits_has_no_minute_above_them() -> None:
    rows = told(quarter(0, "site", level_readings=15, level_limited=15))

    assert rows["work-safety.level_exceedance_minutes"] == (0.0, "valid", None)
    assert rows["work-safety.exceedance_minutes"] == (0.0, "valid", None)
    assert rows["work-safety.exceedance_ratio"] == (0.0, "valid", None)


def test_a_site_without_limits_is_not_said_to_be_below_them() -> None:
    rows = told(quarter(0, "site", gas_readings=15))

    assert rows["work-safety.exceedance_minutes"] == (None, "no_data", "site_has_no_limits")
    assert rows["work-safety.gas_exceedance_minutes"] == (None, "no_data", "site_has_no_limits")
    assert rows["work-safety.exceedance_ratio"] == (None, "no_data", "site_has_no_limits")
    assert rows["work-safety.pressure_exceedance_minutes"] == (None, "no_data", "nothing_counted")


def test_findings_are_counted_over_the_hour() -> None:
    rows = told(
        quarter(0, findings=3, findings_major=1, rectified=2, rectified_due=2, rectified_on_time=1),
        quarter(2, findings=1, rectified=3, rectified_due=2, rectified_on_time=2),
    )

    assert rows["work-safety.findings_opened"] == (4.0, "valid", None)
    assert rows["work-safety.major_findings_opened"] == (1.0, "valid", None)
    assert rows["work-safety.rectified_on_time_ratio"] == (0.75, "valid", None)


def test_an_hour_in_which_nothing_was_due_has_no_share() -> None:
    rows = told(quarter(0, rectified=2))

    assert rows["work-safety.rectified_on_time_ratio"] == (None, "no_data", "nothing_counted")
    assert rows["work-safety.findings_opened"] == (0.0, "valid", None)


def test_a_silent_site_has_no_data_and_lowers_the_share_of_those_heard() -> None:
    roster = [entity("work-safety", "site", "X"), entity("work-safety", "site", "Y")]
    given = [clock(EIGHT), quarter(0, "site", gas_readings=1, gas_limited=1), clock(EIGHT + QUARTER_MS)]

    rows = newest(judged(judge_of(roster), given))

    assert rows["work-safety.exceedance_minutes", "X", EIGHT]["value"] == 0.0
    assert rows["work-safety.exceedance_minutes", "Y", EIGHT]["validity"] == "no_data"
    assert rows["work-safety.coverage_ratio", "bj/cy", EIGHT]["value"] == 0.5


def test_of_a_day_a_site_was_heard_in_one_quarter_of_the_two_that_were_over() -> None:
    night = at("2026-04-01 23:30")
    heard = statistic(MEASURE, "site", "X", night, QUARTER_MS, sums={**EMPTY, "gas_readings": 1})
    clocks = [clock(night + number * QUARTER_MS) for number in range(3)]

    rows = newest(
        judged(judge_of([entity("work-safety", "site", "X")]), [clocks[0], heard, clocks[1], clocks[2]])
    )

    (uptime,) = [row for (name, _, _), row in rows.items() if name == "work-safety.uptime_ratio"]
    assert (uptime["value"], uptime["observations"], uptime["expected"]) == (0.5, 1, 2)
    assert uptime["window_end"] - uptime["window_start"] == 24 * HOUR_MS


def test_more_readings_above_a_limit_than_were_held_against_one_cannot_be() -> None:
    with pytest.raises(ValueError, match="2 of 1"):
        told(quarter(0, gas_limited=1, gas_exceeded=2))
