"""Do Hangzhou's passengers come out as the array says? Its bytes are unpacked here with zlib and numpy, without scipy."""

import struct
import zlib
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pytest
from played import file_of, items_of, opened

from feeds.decoding import Raw
from feeds.recordings import RECORDINGS
from streams.catalog import CROWD, METRO, System
from streams.clock import ticks
from streams.judge.judge import Judge
from streams.keyed_state import KeyedState
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter

pytestmark = pytest.mark.recordings

ZONE = "Asia/Shanghai"
AS_METRO, AS_CROWD = "hangzhou-metro", "hangzhou-crowd"
STATIONS, DAYS, COUNTS = 80, 25, 108
MINUTE_MS = 60_000
EIGHT = int(pd.Timestamp("2019-01-01 08:00", tz=ZONE).timestamp()) * 1_000
FILE_HEADER_BYTES, TAG_BYTES = 128, 8


@cache
def file() -> np.ndarray:
    """Entries by station and ten minutes of all days: the last element of the one packed variable, column by column."""
    content = file_of("transit_card/hangzhou_metro_tensor.mat").read_bytes()
    variable = zlib.decompress(content[FILE_HEADER_BYTES + TAG_BYTES :])
    numbers = variable[-STATIONS * DAYS * COUNTS * 2 :]
    kind, length = struct.unpack("<II", variable[-len(numbers) - TAG_BYTES : -len(numbers)])
    assert (kind, length) == (4, len(numbers))  # whole numbers of 16 bits
    tensor = np.frombuffer(numbers, "<u2").reshape((STATIONS, DAYS, COUNTS), order="F")
    return tensor.reshape(STATIONS, DAYS * COUNTS).astype(int)


@cache
def ends() -> pd.DatetimeIndex:
    """When each ten minutes were over: of every day those that begin from 06:00 on."""
    begins = pd.date_range("2019-01-01", periods=DAYS * 144, freq="10min", tz=ZONE)
    return begins[begins.hour >= 6] + pd.Timedelta(minutes=10)


@cache
def items(name: str) -> list[Any]:
    return list(items_of(name))


def sums_of(events: list[Any], window_ms: int) -> dict[tuple[int, int], int]:
    """Entries by station and start of the window, in UTC milliseconds."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for event in events:
        sums[int(event["entity_id"]), event["event_time"] // window_ms * window_ms] += event["entries"]
    return sums


def in_file(window: str) -> dict[tuple[int, int], int]:
    """The file's entries by station and the window in which the ten minutes ended."""
    starts = (ends() - pd.Timedelta(seconds=1)).floor(window).tz_convert("UTC").astype("int64") // 10**6
    summed = pd.DataFrame(file().T, index=starts).groupby(level=0).sum()
    return {(station, start): entries for station in summed for start, entries in summed[station].items()}


def test_as_many_went_in_as_the_file_says() -> None:
    assert len(items(AS_METRO)) == file().size == 216_000
    assert len({item["event_id"] for item in items(AS_METRO)}) == 216_000
    # Published with the data: 29 million trips.
    assert sum(item["entries"] for item in items(AS_METRO)) == file().sum() == 29_248_681
    assert max(item["entries"] for item in items(AS_METRO)) == file().max() == 3_334


def test_nought_is_a_count_as_any_other() -> None:
    noughts = sum(item["entries"] == 0 for item in items(AS_METRO))

    assert noughts == (file() == 0).sum() == 6_237


def test_each_poll_is_sent_when_its_ten_minutes_are_over() -> None:
    sent = [record.at for record in opened(AS_METRO).records()]

    assert sent == [int(end.timestamp()) * 1_000 for end in ends()]
    busiest = pd.Series(file().sum(axis=0), index=ends().tz_convert(ZONE)).groupby(lambda end: end.hour).sum()
    assert busiest.idxmax() == 8


@pytest.mark.parametrize("window", ["15min", "30min", "60min"])
def test_the_entries_of_every_window_are_those_of_the_ten_minutes_that_ended_in_it(window: str) -> None:
    window_ms = pd.Timedelta(window) // timedelta(milliseconds=1)

    assert sums_of(items(AS_METRO), window_ms) == in_file(window)


def test_half_hours_hold_what_was_counted_in_them_and_quarters_one_or_two_counts() -> None:
    halves = file().reshape(STATIONS, -1, 3)
    found = sums_of(items(AS_METRO), 30 * MINUTE_MS)
    quarters = sums_of(items(AS_METRO), 15 * MINUTE_MS)
    start = opened(AS_METRO).start

    assert sorted(found.values()) == sorted(halves.sum(axis=2).ravel().tolist())
    assert quarters[9, start] == halves[9, 0, 0]
    assert quarters[9, start + 15 * MINUTE_MS] == halves[9, 0, 1:].sum()


