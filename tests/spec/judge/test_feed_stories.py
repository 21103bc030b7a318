"""What do the judged indicators of a feed say of one hour of it?"""

from typing import Any

from judge_stories import HOUR_MS, at, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
NOTHING = dict.fromkeys(
    ("accepted", "complete", "timely", "with_limit", "rejected", "delivered", "promised", "kept"), 0
)


def told(**sums: int) -> dict[str, tuple[Any, Any, Any]]:
    row = statistic("feed.delivery", "feed", "nyc-311", EIGHT, HOUR_MS, sums={**NOTHING, **sums})
    return {
        name: (found["value"], found["validity"], found["finality"])
        for (name, _, _), found in newest(judged(judge_of(), [row])).items()
    }


def test_a_feed_that_delivered_half_of_its_promise_and_some_of_it_late_and_wrong() -> None:
    rows = told(
        accepted=40, complete=30, timely=10, with_limit=40, rejected=10, delivered=50, promised=100, kept=50
    )

    assert rows == {
        "feed.items": (50.0, "valid", "final"),
        "feed.delivered_ratio": (0.5, "valid", "final"),
        "feed.timely_ratio": (0.25, "valid", "final"),
        "feed.complete_ratio": (0.75, "valid", "final"),
        "feed.rejected_ratio": (0.2, "valid", "final"),
    }


def test_a_silent_feed_has_kept_nothing_of_its_promise() -> None:
    rows = told(promised=100)

    assert rows["feed.delivered_ratio"] == (0.0, "valid", "final")
    assert rows["feed.timely_ratio"][:2] == (None, "no_data")


def test_without_a_promise_there_is_no_share_of_it() -> None:
    assert told(accepted=5, delivered=5)["feed.delivered_ratio"][:2] == (None, "no_data")
