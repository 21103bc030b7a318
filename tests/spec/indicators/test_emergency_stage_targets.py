"""Does each part of an emergency response keep its target?"""

from dataclasses import replace
from fractions import Fraction

import pytest

from indicators.emergency import TARGETS, Target
from indicators.emergency_stage_targets import TARGET_SETS, judge_stage, judge_stages
from indicators.emergency_stages import STAGES, StageStatistic

TRAVEL = next(target for target in TARGETS if target.id == "nfpa_1710.travel_first_engine")
ANSWERING = next(target for target in TARGETS if target.id == "china_120.answering")


@pytest.mark.parametrize(
    ("set_", "limits"),
    [
        (
            "nfpa_1710.fire_first_engine",
            [(15, "0.95"), (40, "0.99"), (64, "0.9"), (80, "0.9"), (240, "0.9")],
        ),
        ("nfpa_1710.fire_full_alarm", [(80, "0.9"), (480, "0.9")]),
        ("nfpa_1710.fire_full_alarm_high_rise", [(80, "0.9"), (610, "0.9")]),
        ("nfpa_1710.ems_bls", [(15, "0.95"), (40, "0.99"), (64, "0.9"), (60, "0.9"), (240, "0.9")]),
        ("nfpa_1710.ems_als", [(15, "0.95"), (40, "0.99"), (64, "0.9"), (60, "0.9"), (480, "0.9")]),
        ("china_120", [(10, "0.95"), (180, "0.95")]),
        ("china_119", [(300, None)]),
    ],
)
def test_the_targets_are_those_of_their_sources(set_: str, limits: list[tuple[int, str | None]]) -> None:
    targets = TARGET_SETS[set_]

    assert [(t.seconds, None if t.share is None else Fraction(t.share)) for t in targets] == [
        (seconds, None if share is None else Fraction(share)) for seconds, share in limits
    ]
    assert all("secondary source" in target.source for target in targets)


def test_a_target_is_met_at_exactly_its_share() -> None:
    result = judge_stage(StageStatistic("travel", {240: 90, 241: 10}, {"negative": 2}), TRAVEL)

    assert (result.status, result.ratio, result.ratio_value) == ("met", Fraction(9, 10), 0.9)
    assert (result.cases, result.within, result.percent, result.percentile_s) == (100, 90, 90, 240)
    assert result.excluded == {"negative": 2}
    assert (result.standard, result.edition) == ("project", "emergency-stages-1")


def test_a_target_is_not_met_one_case_below() -> None:
    result = judge_stage(StageStatistic("travel", {240: 89, 241: 11}), TRAVEL)

    assert (result.status, result.ratio, result.percentile_s) == ("not_met", Fraction(89, 100), 241)


def test_the_percentile_is_that_of_the_objective() -> None:
    result = judge_stage(StageStatistic("answer", {5: 94, 10: 1, 60: 5}), ANSWERING)

    assert (result.status, result.percent, result.percentile_s) == ("met", 95, 10)


def test_without_times_there_is_no_data_and_what_was_excluded_is_said() -> None:
    result = judge_stage(StageStatistic("travel", {}, {"missing_stamp": 7}), TRAVEL)

    assert (result.status, result.ratio, result.ratio_value, result.percentile_s) == (
        "no_data",
        None,
        None,
        None,
    )
    assert result.excluded == {"missing_stamp": 7}


def test_a_source_without_a_share_gives_a_ratio_and_no_verdict() -> None:
    (target,) = TARGET_SETS["china_119"]
    result = judge_stage(StageStatistic("turnout_and_travel", {300: 3, 301: 1}), target)

    assert (result.status, result.ratio, result.percent, result.percentile_s) == (
        "no_objective",
        Fraction(3, 4),
        None,
        None,
    )
    assert judge_stage(StageStatistic("turnout_and_travel"), target).status == "no_data"


@pytest.mark.parametrize(
    "target", [target for target in TARGETS if "travel" in target.id], ids=lambda t: t.id
)
def test_a_total_response_is_never_held_against_a_travel_target(target: Target) -> None:
    with pytest.raises(ValueError, match="is for en_route_arrived, the times are of received_arrived"):
        judge_stage(StageStatistic("total", {200: 10}), target)


def test_every_stage_is_judged_by_its_own_target_and_none_is_left_out() -> None:
    statistics = [StageStatistic("travel", {200: 10}), StageStatistic("turnout", {81: 10})]
    judged = judge_stages(statistics, TARGET_SETS["nfpa_1710.fire_first_engine"])

    assert {judgement.target.id: judgement.status for judgement in judged} == {
        "nfpa_1710.answering_15s": "no_data",
        "nfpa_1710.answering_40s": "no_data",
        "nfpa_1710.processing": "no_data",
        "nfpa_1710.turnout_fire": "not_met",
        "nfpa_1710.travel_first_engine": "met",
    }


def test_a_city_is_judged_from_merged_districts_and_not_from_their_percentiles() -> None:
    # Both districts alone: one keeps the target, the other does not; the mean of their P90 would fail the city.
    near, far = StageStatistic("travel", {100: 180}), StageStatistic("travel", {230: 5, 900: 15})

    assert [judge_stage(district, TRAVEL).percentile_s for district in (near, far)] == [100, 900]
    assert [judge_stage(district, TRAVEL).status for district in (near, far)] == ["met", "not_met"]

    city = judge_stage(near + far, TRAVEL)

    assert (city.status, city.percentile_s, city.ratio) == ("met", 100, Fraction(185, 200))
    with pytest.raises(ValueError, match="add the statistics up before judging"):
        judge_stages([near, far], [TRAVEL])


def test_every_declared_target_belongs_to_a_stage_and_to_a_set_or_is_the_citys_own() -> None:
    segments = {stage.segment for stage in STAGES.values()}
    in_sets = {target.id for targets in TARGET_SETS.values() for target in targets}

    assert all(target.segment in segments for target in TARGETS)
    assert {target.id for target in TARGETS} - in_sets == {"city.responded_15min"}


def test_a_target_of_no_stage_or_with_half_a_percent_is_refused() -> None:
    with pytest.raises(LookupError, match="is for arrived_water"):
        judge_stages([], [replace(TRAVEL, segment="arrived_water")])
    with pytest.raises(ValueError, match="whole percentage"):
        judge_stage(StageStatistic("travel", {1: 1}), replace(TRAVEL, share=Fraction("0.925")))
    with pytest.raises(ValueError, match="whole percentage"):
        judge_stage(StageStatistic("travel", {1: 1}), replace(TRAVEL, share=Fraction(0)))
    with pytest.raises(ValueError, match="from 0 to 1"):
        judge_stage(StageStatistic("travel", {1: 1}), replace(TRAVEL, share=Fraction(90)))
