"""Whose window is over? Decided by the ticks of one partition, whatever else is read meanwhile."""

import json
from datetime import UTC, datetime

import pytest

from feeds.decoding import Raw
from streams.catalog import AIR, EMERGENCY, ROAD
from streams.clock import last_tick, ticks
from streams.normalize.normalizer import Normalizer, Origin, Outcome, Tally
from streams.normalize.repeats import RepeatFilter

# 08:00 in Shanghai.
EIGHT = 1_772_409_600_000
SECOND, MINUTE = 1_000, 60_000
DAY = 24 * 60 * MINUTE
LINK = {"area_id": "city/north", "attributes": {"length_m": 500, "free_flow_time_ms": 30_000, "weight": 1}}


def normalized(at: int, city_time: int | None, ingest_time: int | None = None) -> tuple[Outcome, Tally]:
    """A reading of a moment that comes when its partition's clock is at another."""
    written = datetime.fromtimestamp(at / 1000, UTC).isoformat()
    payload = json.dumps({"link": "1", "measured_at": written, "speed_kmh": 50.0}).encode()
    raw = Raw("city-gateway-road", payload, {}, ingest_time or city_time or at, "gateway", "run", 0)
    tally = Tally()
    normalizer = Normalizer(ROAD, lambda *_: LINK)
    outcome = normalizer.normalize(
        Origin("city.road.raw.v1", 0, 0, 0), raw, RepeatFilter(ROAD.repeat_span), tally, city_time
    )
    return outcome, tally


def test_an_event_whose_window_is_over_goes_to_the_ledger_and_the_archive_and_to_no_window() -> None:
    outcome, tally = normalized(EIGHT + MINUTE, EIGHT + 30 * MINUTE + 10 * SECOND)

    assert outcome.events == []
    assert [event["event_time"] for event in outcome.archive_only] == [EIGHT + MINUTE]
    (late,) = outcome.late
    assert (late["window_start"], late["window_end"]) == (EIGHT, EIGHT + 5 * MINUTE)
    assert (late["measure"], late["late_by_ms"], late["source"]) == (
        "road.travel_time",
        25 * MINUTE,
        "gateway",
    )
    assert (tally.normalized, tally.decoded) == (1, 1)


@pytest.mark.parametrize(("clock", "is_late"), [(5 * MINUTE + 9_999, False), (5 * MINUTE + 10_000, True)])
def test_a_window_waits_as_long_as_its_source_declares(clock: int, is_late: bool) -> None:
    outcome, _ = normalized(EIGHT + 5 * MINUTE - 1, EIGHT + clock)

    assert bool(outcome.late) is is_late
    assert bool(outcome.events) is not is_late


def test_before_the_first_tick_nothing_is_late() -> None:
    outcome, _ = normalized(EIGHT, None)

    assert len(outcome.events) == 1


@pytest.mark.parametrize("behind", [10 * MINUTE, DAY])
def test_a_clock_that_is_behind_is_late_alone(behind: int) -> None:
    now = EIGHT + DAY
    late, _ = normalized(now - behind, now)
    good, _ = normalized(now, now)

    assert (len(late.late), len(good.events)) == (1, 1)


def test_a_clock_that_is_ahead_is_rejected_and_one_within_the_tolerance_makes_nobody_late() -> None:
    rejected, tally = normalized(EIGHT + 10 * MINUTE, EIGHT)
    ahead, _ = normalized(EIGHT + 5 * MINUTE + 50 * SECOND, EIGHT + 5 * MINUTE)
    # Its window ends before that event; the partition's clock has not said so.
    other, _ = normalized(EIGHT + 4 * MINUTE, EIGHT + 5 * MINUTE)

    assert tally.rejected == {"future_event_time": 1}
    assert rejected.events == []
    assert (len(ahead.events), len(other.events)) == (1, 1)


def test_what_a_service_makes_windows_of_is_never_late_here() -> None:
    assert [system.windows_its_events for system in (ROAD, AIR, EMERGENCY)] == [True, True, False]


def test_ticks_stand_where_the_watermark_is_at_the_end_of_a_step() -> None:
    found = ticks(ROAD, EIGHT, EIGHT + 2 * MINUTE + 10 * SECOND)

    assert [(tick - EIGHT) // SECOND for tick in found] == [10, 70, 130]
    assert [(tick - EIGHT) // SECOND for tick in ticks(AIR, EIGHT, EIGHT + 2 * MINUTE)] == [60, 120]


def test_no_tick_is_told_twice_or_left_out() -> None:
    first, second = (
        ticks(ROAD, EIGHT, EIGHT + 95 * SECOND),
        ticks(ROAD, EIGHT + 95 * SECOND, EIGHT + 5 * MINUTE),
    )

    assert [*first, *second] == list(ticks(ROAD, EIGHT, EIGHT + 5 * MINUTE))
    assert last_tick(ROAD, EIGHT + 9_999) == EIGHT - 50 * SECOND
    assert last_tick(ROAD, EIGHT + 10_000) == EIGHT + 10_000
