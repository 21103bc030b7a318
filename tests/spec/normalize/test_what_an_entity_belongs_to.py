"""Whose readings are they? The registry knows what a reporting entity belongs to."""

from typing import Any

import pytest

from feeds.decoding import Rejected
from streams.catalog import CHARGING
from streams.normalize.enrich import enrichment_of

EVENT = {"entity_id": "CP-7", "event_time": 1}


def lookup_of(known: dict[str, Any] | None) -> Any:
    return lambda system, kind, name, at: known if (system, kind) == ("charging", "station") else None


@pytest.mark.parametrize(
    ("labels", "site"), [({"labels": {"site": "S1"}}, "S1"), ({"labels": {}}, "CP-7"), ({}, "CP-7")]
)
def test_a_charging_station_counts_for_its_site_and_alone_for_itself(
    labels: dict[str, Any], site: str
) -> None:
    event = dict(EVENT)

    rejected = enrichment_of(CHARGING)(event, lookup_of({"area_id": "c/d", "attributes": {}, **labels}))

    assert rejected is None
    assert (event["site_id"], event["area_id"]) == (site, "c/d")


def test_a_charging_station_that_nobody_announced_is_rejected() -> None:
    rejected = enrichment_of(CHARGING)(dict(EVENT), lookup_of(None))

    assert isinstance(rejected, Rejected)
    assert "station CP-7" in rejected.message
