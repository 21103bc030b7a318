"""What share of a rule's alerts was false?"""

from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

DAY = 1_774_972_800_000


def outcome(step: int, **counts: int) -> dict:
    return {
        "measure": "alert.outcome",
        "entity_type": "rule",
        "entity_id": "road.congestion",
        "area_id": None,
        "window_start": DAY,
        "window_end": DAY + 86_400_000,
        "step": step,
        "observations": sum(counts.values()),
        "sums": {"outcomes": sum(counts.values()), **counts},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": "live",
        "generation": 0,
    }


def test_the_share_of_false_alerts_is_told_with_each_outcome_and_final_after_the_day():
    judge = Judge(KeyedState(), lambda *_: [], mode="simulated", zone="Asia/Shanghai")
    told = [
        judge.on_statistic(outcome(step, false=false, handled=handled, transferred=0))
        for step, false, handled in ((1, 1, 0), (2, 1, 1), (0, 1, 3))
    ]
    rows = [row for (row,) in told]

    assert [row["value"] for row in rows] == [1.0, 0.5, 0.25]
    assert [row["finality"] for row in rows] == ["provisional", "provisional", "final"]
    assert {row["indicator_id"] for row in rows} == {"alert.false_ratio"}
