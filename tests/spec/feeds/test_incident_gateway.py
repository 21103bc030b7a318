"""What does a step of a sudden incident become, and what of it never gets onto the line?"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import gateway_stories
import pytest

from feeds.decoding import RejectReason
from feeds.incident_gateway import FEED, ORIGINS, STEPS, TYPES
from streams.catalog import INCIDENT
from streams.normalize.enrich import enrichment_of

AT_MS = int(datetime(2026, 3, 2, 0, 15, tzinfo=UTC).timestamp() * 1000)
ARRIVED = {
    "incident": "inc-7",
    "step": "arrived",
    "at": "2026-03-02T08:15:00+08:00",
    "area": "simcity/north",
    "origin": "call",
    "type": "accident",
    "level": 2,
    "lead": "消防救援支队",
    "assisting": ["卫生健康委", "公安局"],
    "since_report_s": 900,
}


item_of = partial(gateway_stories.item_of, FEED)


reason = partial(gateway_stories.reason_of, FEED, ARRIVED)


def test_a_step_carries_who_leads_and_its_own_duration() -> None:
    assert item_of(ARRIVED) == {
        "event_id": f"city:inc-7:{AT_MS}:arrived",
        "entity_id": "inc-7",
        "area_id": "simcity/north",
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "step": "arrived",
        "origin": "call",
        "incident_type": "accident",
        "level": 2,
        "lead_department": "消防救援支队",
        "assisting_departments": "卫生健康委; 公安局",
        "since_report_s": 900,
        "limit_s": None,
    }


def test_persons_stay_outside() -> None:
    persons = {"reporter": "张三", "phone": "13800000000", "commander": {"name": "李四"}, "plate": "京A12345"}

    assert item_of(ARRIVED | persons) == item_of(ARRIVED)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("kind", TYPES)
def test_every_step_of_every_type_may_come_from_any_source(step: str, origin: str, kind: str) -> None:
    assert reason(step=step, origin=origin, type=kind) is None


@pytest.mark.parametrize("assisting", [None, []])
def test_an_incident_may_have_no_department_that_assists(assisting: object) -> None:
    assert item_of(ARRIVED | {"assisting": assisting})["assisting_departments"] is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"step": "lost"}, RejectReason.BAD_VALUE),
        ({"origin": "rumour"}, RejectReason.BAD_VALUE),
        ({"type": None}, RejectReason.MISSING_VALUE),
        ({"level": 0}, RejectReason.OUT_OF_RANGE),
        ({"level": 5}, RejectReason.OUT_OF_RANGE),
        ({"level": "II"}, RejectReason.BAD_VALUE),
        ({"area": None}, RejectReason.MISSING_ENTITY),
        ({"lead": ""}, RejectReason.MISSING_ENTITY),
        ({"assisting": "公安局"}, RejectReason.BAD_VALUE),
        ({"assisting": ["公安局"] * 31}, RejectReason.BAD_VALUE),
        ({"assisting": [7]}, RejectReason.MISSING_ENTITY),
        ({"since_report_s": -1}, RejectReason.OUT_OF_RANGE),
        ({"since_report_s": 60.5}, RejectReason.BAD_VALUE),
        ({"limit_s": 0}, RejectReason.OUT_OF_RANGE),
        ({"incident": None}, RejectReason.MISSING_ENTITY),
        ({"at": None}, RejectReason.MISSING_TIME),
        ({"at": "2026-03-02T08:15:00"}, RejectReason.BAD_TIME),
    ],
)
def test_what_cannot_be_is_rejected_with_its_reason(said: dict[str, Any], why: RejectReason) -> None:
    assert reason(**said) is why


def test_two_steps_of_one_moment_are_two_events() -> None:
    both = {item_of(ARRIVED | {"step": step})["event_id"] for step in ("dispatched", "arrived")}

    assert len(both) == 2


def test_an_incident_is_counted_by_its_area_type_and_level() -> None:
    event = item_of(ARRIVED)

    assert enrichment_of(INCIDENT)(event, lambda *_: None) is None
    assert event["cell_id"] == "simcity/north:accident:2"


def test_an_incident_without_an_area_is_rejected_when_it_is_completed() -> None:
    rejected = enrichment_of(INCIDENT)({**item_of(ARRIVED), "area_id": None}, lambda *_: None)

    assert rejected is not None
    assert rejected.reason is RejectReason.MISSING_ENTITY
