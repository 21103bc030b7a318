"""Do the links of Aarhus come out as the poll and its metadata say? Counted from the files with pandas."""

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from played import file_of, items_of, opened

from feeds.decoding import Raw, Rejected
from indicators.catalog.road import INDICATORS
from streams.catalog import ROAD
from streams.normalize.normalizer import Normalizer, Origin, Outcome, Tally
from streams.normalize.repeats import RepeatFilter

pytestmark = pytest.mark.recordings

NAME = "aarhus-links"
POLLED = pd.Timestamp("2024-03-22T07:15:00", tz="Europe/Copenhagen")
LENGTH_OF_A_WINDOW = {"PT5M": "5min", "PT1H": "1h"}
INDEX_AT_DELAY = ((0, 0.3, 0.5, 0.6, 0.7, 1), (0, 2, 4, 6, 8, 10))


@cache
def file() -> pd.DataFrame:
    """The rows of the poll, each with its link's metadata."""
    poll = pd.read_csv(file_of("traffic/aarhus_realtime_links.csv"), dtype={"REPORT_ID": str})
    links = pd.read_csv(file_of("traffic/aarhus_link_metadata.csv"), dtype={"REPORT_ID": str})
    local = pd.to_datetime(poll.TIMESTAMP).dt.tz_localize("Europe/Copenhagen")
    return poll.assign(at=local.dt.tz_convert("UTC")).merge(links, on="REPORT_ID", validate="1:1")


def measured() -> pd.DataFrame:
    return file()[file().vehicleCount > 0]


@cache
def items() -> list[Any]:
    return list(items_of(NAME))


def normalized(now: int, city_time: int | None) -> tuple[Outcome, Tally]:
    """What the line would write of the poll, had it come at `now`."""
    links = {one["entity_id"]: one for one in opened(NAME).entities() if one["entity_type"] == "link"}
    (record,) = opened(NAME).records()
    raw = Raw(NAME, record.payload, record.context, now, NAME, "run", 0)
    tally = Tally()
    outcome = Normalizer(ROAD, lambda _system, _type, link, _at: links.get(link)).normalize(
        Origin("t", 0, 0, 0), raw, RepeatFilter(ROAD.repeat_span), tally, city_time
    )
    return outcome, tally


def test_every_row_is_a_speed_or_says_that_nothing_was_measured() -> None:
    events = [item for item in items() if not isinstance(item, Rejected)]

    assert len(items()) == len(file()) == 928
    assert len(events) == len(measured()) == 25
    assert Counter(item.reason.value for item in items() if isinstance(item, Rejected)) == {
        "missing_value": 903
    }
    assert sum(event["vehicles"] for event in events) == measured().vehicleCount.sum() == 559
    assert {(event["entity_id"], event["event_time"], event["speed_kmh"]) for event in events} == {
        (link, int(at.timestamp()) * 1_000, float(kmh))
        for link, at, kmh in zip(measured().REPORT_ID, measured()["at"], measured().avgSpeed, strict=True)
    }


def test_a_speed_of_no_vehicle_is_in_the_file_and_in_no_event() -> None:
    (link,) = file()[(file().vehicleCount == 0) & (file().avgSpeed > 0)].REPORT_ID

    assert link not in {item["entity_id"] for item in items() if not isinstance(item, Rejected)}


def test_the_poll_is_sent_when_most_of_its_rows_were_measured() -> None:
    assert file()["at"].mode().tolist() == [POLLED]
    assert opened(NAME).end == int(POLLED.timestamp()) * 1_000


def test_every_link_of_the_poll_is_announced_with_its_own_length_and_normal_speed() -> None:
    links = {
        one["entity_id"]: one["attributes"] for one in opened(NAME).entities() if one["entity_type"] == "link"
    }

    assert len(links) == 928
    for link, length_m, normal_kmh in zip(
        file().REPORT_ID, file().DISTANCE_IN_METERS, file().NDT_IN_KMH, strict=True
    ):
        assert links[link]["length_m"] == length_m
        assert links[link]["free_flow_time_ms"] == pytest.approx(length_m / (normal_kmh / 3.6) * 1_000, abs=1)


def test_on_the_line_nothing_of_the_poll_is_in_time_what_was_measured_is_stale_or_from_the_future() -> None:
    outcome, tally = normalized(opened(NAME).end, opened(NAME).end)

    assert tally.rejected == {"missing_value": 903, "future_event_time": (measured()["at"] > POLLED).sum()}
    assert tally.rejected["future_event_time"] == 10
    assert len(outcome.late) == (measured()["at"] < POLLED).sum() == 15
    assert outcome.events == []


def figures(rows: pd.DataFrame) -> dict[str, float]:
    """The figures of some rows together, from the file's own lengths and speeds."""
    driven_km = rows.vehicleCount * rows.DISTANCE_IN_METERS / 1_000
    took_h = (driven_km / rows.avgSpeed).sum()
    free_flow_h = (driven_km / rows.NDT_IN_KMH).sum()
    delay = max(0.0, 1 - free_flow_h / took_h)
    return {
        "road.tti": max(1.0, took_h / free_flow_h),
        "road.dtp": delay,
        "road.tpi": float(np.interp(delay, *INDEX_AT_DELAY)),
        "road.speed_kmh": driven_km.sum() / took_h,
    }


def sums(events: list[dict[str, Any]]) -> dict[str, int]:
    fields = ("travel_time_ms", "free_flow_time_ms", "length_m")
    weighted = {field: sum(event["weight"] * event[field] for event in events) for field in fields}
    return {**weighted, "weight": sum(event["weight"] for event in events)}


@pytest.mark.parametrize("place", ["link", "city"])
def test_the_figures_of_links_and_city_are_those_of_the_metadata(place: str) -> None:
    """The poll as it would count had every reading come in time: in the window, and in the hour, of its own clock."""
    outcome, _ = normalized(int(measured()["at"].max().timestamp()) * 1_000, None)
    assert len(outcome.events) == 25
    compared: Counter[str] = Counter()
    for indicator in INDICATORS:
        if NAME not in indicator.proved_by or place not in indicator.entity_types:
            continue
        windows = measured()["at"].dt.floor(LENGTH_OF_A_WINDOW[indicator.window])
        groups = [windows, measured().REPORT_ID] if place == "link" else [windows]
        for _, rows in measured().groupby(groups):
            events = [event for event in outcome.events if event["entity_id"] in set(rows.REPORT_ID)]
            assert indicator.judged is not None
            told = indicator.judged(place, sums(events)).value
            assert told == pytest.approx(
                figures(rows)[indicator.id.removesuffix("_hourly")], rel=1e-4, abs=1e-4
            )
            compared[indicator.id] += 1

    # By the poll's times: six windows in four hours, and never two readings of one link.
    expected = {"PT5M": 6, "PT1H": 4} if place == "city" else {"PT5M": 25}
    assert set(compared.values()) == set(expected.values())
    assert len(compared) == (8 if place == "city" else 3)
