"""In which area is a complaint that names its address cell alone?"""

import json
from typing import Any

from feeds.decoding import Raw, Rejected
from feeds.directory import decode
from streams.normalize.enrich import enrich_hotline

AT = "2026-04-01T08:00:00+08:00"


def event_of(**said: Any) -> dict[str, Any]:
    reading = {"id": "case-1", "step": "opened", "at": AT, "kind": "噪声", **said}
    raw = Raw("city-gateway-hotline", json.dumps(reading).encode(), {}, 0, "test", "run", 0)
    (item,) = decode(raw)
    assert isinstance(item, dict)
    return item


def grid(system: str, kind: str, name: str, _at: int) -> dict[str, Any] | None:
    return {"area_id": "city/north"} if (system, kind, name) == ("city", "cell", "cell-1") else None


def test_it_is_in_the_area_of_the_cell_and_the_cell_is_on_no_event() -> None:
    event = event_of(cell="cell-1")

    assert enrich_hotline(event, grid) is None
    assert (event["area_id"], event["cell_id"]) == ("city/north", "city/north:噪声")
    assert "address_cell" not in event


def test_an_area_that_is_named_goes_before_the_cell() -> None:
    event = event_of(area="city/south", cell="cell-9")

    assert enrich_hotline(event, grid) is None
    assert event["area_id"] == "city/south"


def test_a_cell_that_nobody_knows_is_said_with_what_to_do() -> None:
    rejected = enrich_hotline(event_of(cell="cell-9"), grid)

    assert isinstance(rejected, Rejected)
    assert rejected.reason.value == "unknown_entity"
    assert "load the reference data" in rejected.message


def test_without_area_and_cell_it_is_nowhere() -> None:
    rejected = enrich_hotline(event_of(), grid)

    assert isinstance(rejected, Rejected)
    assert rejected.reason.value == "missing_entity"
