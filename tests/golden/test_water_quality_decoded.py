"""Is Nyeri's raw water as clear as its file says? Counted from the file with pandas."""

from collections import defaultdict
from datetime import timedelta

import pandas as pd
import pytest
from played import file_of, opened

from feeds.decoding import Raw
from streams.catalog import WATER_QUALITY
from streams.clock import ticks
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter

pytestmark = pytest.mark.recordings

NAME = "nyeri-raw-water"
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def file() -> pd.DataFrame:
    found = pd.read_csv(file_of("water/nyewasco_raw_water_*.csv"))
    found["ms"] = pd.to_datetime(found.time).astype("int64") // 1_000_000
    return found


@pytest.fixture(scope="module")
def outcome(file):
    """Events on time, those that came late, and the tally, as the line's normalizer decides them."""
    played = opened(NAME)
    known = {(one["entity_type"], one["entity_id"]): one for one in played.entities()}
    normalizer = Normalizer(WATER_QUALITY, lambda _, kind, name, __: known.get((kind, name)))
    repeats, tally = RepeatFilter(WATER_QUALITY.repeat_span), Tally()
    clock, events, late = played.start, [], []
    for record in played.records():
        for now in ticks(WATER_QUALITY, clock, record.at):
            clock = now
        raw = Raw(NAME, record.payload, record.context, record.at, NAME, "run", 0)
        found = normalizer.normalize(Origin("t", 0, 0, 0), raw, repeats, tally, clock)
        events += found.events
        late += found.late
        assert found.dead_letters == []
    return events, late, tally


def test_every_reading_of_the_file_becomes_an_event(file, outcome):
    events, late, tally = outcome

    assert (tally.decoded, tally.repeated, len(file)) == (2_658, 0, 2_658)
    assert len(events) + len(late) == 2_658
    assert {event["entity_id"] for event in events} == {"nyeri-intake"}


def test_the_readings_behind_the_jump_back_are_late_and_no_others(file, outcome):
    _, late, _ = outcome
    furthest = file.ms.cummax()
    over = file.ms // HOUR_MS * HOUR_MS + HOUR_MS + timedelta(minutes=10) // timedelta(milliseconds=1)

    assert sorted(event["event_time"] for event in late) == sorted(file.ms[over <= furthest])
    assert len(late) == 7


def test_the_sums_of_every_hour_are_those_of_the_file(file, outcome):
    events, late, _ = outcome
    passed = file[~file.ms.isin([event["event_time"] for event in late])]
    expected = passed.assign(
        hour=passed.ms // HOUR_MS * HOUR_MS,
        mntu=(passed.turbidity * 1_000).round().astype(int),
        ph=(passed.pH * 1_000).round().astype(int),
    ).groupby("hour")
    sums = defaultdict(lambda: [0, 0, 0])
    for event in events:
        hour = sums[event["event_time"] // HOUR_MS * HOUR_MS]
        for place, value in enumerate((1, event["turbidity_mntu"], event["ph_milli"])):
            hour[place] += value

    assert len(sums) == expected.ngroups
    assert {hour: tuple(found) for hour, found in sums.items()} == {
        hour: (len(rows), rows.mntu.sum(), rows.ph.sum()) for hour, rows in expected
    }
    # Published with the data: 8.9 to 312 NTU, pH 7.30 to 7.41.
    assert (min(e["turbidity_mntu"] for e in events), max(e["turbidity_mntu"] for e in events)) == (
        8_856,
        311_976,
    )
    assert {min(e["ph_milli"] for e in events), max(e["ph_milli"] for e in events)} == {7_300, 7_410}
