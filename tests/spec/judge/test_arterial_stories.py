"""How does a corridor do against its base year, and when is that not known?"""

from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from judge_stories import at, entity, judge_of, judged, newest, road_clock, statistic

from citybrain.reference import example
from citybrain.reference.entities import entities
from citybrain.reference.folder import reference_of
from indicators.arterial_efficiency import Travel
from indicators.workdays_china import CHINA_2026
from streams.baselines import attributes_of, baseline_of, class_of
from streams.judge.arterial import GAIN
from streams.keyed_state import KeyedState
from streams.workdays import labels_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOW_MS = 300_000
WEDNESDAY, LABOUR_DAY, NEXT_YEAR = "2026-04-01", "2026-05-01", "2027-04-01"
# 36 km/h and 30 km/h.
MORNING = (class_of("workday", "07:00-09:00"), Travel(1_000_000, 100_000_000))
EVENING = (class_of("workday", "17:00-19:00"), Travel(500_000, 60_000_000))
ON_HOLIDAYS = (class_of("day_off", "08:00-20:00"), Travel(1_000_000, 100_000_000))


def corridor(*classes: Any) -> dict[str, Any]:
    told = {"attributes": attributes_of(classes), "labels": {"base_year": "2025"}}
    return {**entity("road", "corridor", "ring", None), **told}


def calendar(**labels: str) -> dict[str, Any]:
    return {
        **entity("city", "calendar", "2026", None),
        "labels": {**labels_of(CHINA_2026, SHANGHAI), **labels},
    }


LINK = {**entity("road", "link", "L1"), "attributes": {"length_m": 500}, "labels": {"corridor": "ring"}}
CITY = [LINK, corridor(MORNING, EVENING, ON_HOLIDAYS), calendar()]


def windows(day: str, begin: str, end: str, seconds_per_km: int) -> list[dict[str, Any]]:
    """Every window in those hours: 100 km driven in each."""
    sums = {
        "travel_time_ms": 100 * seconds_per_km * 1000,
        "free_flow_time_ms": 5_000_000,
        "length_m": 100_000,
        "weight": 200,
        "vehicles": 200,
        "vehicle_counts": 1,
    }
    return [
        statistic("road.travel_time", "link", "L1", start, WINDOW_MS, sums=sums)
        for start in range(at(f"{day} {begin}"), at(f"{day} {end}"), WINDOW_MS)
    ]


def told(
    day: str, *driven: dict[str, Any], roster: Any = CITY, state: KeyedState | None = None
) -> dict[str, Any]:
    """The row of the day after its last window."""
    clocks = [
        road_clock(start) for start in range(at(f"{day} 00:00"), at(f"{day} 00:00") + 86_400_000, WINDOW_MS)
    ]
    following = road_clock(at(f"{day} 00:00") + 86_400_000, step=1)
    line = sorted([*driven, *clocks], key=lambda one: (one["window_start"], one["entity_type"] == "clock"))
    rows = judged(judge_of(roster, state), [*line, following])
    found = {key: row for key, row in newest(rows).items() if key[0] == GAIN}
    ((key, row),) = found.items()
    assert key == (GAIN, "ring", at(f"{day} 00:00"))
    return row


def test_the_gain_is_of_the_base_years_classes_by_what_was_driven_then():
    row = told(
        WEDNESDAY,
        *windows(WEDNESDAY, "07:00", "09:00", 80),
        *windows(WEDNESDAY, "12:00", "13:00", 500),
        *windows(WEDNESDAY, "17:00", "19:00", 150),
    )

    # 160,000 s on 1,500 km then; 80 s on 1,000 km and 150 s on 500 km now. Noon is in no class of the base year.
    assert row["value"] == round(float(Fraction(160_000, 80_000 + 75_000) - 1), 6)
    assert (row["validity"], row["finality"], row["entity_type"]) == ("valid", "final", "corridor")
    assert (row["observations"], row["expected"]) == (48, 48)
    assert row["window_end"] - row["window_start"] == 86_400_000
    assert row["details"]["gain.workday, 07:00-09:00"] == "0.250"
    assert row["details"]["gain.workday, 17:00-19:00"] == "-0.200"
    assert (row["details"]["base_year"], row["details"]["days"]) == ("2025", "workday")
    assert row["inputs"] == {
        "baseline_length_m": 1_500_000,
        "baseline_travel_time_ms": 160_000_000,
        "length_m": 4_800_000,
        "travel_time_ms": 24 * 100 * (80 + 150) * 1000,
    }


def test_a_holiday_of_the_citys_calendar_is_held_against_days_off():
    row = told(LABOUR_DAY, *windows(LABOUR_DAY, "08:00", "20:00", 50))

    assert (row["details"]["days"], row["value"]) == ("day_off", 1.0)


def test_a_day_that_the_city_takes_off_itself_is_one_too():
    city = [LINK, corridor(MORNING, EVENING, ON_HOLIDAYS), calendar(holidays=WEDNESDAY)]

    row = told(WEDNESDAY, *windows(WEDNESDAY, "08:00", "20:00", 50), roster=city)

    assert row["details"]["days"] == "day_off"


