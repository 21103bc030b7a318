"""What does a count of ten minutes become, and how is an array of counts played again?"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat

from feeds.decoding import Raw, Rejected
from feeds.directory import decode
from feeds.recordings import RECORDINGS, RecordingError

TEN_PAST_EIGHT = 1_546_301_400_000
FEEDS = ("hangzhou-metro", "hangzhou-crowd")


def items(rows: str, until: str = "2019-01-01T08:10:00+08:00", feed: str = "hangzhou-metro") -> list[Any]:
    payload = f"station,entries\n{rows}".encode()
    return list(decode(Raw(feed, payload, {"counted_until": until}, 0, "test", "run", 0)))


def written(folder: Path, array: np.ndarray, name: str = "tensor", **how: Any) -> Path:
    path = folder / "counts.mat"
    savemat(path, {name: array}, **how)
    return path


def test_a_count_is_in_the_last_second_of_its_ten_minutes() -> None:
    (event,) = items("9,1142\n")

    assert event["event_time"] == TEN_PAST_EIGHT - 1_000
    assert (event["entity_id"], event["entries"], event["area_id"]) == ("9", 1_142, "hangzhou")


def test_nobody_is_said_to_have_come_out() -> None:
    (event,) = items("9,1142\n")

    assert (event["exits"], event["exits_uncounted"]) == (0, 1)


def test_as_a_crowd_the_same_count_is_an_inflow_of_ten_minutes_and_nothing_else() -> None:
    (event,) = items("9,1142\n", feed="hangzhou-crowd")

    assert (event["entries"], event["period_s"]) == (1_142, 600)
    assert (event["exits"], event["present"]) == (None, None)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_bad_count_does_not_take_the_other_stations_with_it(feed: str) -> None:
    good, bad, other = items("0,5\n1,\n2,0\n", feed=feed)

    assert (good["entries"], other["entries"]) == (5, 0)
    assert isinstance(bad, Rejected)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",5", "missing_entity"),
        ("1,many", "bad_value"),
        ("1,-1", "out_of_range"),
        ("1,65535", "out_of_range"),
        ("1", "unreadable"),
    ],
)
def test_what_cannot_be_a_count_says_why(row: str, reason: str) -> None:
    assert items(f"{row}\n")[0].reason.value == reason


@pytest.mark.parametrize(
    ("until", "reason"),
    [("", "missing_time"), ("2019-01-01T08:10:00", "bad_time"), ("this morning", "bad_time")],
)
def test_a_poll_that_does_not_say_until_when_was_counted_is_one_rejection(until: str, reason: str) -> None:
    (item,) = items("0,5\n1,6\n", until)

    assert item.reason.value == reason


def test_days_follow_each_other_from_six_to_midnight(tmp_path: Path) -> None:
    array = np.arange(2 * 3 * 108, dtype=np.uint16).reshape(2, 3, 108)

    records = list(RECORDINGS["hangzhou-metro"].open([written(tmp_path, array)]).records())

    told = [record.context["counted_until"] for record in records]
    assert len(records) == 3 * 108
    assert (told[0], told[107], told[108]) == (
        "2019-01-01T06:10:00+08:00",
        "2019-01-02T00:00:00+08:00",
        "2019-01-02T06:10:00+08:00",
    )
    assert records[109].payload == f"station,entries\n0,{array[0, 1, 1]}\n1,{array[1, 1, 1]}\n".encode()


def test_stations_are_announced_by_their_numbers_as_what_the_recording_takes_them_for(tmp_path: Path) -> None:
    path = written(tmp_path, np.zeros((2, 1, 108), dtype=np.uint16))

    for name, kind in zip(FEEDS, ("station", "site"), strict=True):
        _, *places = RECORDINGS[name].open([path]).entities()
        assert [(place["entity_type"], place["entity_id"]) for place in places] == [(kind, "0"), (kind, "1")]


@pytest.mark.parametrize(
    ("shape", "kind", "name"),
    [
        ((2, 1, 144), np.uint16, "tensor"),
        ((2, 108), np.uint16, "tensor"),
        ((2, 1, 108), np.float64, "tensor"),
        ((2, 1, 108), np.uint16, "matrix"),
    ],
)
def test_an_array_of_something_else_is_refused(tmp_path: Path, shape: Any, kind: Any, name: str) -> None:
    path = written(tmp_path, np.ones(shape, dtype=kind), name)

    with pytest.raises(RecordingError, match=r"counts\.mat") as refusal:
        RECORDINGS["hangzhou-metro"].open([path])
    assert "108" in refusal.value.remedy


def test_a_cut_off_array_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, np.ones((2, 1, 108), dtype=np.uint16), do_compression=True)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(RecordingError, match="cannot be taken for an array"):
        RECORDINGS["hangzhou-metro"].open([path])
