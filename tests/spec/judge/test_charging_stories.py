"""What do the judged indicators of EV charging say of the sums of a window, and who has a charger near?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
EMPTY = dict.fromkeys(
    (
        *("readings", "faulted", "in_service", "occupied", "charging_readings", "charging"),
        *("energy_readings", "energy_wh", "sessions", "metered_sessions", "session_wh"),
        *("timed_sessions", "session_s"),
    ),
    0,
)
HOME = (120.0, 30.0)


def site(name: str = "S1", start: int = EIGHT, **sums: int) -> dict[str, Any]:
    return statistic("charging.sites", "site", name, start, QUARTER_MS, sums={**EMPTY, **sums})


def clock(start: int) -> dict[str, Any]:
    return statistic("charging.sites", "clock", "clock", start, QUARTER_MS, step=1, observations=0)


def told(*statistics: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    rows = newest(judged(judge_of(), statistics))
    return {name: (row["value"], row["validity"]) for (name, _, _), row in rows.items()}


def placed(kind: str, name: str, east: float, north: float, area_id: str = "bj/cy") -> dict[str, Any]:
    position = {"longitude_deg": HOME[0] + east, "latitude_deg": HOME[1] + north}
    return {**entity("charging", kind, name, area_id), **position}


def served(roster: list[dict[str, Any]], *given: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Of each place the share of its communities that are served, and of how many."""
    rows = judged(judge_of(roster), [clock(EIGHT), *given, clock(EIGHT + QUARTER_MS)])
    return {
        row["entity_id"]: (row["value"], row["inputs"]["served"], row["inputs"]["communities"])
        for row in rows
        if row["indicator_id"] == "charging.communities_served_ratio"
    }


def test_a_site_is_used_taken_and_faulted_by_its_readings() -> None:
    rows = told(
        site(readings=12, faulted=3, in_service=8, occupied=6, charging_readings=10, charging=4, sessions=1)
    )

    assert rows["charging.utilisation_ratio"] == (0.4, "valid")
    assert rows["charging.occupied_ratio"] == (0.75, "valid")
    assert rows["charging.faulted_ratio"] == (0.25, "valid")


def test_a_site_whose_format_does_not_tell_charging_has_no_share_of_it() -> None:
    rows = told(site(readings=4, in_service=4, occupied=4))

    assert rows["charging.utilisation_ratio"] == (None, "no_data")
    assert rows["charging.occupied_ratio"] == (1.0, "valid")


def test_a_site_that_is_wholly_out_of_order_has_no_share_taken() -> None:
    rows = told(site(readings=4, faulted=4, charging_readings=4))

    assert rows["charging.faulted_ratio"] == (1.0, "valid")
    assert rows["charging.occupied_ratio"] == (None, "no_data")


def test_the_energy_of_an_hour_is_that_of_its_quarters_and_of_sessions_apart() -> None:
    first = site(energy_readings=2, energy_wh=1_250, sessions=2, metered_sessions=1, session_wh=7_780)
    second = site(
        start=EIGHT + QUARTER_MS, energy_readings=1, energy_wh=250, timed_sessions=2, session_s=9_000
    )

    rows = told(first, second)

    assert rows["charging.energy_kwh"] == (1.5, "valid")
    assert rows["charging.session_energy_kwh"] == (7.78, "valid")
    assert rows["charging.session_hours"] == (1.25, "valid")


def test_an_hour_that_measured_nothing_has_no_energy_and_one_with_idle_meters_has_none_at_all() -> None:
    assert told(site())["charging.energy_kwh"] == (None, "no_data")
    assert told(site())["charging.session_energy_kwh"] == (None, "no_data")
    assert told(site())["charging.session_hours"] == (None, "no_data")
    assert told(site(energy_readings=3))["charging.energy_kwh"] == (0.0, "valid")


def test_more_taken_than_in_service_cannot_be() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        told(site(readings=3, in_service=2, occupied=3))


def test_a_community_is_served_by_a_site_in_service_within_a_kilometre() -> None:
    roster = [
        placed("site", "S1", 0, 0),
        # A degree of latitude is 111.2 km: 994 m and 1,006 m.
        placed("community", "near", 0, 0.00894),
        placed("community", "far", 0, 0.00905),
        placed("community", "elsewhere", 1, 1, "bj/hd"),
    ]

    assert served(roster, site(readings=1, in_service=1)) == {
        "bj": (0.333333, 1, 3),
        "bj/cy": (0.5, 1, 2),
        "bj/hd": (0.0, 0, 1),
    }


def test_a_site_that_was_silent_or_out_of_order_serves_nobody() -> None:
    roster = [placed("site", "S1", 0, 0), placed("community", "near", 0, 0)]

    assert served(roster)["bj"] == (0.0, 0, 1)
    assert served(roster, site(readings=2, faulted=2))["bj"] == (0.0, 0, 1)
    # Heard in the window before is not heard now.
    before = site(start=EIGHT - QUARTER_MS, readings=1, in_service=1)
    assert served(roster, before)["bj"] == (0.0, 0, 1)


def test_a_community_without_a_position_is_in_neither_number_and_without_any_there_is_no_row() -> None:
    roster = [placed("site", "S1", 0, 0), entity("charging", "community", "unplaced")]

    assert served(roster, site(readings=1, in_service=1)) == {}


def test_the_communities_that_are_served_are_held_against_the_target_of_the_city() -> None:
    roster = [placed("site", "S1", 0, 0), *(placed("community", f"C{n}", 0, 0) for n in range(4))]
    roster.append(placed("community", "C5", 1, 1))

    rows = judged(judge_of(roster), [clock(EIGHT), site(readings=1, in_service=1), clock(EIGHT + QUARTER_MS)])

    (city,) = [row for row in rows if (row["indicator_id"], row["entity_id"]) == (SERVED, "bj")]
    assert city["value"] == 0.8
    assert city["details"]["target_status.charging.coverage"] == "met"


SERVED = "charging.communities_served_ratio"


def test_who_was_heard_is_another_number_than_who_is_served() -> None:
    roster = [placed("site", "S1", 0, 0), placed("site", "S2", 0, 0), placed("community", "C1", 0, 0)]

    rows = judged(judge_of(roster), [clock(EIGHT), site(readings=1, in_service=1), clock(EIGHT + QUARTER_MS)])

    heard = {row["entity_id"]: row for row in rows if row["indicator_id"] == "charging.coverage_ratio"}
    assert (heard["bj"]["value"], heard["bj"]["expected"]) == (0.5, 2)
    assert not [name for name in heard["bj"]["details"] if name.startswith("target")]


def test_sites_of_windows_long_over_are_forgotten() -> None:
    judge = judge_of([placed("community", "C1", 0, 0), placed("site", "S1", 0, 0)])
    for number in range(80):
        start = EIGHT + number * QUARTER_MS
        judged(judge, [clock(start), site(start=start, readings=1, in_service=1)])

    kept = list(judge._state.items("charging.sites|run-1|in_service|"))

    assert 20 <= len(kept) <= 27
    assert int(kept[0][0].rpartition("|")[2]) > EIGHT + 12 * HOUR_MS
