"""What do the rows of Chicago's red-light cameras become, the clean and the dirty ones?"""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feeds.chicago_red_light import FEED
from feeds.decoding import Raw, Rejected, RejectReason
from feeds.recordings import RECORDINGS
from streams.catalog import TRAFFIC_SAFETY

HEADER = (
    "INTERSECTION,CAMERA ID,ADDRESS,VIOLATION DATE,VIOLATIONS,X COORDINATE,Y COORDINATE,LATITUDE,LONGITUDE,"
    "LOCATION\n"
)
ROW = (
    "HALSTED AND 63RD,2691,6300 S HALSTED STREET,{day},{count},1172011.176,1863049.42,41.7796575,-87.64493099,"
    '"(41.77965750036339, -87.64493099278877)"\n'
)
BLANK = ",,,,,,,,,\n"
MARKS = ("<<<<<<< HEAD\n", "=======\n", ">>>>>>> refs/remotes/somebody/master\n")


def chicago(*when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo("America/Chicago")).timestamp() * 1000)  # type: ignore[misc]


def item_of(row: str) -> Any:
    (item,) = FEED.decode(Raw(FEED.name, (HEADER + row).encode(), {}, 0, "file", "run", 0))
    return item


def counted(day: str = "7/4/2014", count: str = "16") -> Any:
    return item_of(ROW.format(day=day, count=count))


def reason(row: str) -> str:
    found = item_of(row)
    return found.reason if isinstance(found, Rejected) else "event"


def test_a_count_of_a_day_is_stamped_with_its_last_second() -> None:
    assert counted() == {
        "event_id": f"chi:HALSTED AND 63RD:{chicago(2014, 7, 4) // 1000}:2691",
        "entity_id": "HALSTED AND 63RD",
        "area_id": "chicago",
        "event_time": chicago(2014, 7, 4, 23, 59, 59),
        "quality": "good",
        "kind": "violations",
        "violations": 16,
        "period_s": 86_400,
        "clearance_s": None,
        "limit_s": None,
    }


def test_a_day_with_a_clock_change_is_as_long_as_it_was() -> None:
    assert counted("11/2/2014")["period_s"] == 25 * 3_600
    assert counted("3/9/2014")["period_s"] == 23 * 3_600


def test_neither_address_nor_coordinates_are_in_an_event() -> None:
    said = " ".join(str(value) for value in counted().values())

    assert not [hidden for hidden in ("6300 S", "41.77", "-87.64", "1172011", "1863049") if hidden in said]


def test_a_row_that_names_no_camera_is_a_count_all_the_same() -> None:
    nameless = item_of("HALSTED AND 63RD,,6300 S HALSTED STREET,7/1/2014,1,,,,,\n")

    assert nameless["event_id"] == f"chi:HALSTED AND 63RD:{chicago(2014, 7, 1) // 1000}:"
    assert nameless["violations"] == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (BLANK, RejectReason.MISSING_ENTITY),
        *((mark, RejectReason.UNREADABLE) for mark in MARKS),
        (ROW.format(day="", count="3"), RejectReason.MISSING_TIME),
        (ROW.format(day="2014-07-04", count="3"), RejectReason.BAD_TIME),
        (ROW.format(day="13/1/2014", count="3"), RejectReason.BAD_TIME),
        (ROW.format(day="2/29/2014", count="3"), RejectReason.BAD_TIME),
        (ROW.format(day="12/31/9999", count="3"), RejectReason.BAD_TIME),
        (ROW.format(day="7/4/1914", count="3"), RejectReason.BAD_TIME),
        (ROW.format(day="7/4/2014", count=""), RejectReason.MISSING_VALUE),
        (ROW.format(day="7/4/2014", count="1.5"), RejectReason.BAD_VALUE),
        (ROW.format(day="7/4/2014", count="-1"), RejectReason.BAD_VALUE),
        (ROW.format(day="7/4/2014", count="100001"), RejectReason.OUT_OF_RANGE),
        (ROW.format(day="7/4/2014", count="0"), "event"),
    ],
)
def test_what_cannot_be_an_event_says_why(row: str, why: str) -> None:
    assert reason(row) == why


def test_counts_are_sent_when_their_day_is_over_and_what_is_none_first_of_all(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    rows = (ROW.format(day="7/5/2014", count="2"), BLANK, MARKS[0], ROW.format(day="7/4/2014", count="9"))
    path.write_text(HEADER + "".join(rows))

    played = RECORDINGS["chicago-red-light"].open([path])
    records = list(played.records())

    assert played.count == len(records) == 4
    assert [record.context["row"] for record in records] == ["2", "3", "4", "1"]
    assert [record.at for record in records] == [
        *[chicago(2014, 7, 4, 23)] * 2,
        chicago(2014, 7, 5, 0, 1),
        chicago(2014, 7, 6, 0, 1),
    ]
    assert played.start <= counted("7/4/2014")["event_time"]
    assert (played.start, played.end) == (records[0].at, records[-1].at)


def test_a_count_is_not_late_for_the_day_that_it_is_of() -> None:
    tolerance_ms = TRAFFIC_SAFETY.source.out_of_orderness.total_seconds() * 1_000

    assert chicago(2014, 7, 5, 0, 1) - counted()["event_time"] < tolerance_ms


def test_the_sites_are_announced_once_each(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(HEADER + 2 * ROW.format(day="7/4/2014", count="9") + BLANK)

    entities = RECORDINGS["chicago-red-light"].open([path]).entities()

    assert [(one["entity_type"], one["entity_id"], one["area_id"]) for one in entities] == [
        ("city", "chicago", None),
        ("site", "HALSTED AND 63RD", "chicago"),
    ]
