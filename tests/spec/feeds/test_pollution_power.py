"""What does a reading of a polluting firm's line become, and what of the firm is seen in it?"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import gateway_stories
import pytest

from feeds.decoding import Rejected, RejectReason
from feeds.pollution_power_gateway import FEED, enterprise_of

CODE = "91330100MA2ABCDE1X"
AT = "2026-03-02T08:00:12.500+08:00"
AT_MS = int(datetime(2026, 3, 2, 0, 0, 12, 500_000, tzinfo=UTC).timestamp() * 1000)
READING = {"credit_code": CODE, "line": "line-1", "at": AT, "production_kw": 61.5, "treatment_kw": 8}


item_of = partial(gateway_stories.item_of, FEED)


def test_a_line_is_named_after_its_enterprise_and_the_enterprise_by_a_digest() -> None:
    event = item_of(READING)

    assert event == {
        "event_id": f"city:{enterprise_of(CODE)}:line-1:{AT_MS}",
        "entity_id": f"{enterprise_of(CODE)}:line-1",
        "area_id": None,
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "enterprise_id": enterprise_of(CODE),
        "production_w": 61_500,
        "treatment_w": 8_000,
    }
    assert CODE not in str(event)


def test_the_first_lines_of_two_enterprises_are_two() -> None:
    other = item_of({**READING, "credit_code": "91330101MA2ABCDE1X"})

    assert other["entity_id"] != item_of(READING)["entity_id"]
    assert other["event_id"] != item_of(READING)["event_id"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"credit_code": None}, RejectReason.MISSING_ENTITY),
        # I, O, S, V and Z are in no credit code.
        ({"credit_code": "91330100MA2ABCDEIX"}, RejectReason.MISSING_ENTITY),
        ({"credit_code": CODE.lower()}, RejectReason.MISSING_ENTITY),
        ({"credit_code": CODE + "1"}, RejectReason.MISSING_ENTITY),
        ({"line": ""}, RejectReason.MISSING_ENTITY),
        ({"production_kw": None}, RejectReason.MISSING_VALUE),
        ({"treatment_kw": None}, RejectReason.MISSING_VALUE),
        ({"treatment_kw": "on"}, RejectReason.BAD_VALUE),
        ({"production_kw": -0.001}, RejectReason.OUT_OF_RANGE),
        ({"at": "2026-03-02T08:00:12"}, RejectReason.BAD_TIME),
    ],
)
def test_a_bad_reading_is_rejected_with_its_reason_and_never_says_whose_it_is(
    changes: dict[str, Any], expected: RejectReason
) -> None:
    item = item_of({**READING, **changes})

    assert isinstance(item, Rejected)
    assert item.reason is expected
    assert CODE[:8] not in item.message
