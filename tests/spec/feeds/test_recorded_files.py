"""How are files played again? Small files of each kind, written by the test."""

import gzip
import json
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.directory import decode
from feeds.recorded_los_angeles import free_flow_mph
from feeds.recording import OpenRecording, Recording
from feeds.recordings import RECORDINGS, RecordingError

SF_HEADER = (
    "Call Number,Unit ID,Call Type,Received DtTm,Entry DtTm,Dispatch DtTm,Response DtTm,On Scene DtTm,"
    "Transport DtTm,Hospital DtTm,Call Final Disposition,Available DtTm,Battalion,Final Priority\n"
)
SF_FIRST = (
    "7,E39,Fire,01/01/2017 10:00:00 AM,01/01/2017 10:00:30 AM,01/01/2017 10:01:00 AM,01/01/2017 10:02:00 AM,"
    "01/01/2017 10:05:00 AM,,,Fire,01/01/2017 10:30:00 AM,B08,3\n"
)
SF_SECOND = (
    '7,T15,"Fire, small",01/01/2017 10:00:00 AM,01/01/2017 10:00:30 AM,01/01/2017 10:03:00 AM,,,,,Fire,'
    "01/01/2017 10:06:00 AM,B08,3\n"
)
PRSA_HEADER = "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,station\r\n"


def opened(name: str, tmp_path: Path, *contents: str) -> OpenRecording:
    files = []
    for number, content in enumerate(contents):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(content.encode())
        files.append(path)
    return RECORDINGS[name].open(files)


def decoded(recording: Recording, played: OpenRecording) -> list[object]:
    return [
        item.reason.value if isinstance(item, Rejected) else item["event_id"]
        for record in played.records()
        for item in decode(Raw(recording.feed, record.payload, record.context, record.at, "file", "run", 0))
    ]


def pacific(*when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp() * 1000)  # type: ignore[misc]


def test_a_call_is_told_again_whenever_one_more_of_its_stamps_is_known(tmp_path: Path) -> None:
    played = opened("san-francisco-fire", tmp_path, SF_HEADER + SF_FIRST)
    records = list(played.records())

    assert [record.at for record in records] == [
        pacific(2017, 1, 1, 10, 0, 0),
        pacific(2017, 1, 1, 10, 0, 30),
        pacific(2017, 1, 1, 10, 1, 0),
        pacific(2017, 1, 1, 10, 2, 0),
        pacific(2017, 1, 1, 10, 5, 0),
        pacific(2017, 1, 1, 10, 30, 0),
    ]
    assert b"10:01:00 AM" in records[2].payload
    assert b"10:02:00 AM" not in records[2].payload
    assert played.count == len(records)


def test_the_last_telling_of_a_row_is_the_files_own_row_byte_for_byte(tmp_path: Path) -> None:
    records = list(opened("san-francisco-fire", tmp_path, SF_HEADER + SF_SECOND + SF_FIRST).records())

    assert records[-1].payload == (SF_HEADER + SF_FIRST).encode()
    assert (SF_HEADER + SF_SECOND).encode() in [record.payload for record in records]


def test_how_a_call_ended_is_not_known_before_its_end(tmp_path: Path) -> None:
    first, *_ = opened("san-francisco-fire", tmp_path, SF_HEADER + SF_FIRST).records()

    assert first.payload.decode().splitlines()[1] == "7,E39,Fire,01/01/2017 10:00:00 AM" + "," * 9 + "B08,3"


def test_a_further_unit_appears_with_its_dispatch_and_not_with_the_call(tmp_path: Path) -> None:
    records = list(opened("san-francisco-fire", tmp_path, SF_HEADER + SF_SECOND + SF_FIRST).records())

    with_second = [record.at for record in records if b"T15" in record.payload]
    assert with_second == [pacific(2017, 1, 1, 10, 3, 0), pacific(2017, 1, 1, 10, 6, 0)]


def test_a_row_that_cannot_be_placed_in_time_is_played_all_the_same_and_rejected(tmp_path: Path) -> None:
    bad = SF_FIRST.replace("01/01/2017 10:00:00 AM", "")
    played = opened("san-francisco-fire", tmp_path, SF_HEADER + "half,a,row\n" + bad + SF_FIRST)

    items = decoded(RECORDINGS["san-francisco-fire"], played)

    assert sorted(items[:2]) == ["missing_time", "unreadable"]  # type: ignore[type-var]
    assert len(set(items[2:])) == 6


