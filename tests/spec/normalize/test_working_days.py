"""How many working days did a decision take that says when it was accepted? By the city's calendar, or not at all."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from small_city import city

from citybrain.reference.entities import entities
from citybrain.reference.folder import reference_of
from feeds.decoding import Raw
from feeds.directory import decode
from indicators.workdays import UndeclaredYearError, is_workday
from indicators.workdays_china import CHINA_2026
from streams.catalog import GOV
from streams.entities import Entities
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter
from streams.workdays import calendar_of, workdays_taken

SHANGHAI = ZoneInfo("Asia/Shanghai")
DECIDED = {"hall": "h1", "at": "2026-05-11T10:00:00+08:00", "step": "decided", "case": "c1", "trips": 1}
DECIDED_MS = 1_778_464_800_000
APRIL_29 = "2026-04-29T23:30:00+08:00"
OWN_YEARS = """\
years:
  - year: 2026
    source: the town's own notice
    holidays: [2026-05-11]
    makeup_days: []
  - year: 2027
    source: the town's own notice
    holidays: [2027-01-01]
    makeup_days: []
"""


def registry(tmp_path: Path, **changed: str | None) -> Entities:
    """What the line knows after the reference data of a small city were loaded, and one service hall."""
    files = {f"{name}.yaml": text for name, text in changed.items()}
    known = Entities()
    for one in entities(reference_of(city(tmp_path / "city", files)), SHANGHAI):
        known.put(one)
    hall = {"system": "gov", "entity_type": "hall", "entity_id": "h1", "area_id": "town/west"}
    known.put({**hall, "valid_from": 0, "valid_to": None, "attributes": {"wait_limit_s": 600}, "labels": {}})
    return known


def normalized(known: Entities, **said: Any) -> dict[str, Any]:
    """The event, or the dead letter."""
    raw = Raw("city-gateway-gov", json.dumps({**DECIDED, **said}).encode(), {}, DECIDED_MS, "test", "run", 0)
    normalizer = Normalizer(GOV, known.get)
    outcome = normalizer.normalize(Origin("t", 0, 0, 0), raw, RepeatFilter(GOV.repeat_span), Tally())
    (found,) = [*outcome.events, *outcome.dead_letters]
    return found


def test_holidays_and_makeup_days_are_those_of_the_citys_calendar(tmp_path):
    event = normalized(registry(tmp_path), accepted_at=APRIL_29)

    # 30 April, 6 to 8 May, Saturday 9 May (made up) and 11 May: the first five days of May are off.
    assert event["taken_days"] == 6
    assert (event["area_id"], event["wait_limit_s"]) == ("town/west", 600)
    assert not {"accepted_at", "waited_days"} & set(event)


def test_a_city_replaces_a_year_of_the_shipped_ones_and_adds_another(tmp_path):
    known = registry(tmp_path, calendar=OWN_YEARS)

    # 30 April, 1 May, 4 to 8 May; the Saturday is none, and 11 May is off.
    assert normalized(known, accepted_at=APRIL_29)["taken_days"] == 7
    assert {one["entity_id"] for one in known.versions("city", "calendar")} == {"2025", "2026", "2027"}


def test_the_days_that_the_applicant_was_waited_for_are_left_out(tmp_path):
    known = registry(tmp_path)

    assert normalized(known, accepted_at=APRIL_29, waited_days=4)["taken_days"] == 2
    assert "more than the working days" in normalized(known, accepted_at=APRIL_29, waited_days=7)["message"]


def test_what_the_source_has_counted_itself_stays(tmp_path):
    assert normalized(registry(tmp_path), taken_days=40, accepted_at=APRIL_29)["taken_days"] == 40


@pytest.mark.parametrize(
    ("accepted_at", "calendar", "says"),
    [
        ("2024-12-30T10:00:00+08:00", "", "has no holidays of 2024 (declared: 2025, 2026)"),
        (APRIL_29, None, "the registry has no calendar"),
    ],
)
def test_a_year_that_nobody_declared_is_a_dead_letter_that_names_it(tmp_path, accepted_at, calendar, says):
    known = registry(tmp_path, **({"calendar": None} if calendar is None else {}))

    letter = normalized(known, accepted_at=accepted_at)

    assert letter["reason"] == "unknown_entity"
    assert says in letter["message"]
    assert "application c1" in letter["message"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "missing_value"),
        ({"accepted_at": "2026-05-11T10:00:01+08:00"}, "out_of_range"),
        ({"accepted_at": "1990-01-01T00:00:00+08:00"}, "out_of_range"),
        ({"accepted_at": "yesterday"}, "bad_time"),
    ],
)
def test_a_decision_without_either_is_not_guessed(said, reason):
    (item,) = decode(Raw("city-gateway-gov", json.dumps({**DECIDED, **said}).encode(), {}, 0, "t", "r", 0))

    assert item.reason.value == reason


def test_a_calendar_comes_out_of_the_registry_as_it_went_in(tmp_path):
    years = registry(tmp_path).expected("city", "calendar", DECIDED_MS)

    calendar = calendar_of(years)

    assert calendar.declared(2026) == CHINA_2026
    assert calendar.zone == SHANGHAI
    assert is_workday(calendar, max(CHINA_2026.makeup_days))


def test_the_civil_day_is_the_citys_also_at_the_turn_of_the_year(tmp_path):
    known = registry(tmp_path, calendar=OWN_YEARS)
    # 31 December 2026, 23:30, and 4 January 2027, 00:30, in the city; in UTC both are a day earlier.
    begin, end = 1_798_731_000_000, 1_798_993_800_000

    assert workdays_taken(known.get, begin, end) == 1
    with pytest.raises(UndeclaredYearError):
        workdays_taken(registry(tmp_path / "other").get, begin, end)
