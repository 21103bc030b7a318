"""What do the judged indicators of hospitals say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

from indicators.catalog import INDICATORS
from streams.catalog import HOSPITAL

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
EMPTY = dict.fromkeys(HOSPITAL.source.counted.sums, 0)
DECLARED = {name: found for name, found in INDICATORS.items() if found.system == "hospital" and found.judged}


def quarter(start: int, **sums: int) -> dict[str, Any]:
    return statistic("hospital.care", "hospital", "H1", start, QUARTER_MS, sums={**EMPTY, **sums})


def told(*windows: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Value and validity by indicator, of the newest row of the window or hour at eight."""
    rows = newest(judged(judge_of(), windows)).items()
    return {name: (row["value"], row["validity"]) for (name, _, start), row in rows if start == EIGHT}


def test_a_quarter_of_an_hour_is_judged_by_its_worst_reading_and_by_their_mean() -> None:
    # Two readings, the published one of 149.1 and a calmer one of 60.9.
    row = quarter(EIGHT, nedocs_count=2, nedocs_milli_sum=210_000, nedocs_milli_max=149_100)
    rows = {name: row for (name, _, _), row in newest(judged(judge_of(), [row])).items()}

    worst, mean = rows["hospital.nedocs"], rows["hospital.nedocs_mean"]
    assert (worst["value"], worst["grade"], worst["standard"]) == (149.1, "严重拥挤", "NEDOCS")
    assert (mean["value"], mean["grade"]) == (105.0, "拥挤")


@pytest.mark.parametrize(
    ("milli", "value", "grade"),
    [
        (-20_000, -20.0, "不忙"),
        (20_000, 20.0, "不忙"),
        (20_001, 20.001, "忙碌"),
        (60_000, 60.0, "忙碌"),
        (100_000, 100.0, "极忙"),
        (140_000, 140.0, "拥挤"),
        (180_000, 180.0, "严重拥挤"),
        (180_001, 180.001, "危险拥挤"),
    ],
)
def test_a_score_on_a_cut_is_still_in_the_band_below(milli: int, value: float, grade: str) -> None:
    row = quarter(EIGHT, nedocs_count=1, nedocs_milli_sum=milli, nedocs_milli_max=milli)

    of_score = [row for row in judged(judge_of(), [row]) if row["indicator_id"].startswith("hospital.nedocs")]
    assert [(row["value"], row["grade"]) for row in of_score] == [(value, grade)] * 2


def test_a_district_is_as_crowded_as_its_most_crowded_department() -> None:
    sums = {**EMPTY, "nedocs_count": 3, "nedocs_milli_sum": 90_000, "nedocs_milli_max": 70_000}
    rows = judged(judge_of(), [statistic("hospital.care", "area", "bj/cy", EIGHT, QUARTER_MS, sums=sums)])

    values = {row["indicator_id"]: row["value"] for row in rows if row["value"] is not None}
    assert (values["hospital.nedocs"], values["hospital.nedocs_mean"]) == (70.0, 30.0)


def test_a_quarter_of_an_hour_tells_of_beds_boarders_and_waits() -> None:
    rows = told(
        quarter(
            EIGHT,
            ed_patients=90,
            ed_beds=60,
            boarders=9,
            patients_with_boarders=45,
            longest_admit_count=2,
            longest_admit_s_max=27_000,
            last_wait_count=2,
            last_wait_s_sum=5_400,
            beds=140,
            beds_occupied=147,
        )
    )

    assert {name: value for name, (value, validity) in rows.items() if validity == "valid"} == {
        "hospital.ed_occupancy_ratio": 1.5,
        "hospital.boarding_ratio": 0.2,
        "hospital.longest_boarding_minutes": 450.0,
        "hospital.wait_minutes": 45.0,
        "hospital.bed_occupancy_ratio": 1.05,
    }


def test_handovers_visits_and_consultations_are_judged_by_the_hour() -> None:
    rows = told(
        quarter(
            EIGHT,
            handovers=2,
            handover_s_sum=1_500,
            handovers_within_limit=2,
            visits=30,
            visits_by_appointment=20,
        ),
        quarter(EIGHT + QUARTER_MS, handovers=1, handover_s_sum=1_500, visits=10, visits_by_appointment=10),
        quarter(EIGHT + 2 * QUARTER_MS, consultation_reports=2, consultations=8, tele_consultations=6),
    )

    assert rows["hospital.handover_minutes"] == (16.666667, "valid")
    assert rows["hospital.handover_within_limit_ratio"] == (0.666667, "valid")
    assert rows["hospital.appointment_ratio"] == (0.75, "valid")
    assert rows["hospital.tele_consultations"] == (6.0, "valid")
    assert rows["hospital.tele_consultation_ratio"] == (0.75, "valid")


def test_a_report_of_no_consultation_is_a_count_of_none_and_no_share() -> None:
    rows = told(quarter(EIGHT, consultation_reports=1))

    assert rows["hospital.tele_consultations"] == (0.0, "valid")
    assert rows["hospital.tele_consultation_ratio"] == (None, "no_data")


def test_a_window_in_which_nothing_was_counted_has_no_figure() -> None:
    assert told(quarter(EIGHT)) == dict.fromkeys(DECLARED, (None, "no_data"))


def test_a_silent_hospital_has_no_data() -> None:
    def clock(start: int) -> dict[str, Any]:
        return statistic("hospital.care", "clock", "clock", start, QUARTER_MS, step=1, observations=0)

    roster = [entity("hospital", "hospital", "H9")]
    rows = judged(judge_of(roster), [clock(EIGHT), clock(EIGHT + HOUR_MS)])

    silent = {row["indicator_id"]: row["validity"] for row in rows if row["entity_id"] == "H9"}
    assert {name: silent[name] for name in DECLARED} == dict.fromkeys(DECLARED, "no_data")


def test_what_may_endanger_somebody_is_not_public() -> None:
    public = {name for name, found in DECLARED.items() if found.public}

    assert public == {
        "hospital.wait_minutes",
        "hospital.appointment_ratio",
        "hospital.tele_consultations",
        "hospital.tele_consultation_ratio",
    }


def test_more_boarders_than_patients_cannot_be() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        told(quarter(EIGHT, boarders=3, patients_with_boarders=2))
