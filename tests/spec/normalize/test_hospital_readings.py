"""What becomes of a hospital's reading when it is completed: its area, its limit, and the score of its census."""

from typing import Any

import orjson
import pytest

from feeds.decoding import Raw
from streams.catalog import HOSPITAL
from streams.normalize.normalizer import Normalizer, Origin, Outcome, Tally
from streams.normalize.repeats import RepeatFilter

AT, AT_MS = "2026-03-02T08:00:12+08:00", 1_772_409_612_000
# 40 patients in 30 beds, 6 boarders for 300 beds, 2 ventilated, 8 h and 1.5 h of waiting: 149.1 as it was published.
CENSUS = {
    "hospital": "h1",
    "at": AT,
    "step": "census",
    "ed_patients": 40,
    "ed_beds": 30,
    "boarders": 6,
    "hospital_beds": 300,
    "ventilated": 2,
    "longest_admit_s": 28_800,
    "last_wait_s": 5_400,
}
HANDOVER = {"hospital": "h1", "at": AT, "step": "handover", "bay": "2", "handover_s": 700}


def lookup(system: str, entity_type: str, entity_id: str, _at: int) -> dict[str, Any] | None:
    attributes = {"h1": {}, "h2": {"handover_limit_s": 1_200}}.get(entity_id)
    return None if attributes is None else {"area_id": "city/north", "attributes": attributes}


def normalized(**reading: Any) -> Outcome:
    raw = Raw("city-gateway-hospital", orjson.dumps(reading), {}, AT_MS + 1_000, "simulator", "run", 0)
    normalizer, repeats = Normalizer(HOSPITAL, lookup), RepeatFilter(HOSPITAL.repeat_span)
    return normalizer.normalize(Origin("t", 0, 0, 0), raw, repeats, Tally())


def event(**reading: Any) -> dict[str, Any]:
    (found,) = normalized(**reading).events
    return found


def rejection(**reading: Any) -> tuple[str, str]:
    (found,) = normalized(**reading).dead_letters
    return found["reason"], found["message"]


def test_the_score_of_a_census_is_made_of_that_reading_alone() -> None:
    census = event(**CENSUS)

    assert census["nedocs_milli"] == 149_100
    assert census["area_id"] == "city/north"


@pytest.mark.parametrize(
    "absent", ["boarders", "hospital_beds", "ventilated", "longest_admit_s", "last_wait_s"]
)
def test_a_census_that_lacks_a_value_is_kept_and_has_no_score(absent: str) -> None:
    census = event(**{**CENSUS, absent: None})

    assert (census["nedocs_milli"], census["ed_patients"]) == (None, 40)


@pytest.mark.parametrize(("hospital", "limit_s"), [("h1", 900), ("h2", 1_200)])
def test_a_handover_is_held_against_the_declared_limit_else_against_a_quarter_of_an_hour(
    hospital: str, limit_s: int
) -> None:
    handover = event(**{**HANDOVER, "hospital": hospital})

    assert (handover["handover_s"], handover["handover_limit_s"]) == (700, limit_s)
    assert "nedocs_milli" not in handover


@pytest.mark.parametrize("part", ["boarders", "ventilated"])
def test_more_boarders_or_ventilated_than_patients_cannot_be(part: str) -> None:
    assert rejection(**{**CENSUS, part: 41}) == (
        "out_of_range",
        f"h1: {part} cannot be 41 of 40 ed_patients",
    )


def test_a_department_may_hold_more_patients_than_beds() -> None:
    beds = event(hospital="h1", at=AT, step="beds", department="surgery", beds=60, occupied=63)

    assert (beds["beds"], beds["beds_occupied"]) == (60, 63)


def test_the_beds_of_two_departments_and_the_bays_of_two_ambulances_are_two_events_each() -> None:
    beds = {"hospital": "h1", "at": AT, "step": "beds", "beds": 9, "occupied": 8}
    departments = {event(**beds, department=name)["event_id"] for name in ("surgery", "internal")}
    bays = {event(**{**HANDOVER, "bay": bay})["event_id"] for bay in ("1", "2")}

    assert (len(departments), len(bays)) == (2, 2)


def test_nothing_of_a_patient_and_no_vehicle_is_on_an_event() -> None:
    person = {
        "patient": "王小明",
        "patient_id": "P-4711",
        "diagnosis": "I21.9",
        "plate": "京A12345",
        "unit": "120-7",
    }

    handover = event(**HANDOVER, **person)

    assert not [value for value in person.values() if value in str(handover)]


def test_a_hospital_that_nobody_announced_is_rejected() -> None:
    assert rejection(**{**CENSUS, "hospital": "h9"})[0] == "unknown_entity"
