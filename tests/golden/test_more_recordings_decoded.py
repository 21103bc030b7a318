"""Do the recordings of further systems come out as their independent figures say? Counted from the files with pandas."""

import tarfile
from collections import Counter
from functools import cache

import pandas as pd
import pytest
from played import file_of, folder, items_of

from feeds.decoding import Raw, Rejected
from feeds.directory import decode
from feeds.recordings import RECORDINGS

pytestmark = pytest.mark.recordings


@cache
def buses() -> pd.DataFrame:
    """Every row of every poll, in the order of the polls."""
    with tarfile.open(file_of("bus_avl/*.tar.gz")) as archive:
        polls = sorted(member.name for member in archive if member.name.endswith(".dat"))
        columns = {0: "vehicle", 1: "route", 5: "deviation", 11: "time"}
        tables = [
            pd.read_csv(archive.extractfile(poll), header=None, usecols=list(columns)) for poll in polls
        ]
    return pd.concat(tables).rename(columns=columns)


def test_buffalo_has_as_many_reports_and_as_many_late_ones_as_its_files() -> None:
    file = buses()
    events = [item for item in items_of("buffalo-avl") if not isinstance(item, Rejected)]

    assert len(events) == len(file) == 186_740
    assert (
        len({event["event_id"] for event in events})
        == len(file.drop_duplicates(["vehicle", "time"]))
        == 123_312
    )
    known = file[(file.route != 0) & (file.deviation != 99_999)]
    delays = [
        event["delay_s"]
        for event in events
        if event["delay_s"] is not None and event["route_id"] != "not-in-service"
    ]
    assert len(delays) == len(known) == 136_505
    # Published with the data: 3.3 % more than five minutes late, 15.4 % more than one early.
    assert sum(delay > 300 for delay in delays) == (known.deviation < -300).sum()
    assert round(sum(delay > 300 for delay in delays) / len(delays), 3) == 0.033
    assert round(sum(delay < -60 for delay in delays) / len(delays), 3) == 0.154


def test_shenzhens_gates_were_passed_as_often_as_the_file_says() -> None:
    file = pd.read_csv(file_of("transit_card/szt_card_*.csv.gz"), dtype=str)
    metro = file[file.deal_type.isin(["地铁入站", "地铁出站"])]
    placed = metro[metro.station.notna()]
    items = list(items_of("shenzhen-card"))
    events = [item for item in items if not isinstance(item, Rejected)]

    assert len(items) == len(metro) == 18_881
    assert Counter(item.reason.value for item in items if isinstance(item, Rejected)) == {
        "missing_entity": 1_535
    }
    # Two cards at one gate in one second are two events.
    assert len({event["event_id"] for event in events}) == len(placed) == 17_346
    assert sum(event["entries"] for event in events) == (placed.deal_type == "地铁入站").sum()
    assert {event["entity_id"] for event in events} == set(placed.station)


def test_nothing_of_a_card_can_be_found_in_an_event() -> None:
    cards = set(pd.read_csv(file_of("transit_card/szt_card_*.csv.gz"), dtype=str).card_no)

    for item in items_of("shenzhen-card"):
        if not isinstance(item, Rejected):
            assert cards.isdisjoint(str(value) for value in item.values())


def test_queenslands_rivers_stood_as_high_as_the_files_say() -> None:
    events = [item for item in items_of("queensland-river") if not isinstance(item, Rejected)]

    for path in sorted((folder() / "water").glob("qld_*.csv")):
        file = pd.read_csv(path)
        mine = [event for event in events if event["entity_id"] in path.name]
        levels = [event["level_mm"] for event in mine if event["level_mm"] is not None]
        flows = [event["discharge_ls"] for event in mine if event["discharge_ls"] is not None]
        assert len(levels) == file.Level.notna().sum()
        assert len(flows) == file.Q.notna().sum()
        assert max(levels) == pytest.approx(file.Level.max() * 1_000, abs=1)
        assert sum(flows) == pytest.approx(file.Q.sum() * 1_000, abs=len(flows))


def test_new_yorks_requests_are_opened_once_and_closed_when_they_were() -> None:
    file = pd.read_csv(file_of("complaints_311/nyc311_2022*.csv"), dtype=str)
    times = {
        name: pd.to_datetime(file[name], format="%m/%d/%Y %I:%M:%S %p")
        for name in ("Created Date", "Closed Date")
    }
    events = {item["event_id"]: item for item in items_of("nyc-311") if not isinstance(item, Rejected)}
    steps = Counter(event["step"] for event in events.values())

    assert steps == {"opened": 924, "closed": 480}
    took = (times["Closed Date"] - times["Created Date"]).dt.total_seconds().sum()
    assert sum(event.get("handling_s", 0) for event in events.values()) == took
    assert Counter(event["kind"] for event in events.values() if event["step"] == "opened") == Counter(
        file["Complaint Type"]
    )


def test_no_address_of_new_york_is_in_an_event() -> None:
    file = pd.read_csv(file_of("complaints_311/nyc311_2022*.csv"), dtype=str)
    addresses = set(file["Incident Address"].dropna()) | set(file["Latitude"].dropna())

    for item in items_of("nyc-311"):
        assert addresses.isdisjoint(str(value) for value in item.values())


def test_the_noise_monitor_is_as_loud_as_its_file_says() -> None:
    file = pd.read_csv(file_of("noise/noisemonitor_laeq1m_*.csv"))
    events = [item for item in items_of("noisemonitor") if not isinstance(item, Rejected)]

    assert len(events) == len(file) == 16_470
    assert [event["level_cdb"] for event in events] == (file["LEQ dB -A"] * 100).round().astype(int).tolist()
    assert max(event["level_cdb"] for event in events) == 6_885


def test_a_level_a_second_is_read_although_its_columns_are_written_with_spaces() -> None:
    path = file_of("noise/noisemonitor_laeq1s_*.csv")

    played = RECORDINGS["noisemonitor"].open([path])

    assert played.count == 86_401
    first = next(iter(played.records()))
    (item,) = decode(Raw("noisemonitor", first.payload, first.context, first.at, "x", "run", 0))
    assert item["level_cdb"] == 4_409


def test_birminghams_car_parks_are_as_full_as_the_file_says() -> None:
    file = pd.read_csv(file_of("parking/*.csv"))
    items = list(items_of("birmingham-parking"))
    events = {item["event_id"]: item for item in items if not isinstance(item, Rejected)}

    assert len(items) == len(file) == 35_717
    # Of the file's quirks: twelve readings below nothing are rejected, 373 above the capacity are cut and suspect.
    assert Counter(item.reason.value for item in items if isinstance(item, Rejected)) == {"out_of_range": 12}
    kept = file[file.Occupancy >= 0].drop_duplicates(["SystemCodeNumber", "LastUpdated"])
    assert len(events) == len(kept)
    assert (
        sum(event["occupied"] for event in events.values())
        == kept[["Occupancy", "Capacity"]].min(axis=1).sum()
    )
    suspect = sum(event["quality"] == "suspect" for event in events.values())
    assert suspect == (kept.Occupancy > kept.Capacity).sum()
