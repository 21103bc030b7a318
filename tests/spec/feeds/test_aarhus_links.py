"""What does a poll of the links of Aarhus become, and how is it played again?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.aarhus_links import FEED
from feeds.decoding import Raw, Rejected, RejectReason
from feeds.recording import OpenRecording
from feeds.recordings import RECORDINGS, RecordingError

HEADER = "_id,REPORT_ID,TIMESTAMP,status,avgMeasuredTime,medianMeasuredTime,vehicleCount,avgSpeed\n"
GOOD = "1,7001,2024-03-22T07:15:00,OK,61,59,12,54\n"
LINKS = "_id,REPORT_NAME,REPORT_ID,DISTANCE_IN_METERS,NDT_IN_KMH\n"


def utc(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc]


def poll(text: str) -> list[Any]:
    return list(FEED.decode(Raw(FEED.name, text.encode(), {}, 0, "file", "run", 0)))


def reasons(text: str) -> list[str]:
    return [item.reason if isinstance(item, Rejected) else "event" for item in poll(text)]


def row(
    *, link: str = "7001", at: str = "2024-03-22T07:15:00", vehicles: str = "12", speed: str = "54"
) -> str:
    return f"1,{link},{at},OK,61,59,{vehicles},{speed}\n"


def test_a_link_with_vehicles_becomes_a_speed_that_counts_for_as_many() -> None:
    assert poll(HEADER + GOOD) == [
        {
            "event_id": "aar:7001:1711088100",
            "entity_id": "7001",
            "area_id": None,
            "event_time": utc(2024, 3, 22, 6, 15),
            "quality": "good",
            "speed_kmh": 54.0,
            "weight": 12,
            "vehicles": 12,
        }
    ]


def test_summer_time_is_two_hours_ahead_of_utc() -> None:
    assert poll(HEADER + row(at="2024-04-02T14:40:00"))[0]["event_time"] == utc(2024, 4, 2, 12, 40)


def test_a_row_that_is_not_ok_by_its_own_word_is_suspect() -> None:
    assert poll(HEADER + GOOD.replace("OK", "ERROR"))[0]["quality"] == "suspect"


@pytest.mark.parametrize("speed", ["0", "5"])
def test_no_vehicle_is_a_missing_value_whatever_speed_stands_beside_it(speed: str) -> None:
    assert reasons(HEADER + row(vehicles="0", speed=speed)) == [RejectReason.MISSING_VALUE]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (row(link=""), RejectReason.MISSING_ENTITY),
        (row(at=""), RejectReason.MISSING_TIME),
        (row(at="22/03/2024 07:15"), RejectReason.BAD_TIME),
        (row(at="2024-03-31T02:30:00"), RejectReason.BAD_TIME),
        (row(vehicles=""), RejectReason.MISSING_VALUE),
        (row(vehicles="1.5"), RejectReason.BAD_VALUE),
        (row(vehicles="-1"), RejectReason.BAD_VALUE),
        (row(vehicles="10001"), RejectReason.OUT_OF_RANGE),
        (row(speed=""), RejectReason.MISSING_VALUE),
        (row(speed="fast"), RejectReason.BAD_VALUE),
        (row(speed="0"), RejectReason.OUT_OF_RANGE),
        (row(speed="251"), RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_bad_row_says_why_and_leaves_the_next_alone(bad: str, why: RejectReason) -> None:
    assert reasons(HEADER + bad + GOOD) == [why, "event"]


@pytest.mark.parametrize("left", ["1,7002,2024-03-22T07:1", "1,7002,2024-03-22T07:15:00,OK,61,59,12,5"])
def test_a_poll_that_was_cut_off_loses_its_last_row_even_where_that_looks_whole(left: str) -> None:
    assert reasons(HEADER + GOOD + left) == ["event", RejectReason.UNREADABLE]


def test_a_poll_that_was_cut_off_in_its_header_is_unreadable() -> None:
    assert reasons(HEADER[:40]) == [RejectReason.UNREADABLE]


def test_an_unknown_column_does_no_harm_and_a_renamed_one_makes_the_poll_unreadable() -> None:
    wider = HEADER.replace("\n", ",colour\n") + GOOD.replace("\n", ",red\n")

    assert poll(wider) == poll(HEADER + GOOD)
    assert reasons(HEADER.replace("avgSpeed", "speed") + GOOD) == [RejectReason.UNREADABLE]


def opened(folder: Path, *contents: str) -> OpenRecording:
    paths = []
    for number, content in enumerate(contents):
        paths.append(folder / f"{number}.csv")
        paths[-1].write_text(content)
    return RECORDINGS["aarhus-links"].open(paths)


def test_the_poll_is_sent_whole_at_its_most_common_time_whatever_its_stale_and_future_links_say(
    tmp_path: Path,
) -> None:
    stale, ahead = row(at="2020-03-17T13:30:00"), row(at="2024-04-02T14:40:00")
    text = HEADER + stale + GOOD + row(link="7002") + ahead

    played = opened(tmp_path, LINKS + "1,A to B,7001,1000,60\n", text)
    (record,) = played.records()

    assert record.payload == text.encode()
    assert (played.count, record.at, played.end) == (1, utc(2024, 3, 22, 6, 15), utc(2024, 3, 22, 6, 15))
    assert played.start == utc(2024, 3, 22, 6)
    # A stale reading is late, and not of an unknown link.
    assert {one["valid_from"] for one in played.entities()} == {utc(2020, 3, 17, 12)}
    assert {one["valid_to"] for one in played.entities()} == {utc(2024, 4, 2, 13)}


def test_of_times_as_common_the_newest_is_when_the_poll_is_sent(tmp_path: Path) -> None:
    played = opened(
        tmp_path, HEADER + row(at="2024-03-22T07:18:00") + GOOD, LINKS + "1,A to B,7001,1000,60\n"
    )

    assert played.end == utc(2024, 3, 22, 6, 18)


def test_links_of_the_poll_are_announced_with_their_published_length_and_normal_speed(tmp_path: Path) -> None:
    links = (
        LINKS + "1,A to B,7001,1000,60\n2,Not polled,9,500,50\n3,No speed,7002,500,0\n4,No length,7003,,50\n"
    )

    city, link = opened(tmp_path, HEADER + GOOD + row(link="7002") + row(link="7003"), links).entities()

    assert (city["entity_type"], city["entity_id"]) == ("city", "aarhus")
    assert (link["entity_id"], link["area_id"], link["name"]) == ("7001", "aarhus", "A to B")
    assert link["attributes"] == {"length_m": 1_000, "free_flow_time_ms": 60_000, "weight": 1}
    assert link["labels"] == {"length_basis": "published", "free_flow_basis": "published"}


@pytest.mark.parametrize(
    "contents", [(HEADER + GOOD,), (HEADER + GOOD, HEADER + GOOD), (LINKS + "1,A,7001,1,1\n", "a,b\n1,2\n")]
)
def test_other_files_than_a_poll_and_its_links_are_refused(tmp_path: Path, contents: tuple[str, ...]) -> None:
    with pytest.raises(RecordingError, match="Name the two files"):
        opened(tmp_path, *contents)


def test_a_poll_without_any_readable_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="readable TIMESTAMP"):
        opened(tmp_path, HEADER + row(at="soon"), LINKS + "1,A to B,7001,1000,60\n")