def normalized(name: str, system: System, polls: int) -> tuple[list[Any], Tally]:
    """What the line's normalizer makes of the first polls, each sent at its time behind the line's clock."""
    played, feed = opened(name), RECORDINGS[name].feed
    known = {(one["entity_type"], one["entity_id"]): one for one in played.entities()}
    normalizer = Normalizer(system, lambda _, kind, entity, __: known.get((kind, entity)))
    repeats, tally = RepeatFilter(system.repeat_span), Tally()
    clock, events = played.start, []
    for record in islice(played.records(), polls):
        for now in ticks(system, clock, record.at):
            clock = now
        raw = Raw(feed, record.payload, record.context, record.at, feed, "run", 0)
        outcome = normalizer.normalize(Origin("t", 0, 0, 0), raw, repeats, tally, clock)
        assert (outcome.late, outcome.dead_letters) == ([], [])
        events += outcome.events
    return events, tally


@pytest.mark.parametrize(("name", "system"), [(AS_METRO, METRO), (AS_CROWD, CROWD)])
def test_no_count_is_late_refused_or_repeated_on_the_line(name: str, system: System) -> None:
    events, tally = normalized(name, system, COUNTS)

    assert (len(events), tally.repeated) == (STATIONS * COUNTS, 0)
    assert {event["area_id"] for event in events} == {"hangzhou"}


Judged = Callable[[System, int, dict[str, int], tuple[str, str]], dict[str, Any]]


@pytest.fixture
def judged() -> Judged:
    """System, start of a window, sums that were counted in it, entity: to the rows that the judge makes of them."""
    judge = Judge(KeyedState(), lambda *_: [], mode="replay", zone=ZONE)

    def rows(system: System, start: int, sums: dict[str, int], entity: tuple[str, str]) -> dict[str, Any]:
        told = judge.on_statistic(
            {
                "measure": system.source.measure,
                "entity_type": entity[0],
                "entity_id": entity[1],
                "area_id": "hangzhou",
                "window_start": start,
                "window_end": start + system.source.window // timedelta(milliseconds=1),
                "step": 0,
                "observations": 1,
                "sums": dict.fromkeys(system.source.counted.sums, 0) | sums,
                "histogram": {},
                "ingest_time_max": None,
                "run_id": "run",
                "generation": 0,
            }
        )
        return {row["indicator_id"]: row for row in told}

    return rows


def test_the_judged_entries_of_a_morning_are_the_files_and_nobody_is_said_to_have_left(
    judged: Judged,
) -> None:
    events = [event for event in items(AS_METRO) if event["event_time"] < EIGHT + 60 * MINUTE_MS]
    expected = in_file("15min")

    assert {(event["exits"], event["exits_uncounted"]) for event in events} == {(0, 1)}
    for (station, start), entries in sums_of(events, 15 * MINUTE_MS).items():
        if start >= EIGHT:
            rows = judged(METRO, start, {"entries": entries, "exit_counts": 0}, ("station", str(station)))
            assert rows["metro.entries"]["value"] == expected[station, start]
            assert (rows["metro.exits"]["value"], rows["metro.exits"]["validity"]) == (None, "no_data")


def test_the_judged_inflow_of_a_place_is_a_tenth_of_its_ten_minutes(judged: Judged) -> None:
    events, _ = normalized(AS_CROWD, CROWD, 18)
    inflows = {}
    for event in events:
        end = event["event_time"] + 1_000
        if end > EIGHT:
            sums = {"entries": event["entries"], "entries_s": event["period_s"]}
            rows = judged(CROWD, end - 5 * MINUTE_MS, sums, ("site", event["entity_id"]))
            inflows[int(event["entity_id"]), end] = rows["crowd.inflow_per_min"]["value"]
            for uncounted in ("crowd.present", "crowd.capacity_ratio", "crowd.outflow_per_min"):
                assert rows[uncounted]["validity"] == "no_data"

    # From 08:00 to 09:00 are the thirteenth to the eighteenth ten minutes of a day.
    assert inflows == {
        (station, EIGHT + (number - 11) * 10 * MINUTE_MS): file()[station, number] / 10
        for station in range(STATIONS)
        for number in range(12, 18)
    }
