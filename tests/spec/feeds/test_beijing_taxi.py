"""What does a point of a taxi's track become, and what of the sheet that it stands in?"""

from typing import Any

import pytest

from feeds.decoding import Raw, Rejected
from feeds.directory import decode

HEADER = "Time,Lng,Lat,Speed\n"
NEW_YEAR_IN_BEIJING = 1_735_660_800_000


def items(rows: str, day: str | None = "2025-01-01") -> list[Any]:
    context = {} if day is None else {"day": day}
    return list(decode(Raw("beijing-taxi", (HEADER + rows).encode(), context, 0, "test", "run", 0)))


def test_a_point_is_a_speed_in_the_grid_cell_that_it_lies_in() -> None:
    (event,) = items("00:00:21,117.091683,40.135785,36.5\n")

    assert event["entity_id"] == "grid:4013:11709"
    assert event["event_time"] == NEW_YEAR_IN_BEIJING + 21_000
    assert (event["speed_dkmh"], event["area_id"], event["quality"]) == (365, "beijing", "good")


def test_nothing_is_said_of_passengers() -> None:
    (event,) = items("00:00:21,117.091683,40.135785,0.0\n")

    assert (event["vacant"], event["boarded"]) == (None, None)


def test_a_taxi_that_stands_has_the_speed_nought() -> None:
    assert items("00:00:21,117.091683,40.135785,0.0\n")[0]["speed_dkmh"] == 0


def test_two_points_of_a_second_are_two_events_and_the_same_point_twice_is_one() -> None:
    first, second, again = items(
        "21:18:16,117.091650,40.135788,0\n21:18:16,117.091667,40.135798,0\n21:18:16,117.09165,40.135788,0.0\n"
    )

    assert first["entity_id"] == second["entity_id"]
    assert first["event_id"] != second["event_id"]
    assert first == again


def test_south_and_west_of_nought_the_cell_is_still_the_one_around_the_point() -> None:
    assert items("12:00:00,-0.005,-0.005,10\n")[0]["entity_id"] == "grid:-1:-1"


def test_no_position_is_in_an_event() -> None:
    (event,) = items("00:00:21,117.091683,40.135785,36\n")

    assert not [value for value in event.values() if "117.09" in str(value) or "40.13" in str(value)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",117.09,40.13,10", "missing_time"),
        ("25:00:00,117.09,40.13,10", "bad_time"),
        ("0.000243,117.09,40.13,10", "bad_time"),
        ("00:00:21,,40.13,10", "missing_entity"),
        ("00:00:21,117.09,,10", "missing_entity"),
        ("00:00:21,east,40.13,10", "bad_value"),
        ("00:00:21,40.13,117.09,10", "out_of_range"),
        ("00:00:21,117.09,40.13,", "missing_value"),
        ("00:00:21,117.09,40.13,fast", "bad_value"),
        ("00:00:21,117.09,40.13,-1", "out_of_range"),
        ("00:00:21,117.09,40.13,251", "out_of_range"),
        ("00:00:21,117.09", "unreadable"),
    ],
)
def test_what_cannot_be_a_point_says_why(row: str, reason: str) -> None:
    (item,) = items(f"{row}\n")

    assert isinstance(item, Rejected)
    assert item.reason.value == reason


@pytest.mark.parametrize(
    ("day", "reason"), [(None, "missing_time"), ("", "missing_time"), ("today", "bad_time")]
)
def test_a_day_is_never_invented(day: str | None, reason: str) -> None:
    (item,) = items("00:00:21,117.091683,40.135785,36.5\n", day)

    assert item.reason.value == reason


def test_a_cut_off_sheet_of_points_is_unreadable() -> None:
    (item,) = decode(Raw("beijing-taxi", b"Time,Lng,Lat\n00:00:21,117.09,40.13\n", {}, 0, "test", "run", 0))

    assert item.reason.value == "unreadable"
