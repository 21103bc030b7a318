"""Do the charging sessions of the recording come out as their file says? Counted from it with pandas."""

from collections import Counter
from functools import cache
from typing import Any

import pandas as pd
import pytest
from played import file_of, items_of, opened

from feeds.decoding import Rejected

pytestmark = pytest.mark.recordings

NAME = "workplace-charging"


@cache
def file() -> pd.DataFrame:
    return pd.read_csv(file_of("ev_charging/station_data_dataverse.csv"), dtype=str)


@cache
def events() -> list[dict[str, Any]]:
    items = list(items_of(NAME))
    assert not [item for item in items if isinstance(item, Rejected)]
    return items


@cache
def site_of() -> dict[str, str]:
    announced = opened(NAME).entities()
    return {known["entity_id"]: known["labels"]["site"] for known in announced if known["labels"]}


def test_every_session_is_an_event_of_its_own() -> None:
    assert len(events()) == len(file()) == 3_395
    assert {event["event_id"] for event in events()} == {f"workplace:{key}" for key in file().sessionId}
    assert len({event["entity_id"] for event in events()}) == file().stationId.nunique() == 105


def test_energy_and_length_by_site_are_those_of_the_file() -> None:
    energy, length = Counter[str](), Counter[str]()
    for event in events():
        energy[site_of()[event["entity_id"]]] += event["session_wh"]
        length[site_of()[event["entity_id"]]] += event["session_s"]
    # The file has a column of its own for the length, in hours.
    hours = file().chargeTimeHrs.astype(float).groupby(file().locationId).sum()
    kwh = file().kwhTotal.astype(float).groupby(file().locationId).sum()

    assert len(energy) == file().locationId.nunique() == 25
    assert dict(energy) == (kwh * 1_000).round().astype(int).to_dict()
    assert dict(length) == (hours * 3_600).round().astype(int).to_dict()
    assert (sum(energy.values()), sum(length.values())) == (19_723_690, 34_728_662)


def test_its_quirks_are_read_as_they_are_meant() -> None:
    years = {pd.Timestamp(event["event_time"], unit="ms").year for event in events()}

    # Written as 0014 and 0015.
    assert years == {2014, 2015}
    # Plugged in without taking anything, and forgotten for more than two days.
    assert sum(event["session_wh"] == 0 for event in events()) == 55
    assert max(event["session_s"] for event in events()) == 198_857


def test_nothing_of_who_charged_can_be_found_in_an_event() -> None:
    users = set(file().userId)

    for event in events():
        assert users.isdisjoint(str(value) for value in event.values())
