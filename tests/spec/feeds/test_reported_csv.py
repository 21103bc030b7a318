"""What do figures that departments drop as files become, and what is corrected by them?"""

import json
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.reported_csv import COLUMNS, FEED
from feeds.reported_gateway import FEED as GATEWAY
from streams.catalog import SYSTEMS
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter

HEADER = ",".join(COLUMNS)
ROW = {
    "indicator": "grain-output",
    "area": "simcity/north",
    "period": "2026-02-01",
    "value": "12.5",
    "department": "农业农村局",
    "due_on": "2026-03-10",
    "signed_at": "2026-03-10 17:05:00",
    "version": "",
}


def row(**changes: str) -> str:
    return ",".join((ROW | changes).values())


def drop(*rows: str, header: str = HEADER) -> list[Any]:
    body = "\n".join([header, *rows, ""]).encode()
    return list(FEED.decode(Raw(FEED.name, body, {}, 0, "reported-csv", "run", 0)))


def reason(*rows: str, header: str = HEADER) -> str:
    (item,) = drop(*rows, header=header)
    return item.reason if isinstance(item, Rejected) else "event"


def test_a_row_is_a_figure_with_its_times_in_shanghais_civil_time() -> None:
    assert drop(row()) == [
        {
            "event_id": "figure:grain-output:simcity/north:2026-02-01:1773133500000",
            "entity_id": "grain-output:simcity/north",
            "area_id": "simcity/north",
            "event_time": 1_773_133_500_000,
            "quality": "good",
            "source_version": 0,
            "period": "2026-02-01",
            "department": "农业农村局",
            "value_micro": 12_500_000,
            "in_time": 1,
        }
    ]


@pytest.mark.parametrize(
    ("signed_at", "due_on", "in_time"),
    [
        ("2026-03-10 23:59:59", "2026-03-10", 1),
        ("2026-03-11 00:00:00", "2026-03-10", 0),
        ("2026-02-28 12:00:00", "2026-02-28", 1),
        ("2026-03-01 00:00:00", "2026-02-28", 0),
        ("2026-03-11 00:00:00", "", None),
    ],
)
def test_a_figure_may_be_signed_off_until_the_end_of_the_day_that_it_is_due_on(
    signed_at: str, due_on: str, in_time: int | None
) -> None:
    (event,) = drop(row(signed_at=signed_at, due_on=due_on))

    assert event["in_time"] == in_time


def test_a_value_keeps_six_decimals_that_a_float_would_lose() -> None:
    (event,) = drop(row(value="999999999.999999"))

    assert event["value_micro"] == 999_999_999_999_999


def test_columns_may_stand_in_any_order_and_others_are_not_read() -> None:
    names = [*reversed(COLUMNS), "signed_by"]
    line = ",".join([*(ROW[name] for name in reversed(COLUMNS)), "Zhao"])

    assert drop(line, header=",".join(names)) == drop(row())


def test_a_file_of_a_spreadsheet_has_a_byte_order_mark_and_other_line_ends() -> None:
    body = b"\xef\xbb\xbf" + f"{HEADER}\r\n{row()}\r\n".encode()

    assert list(FEED.decode(Raw(FEED.name, body, {}, 0, "x", "run", 0))) == drop(row())


def test_a_bad_row_stands_alone() -> None:
    first, second, third = drop(row(), row(value="n/a"), row(area="simcity/east"))

    assert isinstance(second, Rejected)
    assert [first["area_id"], third["area_id"]] == ["simcity/north", "simcity/east"]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_file_without_one_of_the_columns_is_rejected_whole(column: str) -> None:
    header = HEADER.replace(column, "something_else")

    assert reason(row(), row(), header=header) == RejectReason.UNREADABLE


def test_a_file_with_a_column_twice_is_rejected_whole() -> None:
    assert reason(f"{row()},7", header=f"{HEADER},value") == RejectReason.UNREADABLE


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"signed_at": ""}, RejectReason.MISSING_TIME),
        ({"signed_at": "2026-03-10"}, RejectReason.BAD_TIME),
        ({"signed_at": "10.03.2026 17:05:00"}, RejectReason.BAD_TIME),
        ({"period": ""}, RejectReason.MISSING_TIME),
        ({"period": "2026-2-1"}, RejectReason.BAD_TIME),
        ({"due_on": "2026-02-30"}, RejectReason.BAD_TIME),
        ({"due_on": "9999-12-31"}, RejectReason.BAD_TIME),
        ({"value": ""}, RejectReason.MISSING_VALUE),
        ({"value": "1.0000000"}, RejectReason.BAD_VALUE),
        ({"value": "1000000001"}, RejectReason.OUT_OF_RANGE),
        ({"version": "-1"}, RejectReason.BAD_VALUE),
        ({"version": "1000001"}, RejectReason.BAD_VALUE),
        ({"indicator": " "}, RejectReason.MISSING_ENTITY),
        ({"area": ""}, RejectReason.MISSING_ENTITY),
        ({"department": ""}, RejectReason.MISSING_ENTITY),
    ],
)
def test_a_row_that_cannot_be_is_rejected_and_says_why(changes: dict[str, str], expected: str) -> None:
    assert reason(row(**changes)) == expected


def test_a_cut_off_row_and_a_file_without_rows_are_unreadable() -> None:
    assert reason(row()[:30]) == RejectReason.UNREADABLE
    assert reason() == RejectReason.UNREADABLE


def test_a_file_corrects_what_a_gateway_has_told_and_the_same_file_again_changes_nothing() -> None:
    system = SYSTEMS["reported"]
    known = {"area_id": "simcity/north", "attributes": {"target_micro": 12_000_000, "lower_is_better": 0}}
    normalizer, repeats, tally = (
        Normalizer(system, lambda *_: known),
        RepeatFilter(system.repeat_span),
        Tally(),
    )
    reading = {
        "figure": "grain-output:simcity/north",
        "at": "2026-03-10T17:05:00+08:00",
        **{name: ROW[name] for name in ("period", "value", "department")},
    }
    corrected = f"{HEADER}\n{row(value='12.7', version='1')}\n".encode()

    outcomes = [
        normalizer.normalize(
            Origin("t", 0, number, 0), Raw(feed, body, {}, 1_773_140_000_000, "x", "run", 0), repeats, tally
        )
        for number, (feed, body) in enumerate(
            [(GATEWAY.name, json.dumps(reading).encode()), (FEED.name, corrected), (FEED.name, corrected)]
        )
    ]

    assert [len(outcome.events) for outcome in outcomes] == [1, 0, 0]
    (event,) = outcomes[1].archive_only
    assert (event["value_micro"], event["source_version"], event["target_micro"]) == (
        12_700_000,
        1,
        12_000_000,
    )
    assert (tally.normalized, tally.corrected, tally.repeated) == (1, 1, 1)
