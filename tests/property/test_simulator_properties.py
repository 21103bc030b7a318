"""Do decoders survive any bytes, and is the simulated city the same however it is looked at?"""

import json
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import examples

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.directory import FEEDS
from feeds.simulated_truth import truth_of
from feeds.simulator import SimulatedCity

NORMALIZED_LATER = {"ingest_time", "source", "run_id"}
LA_HEADER = b"1,2,3\n"
PRSA_HEADER = b"No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,station\n"
SF_HEADER = (
    b"Call Number,Unit ID,Battalion,Call Type,Final Priority,Received DtTm,Entry DtTm,Dispatch DtTm,"
    b"Response DtTm,On Scene DtTm,Transport DtTm,Hospital DtTm,Available DtTm\n"
)

cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "NA", "2016", "12", "1", "0", "1e400", "nan", "-1", "12/31/2016 11:57:56 PM", '"']),
    st.integers(-5, 10_000).map(str),
    st.floats().map(str),
)
rows = st.lists(cells, max_size=15).map(lambda fields: ",".join(fields).encode("utf-8", "surrogatepass"))
names = st.sampled_from([
    *("readings", "link", "measured_at", "speed_kmh", "vehicles", "station", "hour_start", "values", "pm25_ugm3"),
    *("incident", "stage", "unit", "at", "features", "properties", "stationcode", "timepoint", "co", "area"),
])  # fmt: skip
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10),
    st.sampled_from(["2026-03-02T08:00:00+08:00", "2018-02-20T07:00:00", "-;", "arrived", "0001-01-01T00:00:00+14:00"]),
)  # fmt: skip
objects = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=8),
    max_leaves=20,
)
payloads = st.one_of(
    st.binary(max_size=200),
    st.tuples(st.sampled_from([LA_HEADER, PRSA_HEADER, SF_HEADER]), st.lists(rows, max_size=3)).map(
        lambda poll: poll[0] + b"\n".join(poll[1])
    ),
    objects.map(lambda value: json.dumps(value).encode()),
)
contexts = st.dictionaries(st.just("observed_at"), st.text(max_size=30) | st.datetimes().map(str), max_size=1)


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
@examples(200)
@given(payload=payloads, context=contexts)
def test_no_payload_raises_and_every_item_is_an_event_or_has_a_reason(
    feed: Any, payload: bytes, context: dict[str, str]
) -> None:
    items = list(feed.decode(Raw(feed.name, payload, context, 0, "x", "run", 0)))

    assert items
    for item in items:
        if isinstance(item, Rejected):
            assert item.reason in RejectReason
            assert item.message
        else:
            assert item["event_id"]
            assert item["entity_id"]
            assert item["event_time"] >= 0
            assert not NORMALIZED_LATER & set(item)


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
@examples(50)
@given(payload=payloads, context=contexts)
def test_the_same_bytes_give_the_same_items(feed: Any, payload: bytes, context: dict[str, str]) -> None:
    early = Raw(feed.name, payload, context, 0, "x", "run", 0)
    late = Raw(feed.name, payload, context, 9_999_999_999_999, "y", "another", 86_400_000)

    assert list(feed.decode(early)) == list(feed.decode(late))


seeds = st.integers(0, 2**32)
starts = st.integers(1_600_000_000_000, 1_900_000_000_000)


@examples(15)
@given(seed=seeds, start=starts)
def test_the_same_seed_gives_the_same_records(seed: int, start: int) -> None:
    once, again = SimulatedCity(seed, start), SimulatedCity(seed, start)

    assert once.entities() == again.entities()
    assert list(islice(once.records(), 800)) == list(islice(again.records(), 800))


@examples(15)
@given(seed=seeds, start=starts)
def test_another_seed_is_another_city(seed: int, start: int) -> None:
    assert list(SimulatedCity(seed, start).records(2)) != list(SimulatedCity(seed + 1, start).records(2))


@examples(15)
@given(seed=seeds, start=starts, minutes=st.integers(1, 8), more=st.integers(0, 8))
def test_a_longer_stretch_begins_with_the_shorter_one(seed: int, start: int, minutes: int, more: int) -> None:
    city = SimulatedCity(seed, start)
    shorter, longer = list(city.records(minutes)), list(city.records(minutes + more))

    assert longer[: len(shorter)] == shorter
    assert all(record.raw.at >= start + minutes * 60_000 for record in longer[len(shorter) :])


@examples(10)
@given(seed=seeds, start=starts, minutes=st.integers(1, 12), cut=st.floats(0, 1))
def test_the_truth_of_the_whole_is_the_sum_of_its_pieces(
    seed: int, start: int, minutes: int, cut: float
) -> None:
    city = SimulatedCity(seed, start)
    whole = city.truth(minutes)
    sent = list(city._sent(minutes))
    middle = int(len(sent) * cut)
    pieces = truth_of(sent[:middle]), truth_of(sent[middle:])

    for window, row in whole.road.items():
        parts = [piece.road[window] for piece in pieces if window in piece.road]
        assert row.observations == sum(part.observations for part in parts)
        assert row.sums == sum((part.sums for part in parts), start=type(row.sums)())
    for system, counts in whole.counts.items():
        assert counts.items == sum(piece.counts[system].items for piece in pieces)
        assert counts.rejected == sum(
            (piece.counts[system].rejected for piece in pieces), start=type(counts.rejected)()
        )


@examples(8)
@given(seed=seeds, start=starts)
def test_nothing_arrives_before_it_happened_or_before_the_start(seed: int, start: int) -> None:
    city = SimulatedCity(seed, start)
    for sent in city._sent(10):
        assert sent.at >= start
        event_time = getattr(sent.body, "event_time", None)
        if event_time is not None and sent.fate != "future_event_time":
            assert event_time <= sent.at