@pytest.mark.parametrize(("day", "roster"), [(NEXT_YEAR, CITY), (WEDNESDAY, CITY[:2])])
def test_a_year_that_nobody_declared_is_refused_by_name(day, roster):
    row = told(day, *windows(day, "07:00", "09:00", 80), roster=roster)

    assert (row["value"], row["validity"], row["details"]["reason"]) == (None, "no_data", "undeclared_year")
    assert "2027" in row["details"]["undeclared"] or "no calendar" in row["details"]["undeclared"]


def test_with_too_little_of_the_base_years_driving_it_is_not_valid():
    row = told(WEDNESDAY, *windows(WEDNESDAY, "07:00", "09:00", 80))

    # Two thirds of what was driven then; 70 % is needed.
    assert (row["validity"], row["details"]["reason"]) == ("insufficient", "too_little_comparable")
    assert row["value"] == 0.25


def test_a_class_with_less_than_half_of_its_windows_is_left_out():
    row = told(
        WEDNESDAY, *windows(WEDNESDAY, "07:00", "09:00", 80), *windows(WEDNESDAY, "17:00", "17:55", 10)
    )

    assert row["validity"] == "insufficient"
    assert row["value"] == 0.25


def test_outside_the_hours_of_the_base_year_nothing_can_be_compared():
    row = told(WEDNESDAY, *windows(WEDNESDAY, "12:00", "13:00", 80))

    assert (row["value"], row["validity"], row["details"]["reason"]) == (
        None,
        "no_data",
        "nothing_comparable",
    )


def test_a_corridor_of_which_nothing_was_heard_all_day_has_no_data():
    row = told(WEDNESDAY)

    assert (row["value"], row["validity"], row["details"]["reason"]) == (None, "no_data", "nothing_came")


def test_the_day_so_far_is_told_with_every_window_and_a_repeat_changes_nothing():
    driven = windows(WEDNESDAY, "07:00", "07:10", 80)
    line = [
        driven[0],
        driven[1],
        driven[1],
        road_clock(at(f"{WEDNESDAY} 07:00")),
        road_clock(at(f"{WEDNESDAY} 07:05")),
    ]
    state = KeyedState()
    rows = [
        row
        for row in judged(judge_of(CITY, state), [*line, road_clock(at(f"{WEDNESDAY} 07:10"), step=1)])
        if row["indicator_id"] == GAIN
    ]
    again = [row for row in judged(judge_of(CITY, state), [*line, *line[-1:]]) if row["indicator_id"] == GAIN]

    assert [row["finality"] for row in rows] == ["provisional"] * len(rows)
    assert rows[-1]["observations"] == 2
    assert {row["revision"] for row in again} <= {1, 2}


@pytest.mark.parametrize(
    "roster", [[LINK, calendar()], [LINK, {**entity("road", "corridor", "ring", None)}, calendar()]]
)
def test_a_corridor_without_a_base_year_is_not_asked_for(roster):
    driven = windows(WEDNESDAY, "07:00", "07:05", 80)
    rows = judged(
        judge_of(roster),
        [*driven, road_clock(at(f"{WEDNESDAY} 07:00")), road_clock(at(f"{WEDNESDAY} 07:05"), 1)],
    )

    assert GAIN not in {row["indicator_id"] for row in rows}


def test_the_simulated_citys_ring_is_told_from_its_shipped_reference_data():
    known = [
        one
        for one in entities(reference_of(example.FOLDER), SHANGHAI)
        if one["valid_from"] <= at("2026-04-01 00:00")
    ]
    (ring,) = [one for one in known if one["entity_type"] == "corridor"]
    links = [one for one in known if one["labels"].get("corridor") == "ring"]
    driven, then, now = [], Fraction(0), Fraction(0)
    for one, travel in baseline_of(ring).items():
        if one.days == "workday":
            begin = at(f"{WEDNESDAY} 00:00") + one.begin * 60_000
            spent = length = 0
            for number, link in enumerate(links):
                length_m, time_ms = (
                    link["attributes"]["length_m"],
                    link["attributes"]["free_flow_time_ms"] * (2 + number % 2),
                )
                sums = {
                    "travel_time_ms": time_ms,
                    "free_flow_time_ms": time_ms,
                    "length_m": length_m,
                    "weight": 1,
                }
                driven += [
                    statistic(
                        "road.travel_time",
                        "link",
                        link["entity_id"],
                        start,
                        WINDOW_MS,
                        sums={**sums, "vehicles": 0, "vehicle_counts": 0},
                    )
                    for start in range(begin, begin + (one.end - one.begin) * 60_000, WINDOW_MS)
                ]
                spent, length = spent + time_ms, length + length_m
            then += travel.travel_time_ms
            now += Fraction(spent, length) * travel.length_m

    row = told(WEDNESDAY, *driven, roster=known)

    assert len(links) == 396
    assert row["value"] == round(float(then / now - 1), 6)
    assert row["validity"] == "valid"
