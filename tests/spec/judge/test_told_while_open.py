"""Where city time follows the wall: what is told of a window that was over before its events could be judged?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, emergency, emergency_clock, entity, judge_of

from schemas.codec import Decoder, Encoder
from schemas.records import schema
from streams.catalog import INDICATORS, INDICATORS_CURRENT, STATISTICS
from streams.dead_letters import DeadLetters
from streams.folds import Record
from streams.judge.fold import JudgeFold
from streams.standing import NewestRows

TEN = at("2026-04-01 10:00")
ROSTER = [entity("emergency", "city", "bj", "bj")]
RECORDS = (STATISTICS, INDICATORS, INDICATORS_CURRENT)


class Registry:
    """One that knows every schema."""

    def register(self, _topic: str, _record: str) -> int:
        return 1


@pytest.fixture
def told() -> Any:
    """The finalities of what a line tells of an hour, half of it and all of it, at a time; by topic."""

    def at_time(now: int, *, while_open: bool = True) -> dict[str, list[str]]:
        encoders = {topic.name: Encoder(topic.record, 1) for topic in RECORDS}
        fold = JudgeFold(
            judge_of(ROSTER),
            Decoder(STATISTICS.record, lambda _: schema(STATISTICS.record)),
            encoders,
            DeadLetters(Registry(), stage="judge"),  # type: ignore[arg-type]
            newest=NewestRows(),
            while_open=while_open,
            now_ms=lambda: now,
        )
        given = [
            emergency("arrived", "bj", TEN, {400: 1}, step=30),
            emergency("arrived", "bj", TEN, {400: 2}),
            emergency_clock("arrived", TEN),
        ]
        found: dict[str, list[str]] = {topic.name: [] for topic in RECORDS}
        for offset, statistic in enumerate(given):
            value = encoders[STATISTICS.name].encode(statistic)
            for output in fold.on_record(Record(STATISTICS.name, 0, offset, b"emergency.arrived", value, 0)):
                if output.value is not None:
                    decoder = _decoder(output.topic)
                    row = decoder.decode(output.value)
                    found[output.topic].append(row.get("finality") or f"step {min(row['step'], 1)}")
        return found

    return at_time


def _decoder(topic: str) -> Decoder:
    record = next(known.record for known in RECORDS if known.name == topic)
    return Decoder(record, lambda _: schema(record))


def test_while_the_hour_is_open_it_is_told_so_far(told: Any) -> None:
    found = told(TEN + HOUR_MS // 2)

    assert {"provisional", "final"} == set(found[INDICATORS.name])
    assert "step 1" in found[STATISTICS.name]


def test_days_after_it_only_the_whole_hour_is_told_and_handed_on(told: Any) -> None:
    found, open_hour = told(TEN + 48 * HOUR_MS), told(TEN + HOUR_MS // 2)

    for topic in (INDICATORS.name, INDICATORS_CURRENT.name):
        assert found[topic] == [finality for finality in open_hour[topic] if finality != "provisional"]
    assert set(found[STATISTICS.name]) == {"step 0"}


def test_a_line_that_is_a_little_behind_still_tells_its_hours_so_far(told: Any) -> None:
    assert told(TEN + HOUR_MS + 6 * 60_000) == told(TEN + HOUR_MS // 2)


def test_a_recording_has_its_own_time_and_is_told_in_full(told: Any) -> None:
    assert told(TEN + 90_000 * HOUR_MS, while_open=False) == told(TEN + HOUR_MS // 2)
