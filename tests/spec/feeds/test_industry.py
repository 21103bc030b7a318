"""What does a reading of a plant's equipment become?"""

from typing import Any

import gateway_stories
import pytest

from feeds.decoding import Rejected, RejectReason
from feeds.industry_gateway import FEED

READING = {
    "equipment": "press-1",
    "at": "2026-03-02T08:00:00+08:00",
    "state": "running",
    "output": 2.5,
    "energy_kwh": 6.75,
    "emission_kg": 3.622,
}
OFFLINE = {"equipment": "press-1", "at": "2026-03-02T08:00:00+08:00", "state": "offline"}


def item_of(reading: dict[str, Any]) -> Any:
    item = gateway_stories.item_of(FEED, reading)
    return item.reason if isinstance(item, Rejected) else item


def test_output_energy_and_emission_are_counts_of_thousandths() -> None:
    event = item_of(READING)

    assert (event["output_milliunits"], event["energy_wh"], event["emission_g"]) == (2_500, 6_750, 3_622)


def test_equipment_that_cannot_be_reached_tells_that_and_nothing_else() -> None:
    event = item_of(OFFLINE)

    assert (event["state"], event["output_milliunits"], event["energy_wh"]) == ("offline", None, None)
    for name in ("output", "energy_kwh", "emission_kg"):
        assert item_of({**OFFLINE, name: 0}) == RejectReason.BAD_VALUE


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": None}, RejectReason.MISSING_VALUE),
        ({"state": "asleep"}, RejectReason.BAD_VALUE),
        ({"output": -1}, RejectReason.OUT_OF_RANGE),
        ({"energy_kwh": "much"}, RejectReason.BAD_VALUE),
        ({"equipment": None}, RejectReason.MISSING_ENTITY),
        ({"at": None}, RejectReason.MISSING_TIME),
    ],
)
def test_a_bad_reading_is_rejected_with_its_reason(changes: dict[str, Any], expected: RejectReason) -> None:
    assert item_of({**READING, **changes}) == expected
