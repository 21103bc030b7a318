"""Which laws do the targets of stages keep, whatever the times?"""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.emergency import TARGETS
from indicators.emergency_stage_targets import judge_stage
from indicators.emergency_stages import STAGES, StageStatistic

targets = st.sampled_from(TARGETS)
histograms = st.dictionaries(st.integers(0, 900), st.integers(0, 30), max_size=10)
BY_SEGMENT = {stage.segment: stage.id for stage in STAGES.values()}
junk = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.fractions(), st.text(max_size=3))


@given(targets, histograms, st.integers(1, 100))
def test_a_target_is_met_exactly_when_its_percentile_is_not_above_it(
    target, histogram: dict[int, int], percent: int
) -> None:
    target = replace(target, share=Fraction(percent, 100))
    result = judge_stage(StageStatistic(BY_SEGMENT[target.segment], histogram), target)

    assert (result.status == "no_data") == (result.percentile_s is None) == (not any(histogram.values()))
    if result.percentile_s is not None:
        assert (result.status == "met") == (result.percentile_s <= target.seconds)


@given(targets, histograms, st.integers(0, 600))
def test_more_time_never_keeps_a_target_less(target, histogram: dict[int, int], more: int) -> None:
    statistic = StageStatistic(BY_SEGMENT[target.segment], histogram)
    before = judge_stage(statistic, target)
    after = judge_stage(statistic, replace(target, seconds=target.seconds + more))

    assert after.within >= before.within
    assert before.status != "met" or after.status == "met"


@given(targets, st.lists(histograms, min_size=1, max_size=4))
def test_a_city_keeps_what_all_its_districts_keep(target, districts: list[dict[int, int]]) -> None:
    stage = BY_SEGMENT[target.segment]
    each = [StageStatistic(stage, histogram) for histogram in districts]
    city = judge_stage(sum(each[1:], each[0]), target)
    statuses = {judge_stage(district, target).status for district in each} - {"no_data"}

    assert city.cases == sum(sum(histogram.values()) for histogram in districts)
    if len(statuses) == 1:
        assert city.status in statuses


@given(st.sampled_from(list(STAGES)), targets, histograms, junk | st.just(Fraction(9, 10)))
def test_whatever_comes_in_a_verdict_or_a_named_refusal_comes_out(stage, target, histogram, share) -> None:
    try:
        result = judge_stage(StageStatistic(stage, histogram), replace(target, share=share))
    except ValueError:
        return

    assert result.status in {"met", "not_met", "no_objective", "no_data"}
    assert STAGES[stage].segment == target.segment
