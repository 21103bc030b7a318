"""What do the judged indicators of video analysis say of the sums of an hour?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
EMPTY = dict.fromkeys(
    (
        *("alerts", "judged", "confirmed", "false_alerts"),
        *("judged_timed", "judging_s_sum", "judged_due", "judged_on_time"),
    ),
    0,
)


def told(entity_type: str = "city", **sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic("video.alerts", entity_type, "X", EIGHT, HOUR_MS, sums={**EMPTY, **sums})
    return {
        name: (row["value"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


@pytest.mark.parametrize("entity_type", ["cell", "area", "city"])
def test_alerts_are_judged_by_their_verdicts_and_by_how_soon_they_came(entity_type: str) -> None:
    rows = told(
        entity_type,
        alerts=12,
        judged=8,
        confirmed=5,
        false_alerts=2,
        judged_timed=6,
        judging_s_sum=900,
        judged_due=5,
        judged_on_time=4,
    )

    assert rows == {
        "video.alerts": (12.0, "valid"),
        "video.confirmed_ratio": (0.625, "valid"),
        "video.false_ratio": (0.25, "valid"),
        "video.verdict_minutes": (2.5, "valid"),
        "video.verdict_on_time_ratio": (0.8, "valid"),
    }


def test_alerts_that_nobody_has_judged_are_neither_true_nor_false() -> None:
    rows = told(alerts=9)

    assert rows.pop("video.alerts") == (9.0, "valid")
    assert set(rows.values()) == {(None, "no_data")}


def test_a_verdict_without_duration_and_limit_is_a_verdict_all_the_same() -> None:
    rows = told(judged=1, false_alerts=1)

    assert rows["video.false_ratio"] == (1.0, "valid")
    assert rows["video.confirmed_ratio"] == (0.0, "valid")
    assert rows["video.verdict_minutes"] == rows["video.verdict_on_time_ratio"] == (None, "no_data")


def test_more_confirmed_than_judged_cannot_be() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        told(judged=2, confirmed=3)
