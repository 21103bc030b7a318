"""What do the judged indicators of polluting firms say of an hour, and of a night?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

MIDNIGHT = at("2026-04-01 00:00")
LINE = "enterprise-0123456789abcdef:line-1"
NIGHT = (0, 1, 2, 3, 4, 5, 22, 23)
EMPTY = dict.fromkeys(
    (
        *("readings", "judgeable", "production_running", "running_together"),
        *("quiet_readings", "above_quiet", "power_w", "quiet_w"),
    ),
    0,
)


def hour(number: int, **sums: int) -> dict[str, Any]:
    start = MIDNIGHT + number * HOUR_MS
    return statistic("pollution-power.lines", "line", LINE, start, HOUR_MS, sums={**EMPTY, **sums})


def clock(number: int) -> dict[str, Any]:
    start = MIDNIGHT + number * HOUR_MS
    return statistic("pollution-power.lines", "clock", "clock", start, HOUR_MS, step=1, observations=0)


def told(**sums: int) -> dict[str, tuple[Any, Any]]:
    rows = newest(judged(judge_of(), [hour(8, **sums)]))
    return {name: (row["value"], row["validity"]) for (name, _, _), row in rows.items()}


def night(*hours: dict[str, Any]) -> dict[str, tuple[Any, Any, Any]]:
    """What the whole civil day says of its night: value, validity and why."""
    roster = [entity("pollution-power", "line", LINE)]
    rows = newest(judged(judge_of(roster), [*hours, clock(23), clock(24)]))
    return {
        name: (row["value"], row["validity"], row["details"].get("reason"))
        for (name, _, start), row in rows.items()
        if start == MIDNIGHT and "night" in name
    }


def quiet(number: int, above: int = 0, power_w: int = 48_000) -> dict[str, Any]:
    """Twelve readings of a line that declares 6 kW as its quiet."""
    return hour(
        number, readings=12, quiet_readings=12, above_quiet=above, power_w=power_w, quiet_w=12 * 6_000
    )


def test_production_without_treatment_lowers_the_share_that_is_treated() -> None:
    rows = told(readings=12, judgeable=12, production_running=10, running_together=7)

    assert rows["pollution-power.together_ratio"] == (0.7, "valid")
    assert rows["pollution-power.production_ratio"] == (0.833333, "valid")


def test_a_firm_that_does_not_produce_has_nothing_to_treat() -> None:
    rows = told(readings=12, judgeable=12)

    assert rows["pollution-power.together_ratio"] == (None, "no_data")
    assert rows["pollution-power.production_ratio"] == (0.0, "valid")


def test_a_line_that_declares_no_threshold_is_judged_in_nothing() -> None:
    rows = told(readings=12)

    assert rows["pollution-power.together_ratio"] == (None, "no_data")
    assert rows["pollution-power.production_ratio"] == (None, "no_data")


def test_more_treated_than_produced_cannot_be() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        told(readings=12, judgeable=12, production_running=2, running_together=3)


def test_the_night_is_that_of_the_civil_day_and_its_working_hours_are_not_in_it() -> None:
    by_day = [quiet(number, above=12, power_w=1_200_000) for number in range(6, 22)]
    by_night = [quiet(number, above=3, power_w=108_000) for number in NIGHT]

    assert night(*by_day, *by_night) == {
        "pollution-power.night_above_quiet_ratio": (0.25, "valid", None),
        "pollution-power.night_use_ratio": (1.5, "valid", None),
    }


@pytest.mark.parametrize(("first", "last"), [(5, 22), (0, 22), (5, 23)])
def test_the_night_begins_at_twenty_two_and_ends_at_six(first: int, last: int) -> None:
    found = night(*(quiet(number) for number in range(6, 22)), quiet(first, above=12), quiet(last, above=0))

    assert found["pollution-power.night_above_quiet_ratio"] == (0.5, "insufficient", "too_few_hours")


@pytest.mark.parametrize(("hours", "validity"), [(5, "insufficient"), (6, "valid")])
def test_three_quarters_of_the_night_must_have_readings(hours: int, validity: str) -> None:
    found = night(*(quiet(number) for number in NIGHT[:hours]))

    assert found["pollution-power.night_use_ratio"][:2] == (0.666667, validity)


def test_a_line_without_a_declared_quiet_or_without_a_reading_has_no_night() -> None:
    nothing = (None, "no_data")

    undeclared = night(*(hour(number, readings=12) for number in range(24)))
    assert {found[:2] for found in undeclared.values()} == {nothing}
    silent = night()
    assert {found[:2] for found in silent.values()} == {nothing}
    assert len(silent) == 2
