"""What do plots, cold chains, markets and traps report?"""

import json
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.directory import decode

BASE = {"site": "S1", "at": "2026-03-02T08:00:00+08:00"}
PLOT = {**BASE, "kind": "plot", "soil_percent": 48.25, "temperature_c": -0.5}
CHAIN = {**BASE, "kind": "chain", "chain_c": -17.9}
MARKET = {**BASE, "kind": "market", "price_yuan": 3.2, "volume_kg": 250}
TRAP = {**BASE, "kind": "trap", "pests": 0}
FIELDS = (
    "soil_permille",
    "temperature_mdegc",
    "chain_mdegc",
    "price_fen",
    "volume_kg",
    "pests",
)


def only(said: dict[str, Any]) -> Any:
    (item,) = decode(Raw("city-gateway-farming", json.dumps(said).encode(), {}, 0, "test", "run", 0))
    return item


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (PLOT, (482, -500, None, None, None, None)),
        ({**PLOT, "soil_percent": None}, (None, -500, None, None, None, None)),
        (CHAIN, (None, None, -17_900, None, None, None)),
        (MARKET, (None, None, None, 320, 250, None)),
        (TRAP, (None, None, None, None, None, 0)),
        # What another kind of site would report is not this one's.
        ({**TRAP, "chain_c": 5}, (None, None, None, None, None, 0)),
    ],
)
def test_each_kind_of_site_reports_its_own(said: dict[str, Any], found: tuple[int | None, ...]) -> None:
    event = only(said)

    assert tuple(event[field] for field in FIELDS) == found
    assert event["event_id"] == "city:S1:1772409600000"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({**PLOT, "soil_percent": None, "temperature_c": None}, RejectReason.MISSING_VALUE),
        ({**PLOT, "kind": "barn"}, RejectReason.BAD_VALUE),
        ({**PLOT, "soil_percent": 201}, RejectReason.OUT_OF_RANGE),
        ({**CHAIN, "chain_c": None}, RejectReason.MISSING_VALUE),
        ({**MARKET, "price_yuan": None}, RejectReason.MISSING_VALUE),
        ({**MARKET, "volume_kg": None}, RejectReason.MISSING_VALUE),
        ({**MARKET, "volume_kg": 0.5}, RejectReason.BAD_VALUE),
        ({**TRAP, "pests": -1}, RejectReason.OUT_OF_RANGE),
        ({**TRAP, "pests": None}, RejectReason.MISSING_VALUE),
    ],
)
def test_a_reading_that_says_nothing_of_use_says_why(said: dict[str, Any], reason: RejectReason) -> None:
    item = only(said)

    assert isinstance(item, Rejected)
    assert item.reason is reason


def test_nothing_of_a_vehicle_is_in_an_event() -> None:
    event = only({**CHAIN, "plate": "京A12345", "driver": "Wang"})

    assert "京A12345" not in event.values()
    assert "Wang" not in event.values()
