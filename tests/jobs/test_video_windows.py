"""Which alerts of video analysis does the SQL count as true, and as judged in time? Given events, expected sums."""

from typing import Any

from streams.catalog import VIDEO

HOUR = 1_772_409_600_000
CELL = "city/north:litter"


def test_a_verdict_at_its_very_limit_is_on_time_and_an_unclear_one_is_neither_true_nor_false(
    question: Any, event_of: Any
) -> None:
    told = [
        ("raised", None, None, None),
        ("raised", None, None, None),
        ("judged", "confirmed", 300, 300),
        ("judged", "false", 301, 300),
        ("judged", "unclear", None, 300),
        ("judged", "confirmed", 10, None),
    ]
    events = [
        event_of(
            "video",
            event_id=f"e{number}",
            entity_id="camera-1",
            area_id="city/north",
            cell_id=CELL,
            step=step,
            verdict=verdict,
            since_alert_s=since_s,
            limit_s=limit_s,
            event_time=HOUR + number,
            ingest_time=HOUR + number,
        )
        for number, (step, verdict, since_s, limit_s) in enumerate(told)
    ]

    rows = question.ask(VIDEO, [*events, event_of("video", event_time=HOUR + 2_000_000)])

    (cell,) = [row for row in rows if row["entity_type"] == "cell" and row["step"] == 0]
    assert (cell["entity_id"], cell["area_id"]) == (CELL, "city/north")
    assert cell["sums"] == {
        "alerts": 2,
        "judged": 4,
        "confirmed": 2,
        "false_alerts": 1,
        "judged_timed": 3,
        "judging_s_sum": 611,
        "judged_due": 2,
        "judged_on_time": 1,
    }
