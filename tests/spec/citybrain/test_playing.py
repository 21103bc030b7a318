"""How a recording's clock travels with it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from citybrain.commands.replay import pace_of, shift_for
from citybrain.player import Pace, closing_clocks, merged
from feeds.recording import RecordingError, TimedRaw
from streams.catalog import AIR, EMERGENCY, ROAD

MINUTE = 60_000
HOUR = 60 * MINUTE
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text):
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_shift_keeps_windows_aligned():
    start, target = at("2012-03-01T00:00:00-08:00"), at("2026-11-21T10:17:31+08:00")

    shift = shift_for(target, start)

    assert shift % HOUR == 0
    assert 0 <= target - (start + shift) < HOUR


@pytest.mark.parametrize("system", [ROAD, AIR, EMERGENCY], ids=lambda system: system.slug)
def test_the_closing_clocks_end_the_last_window_and_the_civil_day(system):
    last = at("2017-01-31T23:55:00+08:00")

    clocks = list(closing_clocks(system, last, SHANGHAI))

    assert clocks == sorted(clocks)
    assert clocks[0] == last + MINUTE
    watermark = (clocks[-1] - system.source.out_of_orderness.total_seconds() * 1000) / 1000
    assert datetime.fromtimestamp(watermark, UTC).astimezone(SHANGHAI).strftime("%H:%M") == "00:01"
    assert watermark * 1000 > last + system.settle.total_seconds() * 1000


def test_feeds_are_merged_in_the_order_of_their_clock():
    one = [(ROAD, "a", TimedRaw(1, "", b"")), (ROAD, "a", TimedRaw(5, "", b""))]
    two = [(AIR, "b", TimedRaw(3, "", b""))]

    assert [item[2].at for item in merged([one, two])] == [1, 3, 5]


def test_a_city_that_follows_the_wall_sends_its_past_at_once_and_is_behind_no_longer_than_that_takes():
    now = at("2026-11-21T10:00:00+08:00")
    pace = Pace(1.0, (100.0, now))

    assert [pace.due(now + minutes * MINUTE) for minutes in (-180, 0, 10)] == [100.0 - 10_800, 100.0, 700.0]


def test_a_recording_begins_with_its_first_record_and_keeps_its_speed():
    start = at("2012-03-01T00:00:00-08:00")
    pace = Pace(60.0)

    begun = pace.due(start)

    assert pace.due(start + HOUR) == begun + 60
    assert Pace(None).due(start + HOUR) == 0.0


def test_a_speed_is_a_number_or_max():
    assert pace_of("600") == 600
    assert pace_of("max") is None
    for wrong in ("0", "-1", "fast"):
        with pytest.raises(RecordingError, match="not a speed"):
            pace_of(wrong)