def test_station_files_are_merged_by_time(tmp_path: Path) -> None:
    north = PRSA_HEADER + "1,2016,12,1,0,1,2,3,4,5,6,North\r\n2,2016,12,1,1,1,2,3,4,5,6,North\r\n"
    south = PRSA_HEADER + "1,2016,12,1,0,1,2,3,4,5,6,South\r\n"
    played = opened("beijing-air", tmp_path, north, south)

    assert [record.key for record in played.records()] == ["North", "South", "North"]
    assert next(iter(played.records())).at == played.start + 85 * 60_000
    assert next(iter(played.records())).payload.endswith(b"North\r\n")


def test_an_unreadable_row_of_a_station_is_played_in_its_place(tmp_path: Path) -> None:
    rows = PRSA_HEADER + "1,2016,12,1,0,1,2,3,4,5,6,North\r\n2,2016,NA,1,1,1,2,3,4,5,6,North\r\n\r\n"
    played = opened("beijing-air", tmp_path, rows)

    assert decoded(RECORDINGS["beijing-air"], played) == ["prsa:North:1480521600", "missing_time"]


def test_a_speed_file_starts_at_its_published_beginning_and_goes_on_by_five_minutes(tmp_path: Path) -> None:
    played = opened("los-angeles-traffic", tmp_path, "1,2\n60,61\n59,62\n")

    assert [record.at for record in played.records()] == [pacific(2012, 3, 1), pacific(2012, 3, 1, 0, 5)]
    assert played.start == pacific(2012, 3, 1)
    assert decoded(RECORDINGS["los-angeles-traffic"], played)[0] == "la:1:1330588800"


def test_the_clock_change_does_not_stretch_five_minutes(tmp_path: Path) -> None:
    """The clocks went forward on 2012-03-11; a file of eleven days plays through it."""
    records = list(opened("los-angeles-traffic", tmp_path, "1\n" + "60\n" * (288 * 11)).records())

    assert {later.at - earlier.at for earlier, later in pairwise(records)} == {300_000}
    assert records[-1].context["observed_at"].endswith("-07:00")


def test_free_flow_is_the_mean_of_the_fastest_ninth_of_the_day() -> None:
    day = [(15 * quarter, 30.0 + quarter) for quarter in range(96)]

    # The fastest 8 of the 72 quarters from 06:00 on are quarters 88 to 95.
    assert free_flow_mph(day) == 30 + sum(range(88, 96)) / 8


def test_nights_before_six_do_not_count_for_free_flow() -> None:
    assert free_flow_mph([(0, 90.0), (360, 60.0)]) == 60
    assert free_flow_mph([(0, 90.0)]) is None


def test_a_file_of_stations_is_sent_in_pages(tmp_path: Path) -> None:
    features = [
        {"properties": {"stationcode": f"{n}A", "area": "甲", "timepoint": "2018-02-20T07:00:00", "so2": "1"}}
        for n in range(450)
    ]
    played = opened("cnemc-air", tmp_path, json.dumps({"features": features}))

    assert played.count == 3
    assert [len(json.loads(record.payload)["features"]) for record in played.records()] == [200, 200, 50]
    assert len(decoded(RECORDINGS["cnemc-air"], played)) == 450
    assert {record.at - played.start for record in played.records()} == {85 * 60_000}


def test_packed_files_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "speeds.csv.gz"
    path.write_bytes(gzip.compress(b"1\n60\n"))

    assert RECORDINGS["los-angeles-traffic"].open([path]).count == 1


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", '{"a": 1}\n[]\n'])
def test_a_file_of_another_format_is_refused_with_a_remedy(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(RecordingError) as refusal:
        opened(name, tmp_path, content)

    assert "0.csv" in refusal.value.what
    assert refusal.value.remedy.endswith(".")


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_missing_file_and_a_broken_packed_file_are_refused(tmp_path: Path, name: str) -> None:
    broken = tmp_path / "broken.gz"
    broken.write_bytes(b"\x1f\x8b not gzip")

    for path in (tmp_path / "absent.csv", broken):
        with pytest.raises(RecordingError, match="cannot be read"):
            RECORDINGS[name].open([path])


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=lambda recording: recording.name)
def test_a_folder_without_recordings_says_what_to_set(tmp_path: Path, recording: Recording) -> None:
    with pytest.raises(RecordingError, match="CITYBRAIN_RECORDINGS"):
        recording.default_files(tmp_path)
    with pytest.raises(RecordingError, match="no file"):
        recording.open([])


def test_an_unreadable_record_of_the_wrong_feed_is_a_rejection_and_no_error() -> None:
    (item,) = decode(Raw("cnemc-air", SF_HEADER.encode(), {}, 0, "file", "run", 0))

    assert isinstance(item, Rejected)
    assert item.reason is RejectReason.UNREADABLE
