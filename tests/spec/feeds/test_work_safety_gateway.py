"""What do a reading of a major-hazard site, and a hidden danger that was found there, become?"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import gateway_stories
import pytest

from feeds.decoding import RejectReason
from feeds.work_safety_gateway import FEED
from streams.catalog import WORK_SAFETY
from streams.normalize.enrich import enrichment_of

AT = "2026-03-02T08:15:00+08:00"
AT_MS = int(datetime(2026, 3, 2, 0, 15, tzinfo=UTC).timestamp() * 1000)
READING = {
    "site": "site-1",
    "at": AT,
    "step": "reading",
    "item": "tank-4",
    "interval_s": 60,
    "gas_lel_percent": 12.5,
    "pressure_mpa": 1.204,
    "level_m": 8.031,
}
RECTIFIED = {
    "site": "site-1",
    "at": AT,
    "step": "rectified",
    "item": "f-9",
    "major": True,
    "since_found_s": 86_400,
    "limit_s": 172_800,
}


item_of = partial(gateway_stories.item_of, FEED)


reason = partial(gateway_stories.reason_of, FEED)


def test_a_reading_is_whole_numbers_of_small_units_and_stands_for_its_interval() -> None:
    assert item_of(READING) == {
        "event_id": f"city:site-1:{AT_MS}:reading:tank-4",
        "entity_id": "site-1",
        "area_id": None,
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "step": "reading",
        "item": "tank-4",
        "interval_s": 60,
        "gas_permille": 125,
        "pressure_kpa": 1_204,
        "level_mm": 8_031,
        "major": None,
        "since_found_s": None,
        "limit_s": None,
    }


def test_what_is_rectified_carries_how_long_it_took_and_how_long_it_might_and_measures_nothing() -> None:
    event = item_of(RECTIFIED | {"gas_lel_percent": 99, "interval_s": 60})

    assert (event["major"], event["since_found_s"], event["limit_s"]) == (1, 86_400, 172_800)
    assert [event[name] for name in ("gas_permille", "interval_s")] == [None, None]


@pytest.mark.parametrize("report", [READING, RECTIFIED])
def test_persons_stay_outside(report: dict[str, Any]) -> None:
    persons = {"inspector": "张三", "responsible": {"name": "李四", "phone": "13800000000"}}

    assert item_of(report | persons) == item_of(report)


def test_two_sensors_of_one_site_and_moment_are_two_events() -> None:
    assert item_of(READING)["event_id"] != item_of(READING | {"item": "tank-5"})["event_id"]


@pytest.mark.parametrize("measured", ["gas_lel_percent", "pressure_mpa", "level_m"])
def test_one_quantity_is_enough(measured: str) -> None:
    others = {name: None for name in ("gas_lel_percent", "pressure_mpa", "level_m") if name != measured}

    assert reason(READING | others) is None


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (
            READING | {"gas_lel_percent": None, "pressure_mpa": None, "level_m": None},
            RejectReason.MISSING_VALUE,
        ),
        (READING | {"interval_s": None}, RejectReason.MISSING_VALUE),
        (READING | {"interval_s": 0}, RejectReason.OUT_OF_RANGE),
        (READING | {"interval_s": 3_601}, RejectReason.OUT_OF_RANGE),
        (READING | {"gas_lel_percent": -0.1}, RejectReason.OUT_OF_RANGE),
        (READING | {"pressure_mpa": "much"}, RejectReason.BAD_VALUE),
        (READING | {"level_m": 100.001}, RejectReason.OUT_OF_RANGE),
        (READING | {"item": None}, RejectReason.MISSING_ENTITY),
        (READING | {"site": ""}, RejectReason.MISSING_ENTITY),
        (READING | {"step": None}, RejectReason.MISSING_VALUE),
        (RECTIFIED | {"step": "forgotten"}, RejectReason.BAD_VALUE),
        (RECTIFIED | {"major": None}, RejectReason.MISSING_VALUE),
        (RECTIFIED | {"major": "yes"}, RejectReason.BAD_VALUE),
        (RECTIFIED | {"since_found_s": -1}, RejectReason.OUT_OF_RANGE),
        (RECTIFIED | {"limit_s": 0}, RejectReason.OUT_OF_RANGE),
        (RECTIFIED | {"at": "yesterday"}, RejectReason.BAD_TIME),
    ],
)
def test_what_cannot_be_is_rejected_with_its_reason(report: dict[str, Any], why: RejectReason) -> None:
    assert reason(report) is why


def test_a_reading_gets_the_limits_that_its_site_has_and_a_stranger_is_rejected() -> None:
    site = {"area_id": "simcity/north", "attributes": {"gas_limit_permille": 250}}
    event = item_of(READING)

    assert enrichment_of(WORK_SAFETY)(event, lambda *_: site) is None
    assert (event["area_id"], event["gas_limit_permille"]) == ("simcity/north", 250)
    assert event["pressure_limit_kpa"] is event["level_limit_mm"] is None
    rejected = enrichment_of(WORK_SAFETY)(item_of(READING), lambda *_: None)
    assert rejected is not None
    assert rejected.reason is RejectReason.UNKNOWN_ENTITY
