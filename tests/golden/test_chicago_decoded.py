"""Did Chicago's cameras see as many violations as the file says? Counted from the file with pandas."""

from collections import Counter, defaultdict
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from played import file_of, items_of

from feeds.decoding import Rejected
from streams.catalog import TRAFFIC_SAFETY
from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

pytestmark = pytest.mark.recordings

NAME = "chicago-red-light"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@cache
def file() -> pd.DataFrame:
    """The rows of the file that have a count, with their day."""
    table = pd.read_csv(file_of("video_analytics/chicago_*.csv"), dtype=str, skip_blank_lines=False)
    table = table[table.VIOLATIONS.notna()].astype({"VIOLATIONS": int})
    days = pd.to_datetime(table["VIOLATION DATE"], format="%m/%d/%Y").dt.tz_localize("America/Chicago")
    return table.assign(day=days)


@cache
def items() -> list[Any]:
    return list(items_of(NAME))


def events() -> list[dict[str, Any]]:
    return [item for item in items() if not isinstance(item, Rejected)]


def test_every_row_is_a_count_or_a_dead_letter_with_its_reason() -> None:
    assert len(items()) == 4_028
    assert len(events()) == len(file()) == 2_150
    # Empty rows, and the three marks of an unfinished merge.
    assert Counter(item.reason.value for item in items() if isinstance(item, Rejected)) == {
        "missing_entity": 1_875,
        "unreadable": 3,
    }


def test_as_many_violations_were_counted_at_as_many_sites() -> None:
    assert sum(event["violations"] for event in events()) == file().VIOLATIONS.sum() == 12_596
    assert {event["entity_id"] for event in events()} == set(file().INTERSECTION)
    assert len({event["event_id"] for event in events()}) == len(file())


def test_no_address_and_no_coordinate_is_in_an_event() -> None:
    hidden = {
        value
        for column in ("ADDRESS", "LATITUDE", "LONGITUDE", "LOCATION", "X COORDINATE", "Y COORDINATE")
        for value in file()[column].dropna()
    }

    for event in events():
        assert hidden.isdisjoint(str(value) for value in event.values())


def statistics() -> list[dict[str, Any]]:
    """The hours of the sites as the windows would count them, with a clock row after each day."""
    sums: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for event in events():
        start = event["event_time"] // HOUR_MS * HOUR_MS
        sums[start, event["entity_id"]].update(counts=1, violations=event["violations"])
    rows = []
    for (start, site), counted in sorted(sums.items()):
        rows.append(_statistic("site", site, start, 0, dict(counted)))
        rows.append(_statistic("clock", "clock", start + HOUR_MS, 1, {}))
    return rows


def _statistic(kind: str, name: str, start: int, step: int, sums: dict[str, int]) -> dict[str, Any]:
    assert TRAFFIC_SAFETY.source.counted is not None
    return {
        "measure": TRAFFIC_SAFETY.source.measure,
        "entity_type": kind,
        "entity_id": name,
        "area_id": "chicago",
        "window_start": start,
        "window_end": start + HOUR_MS,
        "step": step,
        "generation": 0,
        "observations": 1,
        "sums": {**dict.fromkeys(TRAFFIC_SAFETY.source.counted.sums, 0), **sums},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": "run",
    }


def test_the_day_of_every_site_is_told_as_the_file_adds_it_up() -> None:
    judge = Judge(KeyedState(), lambda *_: [], mode="replay", zone="America/Chicago")
    found = {
        (row["entity_id"], pd.Timestamp(row["window_start"], unit="ms", tz=ZoneInfo("America/Chicago"))): row[
            "value"
        ]
        for given in statistics()
        for row in judge.on_statistic(given)
        if row["indicator_id"] == "traffic-safety.violations_daily"
    }
    wanted = file().groupby(["INTERSECTION", "day"]).VIOLATIONS.sum()

    assert len(found) == len(wanted) == 1_994
    assert found == {(site, day): float(count) for (site, day), count in wanted.items()}
