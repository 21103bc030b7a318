"""Does the common SQL count of each system what the simulated city knows? Raw records in, sums out."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.decoding import Raw
from feeds.simulated_size import SMALL
from feeds.simulator import SimulatedCity
from streams.catalog import SYSTEMS
from streams.clock import ticks
from streams.normalize.normalizer import Normalizer, Origin, Tally, tick
from streams.normalize.repeats import RepeatFilter

START = 1_772_406_000_000
MINUTES = 95
COUNTED = [slug for slug, system in SYSTEMS.items() if system.source.counted and slug not in ("road", "air")]


@pytest.fixture(scope="module")
def city():
    return SimulatedCity(seed=3, start=START, size=replace(SMALL, links=1))


@pytest.fixture(scope="module")
def truth(city):
    return city.truth(MINUTES)


def normalized(city, system):
    """The events of a system with the ticks between them, as the normalizer would write them to one partition."""
    known = {(one["system"], one["entity_type"], one["entity_id"]): one for one in city.entities()}
    normalizer = Normalizer(system, lambda slug, kind, name, _: known.get((slug, kind, name)))
    repeats, tally = RepeatFilter(system.repeat_span), Tally()
    clock, record = START, system.source.topic.record
    blank = tick(record, START, "run")
    events = []
    for sent in city.records(MINUTES):
        if sent.system != system.slug:
            continue
        events += [tick(record, now, "run") for now in ticks(system, clock, sent.raw.at)]
        clock = sent.raw.at
        raw = Raw(sent.feed, sent.raw.payload, sent.raw.context, sent.raw.at, "simulator", "run", 0)
        outcome = normalizer.normalize(Origin("t", 0, 0, 0), raw, repeats, tally, clock)
        assert outcome.late == []
        events += [{**blank, **event} for event in outcome.events]
    return events, tally


@pytest.mark.parametrize("slug", COUNTED)
def test_every_sum_of_every_window_is_the_citys_own(question, city, truth, slug):
    system = SYSTEMS[slug]
    events, tally = normalized(city, system)
    rows = question.ask(system, events)

    found = {
        (row["entity_type"], row["entity_id"], row["window_start"]): (
            row["observations"],
            Counter(row["sums"]),
        )
        for row in rows
        if row["step"] == 0 and row["entity_type"] != "clock"
    }
    # An extreme of which nothing was measured is 0 in a row; to the truth it is unknown, which a counter takes as 0.
    known = {place: (item.observations, item.sums) for place, item in truth.counted[slug].items()}
    assert len(known) >= 8
    assert set(found) == set(known)
    assert [place for place in known if found[place] != known[place]] == []
    assert (tally.normalized, tally.repeated) == (truth.counts[slug].events, truth.counts[slug].repeats)
    assert tally.rejected == truth.counts[slug].rejected


@pytest.mark.parametrize("slug", COUNTED)
def test_a_system_is_declared_with_tolerances_that_fit_its_window(slug):
    source = SYSTEMS[slug].source

    assert timedelta(hours=1) % source.window == timedelta(0)
    assert source.window / source.step < 900
    assert SYSTEMS[slug].repeat_span >= 2 * source.window
