"""Does the detector's flow come out as the file says? Counted from the file with pandas, and judged by the real judge."""

from functools import cache
from typing import Any

import pandas as pd
import pytest
from played import file_of, items_of, opened

from feeds.decoding import Rejected
from streams.catalog import ROAD
from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

pytestmark = pytest.mark.recordings

WINDOW_MS = 300_000


JANUARY, MARCH = "pems-flow", "pems-flow-march"
FILES = {
    JANUARY: "traffic/pems_lane1_flow_201601-*.csv",
    MARCH: "traffic/pems_lane1_flow_201603.csv",
}


@cache
def items(name: str) -> list[Any]:
    return list(items_of(name))


@cache
def file(name: str) -> pd.Series:
    """Flow by the beginning of its five minutes, in UTC milliseconds; without rows that nobody observed."""
    table = pd.read_csv(file_of(FILES[name]), encoding="utf-8-sig")
    table = table[table["% Observed"] > 0]
    local = pd.to_datetime(table["5 Minutes"], format="%d/%m/%Y %H:%M").dt.tz_localize("America/Los_Angeles")
    begins = local.astype("int64") // 10**6
    return pd.Series(table["Lane 1 Flow (Veh/5 Minutes)"].to_numpy(), index=begins)


@pytest.mark.parametrize(("name", "rows", "unseen", "empty"), [(JANUARY, 7_776, 1, 6), (MARCH, 4_320, 0, 0)])
def test_every_row_is_a_count_but_those_that_nobody_observed(
    name: str, rows: int, unseen: int, empty: int
) -> None:
    events = {item["event_time"]: item["vehicles"] for item in items(name) if not isinstance(item, Rejected)}

    assert len(items(name)) == rows
    assert [item.reason.value for item in items(name) if isinstance(item, Rejected)] == [
        "missing_value"
    ] * unseen
    assert events == file(name).to_dict()
    assert sum(1 for vehicles in events.values() if vehicles == 0) == empty


def test_the_files_follow_each_other_and_the_clocks_go_forward_between_two_weekdays_of_the_second() -> None:
    begun = [item["event_time"] for item in items(MARCH)]
    after = [pd.Timestamp(f"2016-03-{day} 00:00", tz="America/Los_Angeles") for day in (11, 14)]

    assert opened(JANUARY).end <= opened(MARCH).start
    assert (after[1] - after[0]) / pd.Timedelta(hours=1) == 71
    assert {int(midnight.timestamp()) * 1_000 for midnight in after} <= set(begun)
    assert len({pd.Timestamp(at, unit="ms", tz="America/Los_Angeles").date() for at in begun}) == 15


@pytest.mark.parametrize("name", [JANUARY, MARCH])
def test_the_judged_flow_is_twelve_times_the_count_and_there_is_no_speed(name: str) -> None:
    judge = Judge(KeyedState(), lambda *_: [], mode="replay", zone="America/Los_Angeles")
    flows = {}
    for begin, vehicles in file(name).iloc[:600].items():
        sums = dict.fromkeys(ROAD.source.counted.sums, 0)
        rows = judge.on_statistic(
            {
                "measure": ROAD.source.measure,
                "entity_type": "link",
                "entity_id": "pems-lane-1",
                "area_id": "california",
                "window_start": begin,
                "window_end": begin + WINDOW_MS,
                "step": 0,
                "observations": 1,
                "sums": {**sums, "vehicles": int(vehicles), "vehicle_counts": 1},
                "histogram": {},
                "ingest_time_max": None,
                "run_id": "run",
                "generation": 0,
            }
        )
        by_id = {row["indicator_id"]: row for row in rows}
        flows[begin] = by_id["road.flow_veh_h"]["value"]
        assert by_id["road.tti"]["validity"] == "no_data"
        assert by_id["road.tti"]["details"]["reason"] == "no_speeds"

    assert flows == {begin: float(vehicles * 12) for begin, vehicles in file(name).iloc[:600].items()}
