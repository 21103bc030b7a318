"""Which laws do the stages of responses keep, whatever was stamped?"""

from hypothesis import given
from hypothesis import strategies as st

from indicators.emergency_stages import (
    COURSE,
    STAGES,
    StageStatistic,
    stage_figures,
    stage_statistic,
    stage_time,
    stage_times,
)

stamps = st.dictionaries(st.sampled_from(COURSE), st.none() | st.integers(0, 30_000))
responses = st.lists(stamps, max_size=12)
stages = st.sampled_from(list(STAGES))
junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(0, 9_000), st.floats(), st.text(max_size=3)
)


@given(st.lists(st.integers(0, 10**7), min_size=len(COURSE), max_size=len(COURSE)))
def test_in_order_every_stage_has_a_time_and_the_chain_adds_up(times: list[int]) -> None:
    whole_seconds = [1_000 * (time // 1_000) for time in sorted(times)]
    found = {
        stage: time.seconds
        for stage, time in stage_times(dict(zip(COURSE, whole_seconds, strict=True))).items()
    }

    assert None not in found.values()
    assert found["answer"] + found["process"] == found["answer_and_process"]
    assert found["turnout"] + found["travel"] == found["turnout_and_travel"]
    assert found["answer_and_process"] + found["turnout_and_travel"] == found["total"]


@given(stamps, stages)
def test_a_time_or_a_reason_and_never_both(known: dict[str, int | None], stage: str) -> None:
    taken = stage_time(stage, known)

    assert (taken.seconds is None) == (taken.reason is not None)
    assert taken.seconds is None or taken.seconds >= 0


@given(stamps, stages, st.sampled_from(COURSE))
def test_forgetting_another_stamp_never_makes_a_time_doubtful(
    known: dict[str, int | None], stage: str, forgotten: str
) -> None:
    before = stage_time(stage, known)
    after = stage_time(stage, {**known, forgotten: None})

    if forgotten in (STAGES[stage].start, STAGES[stage].end):
        assert after.reason == "missing_stamp"
    elif before.reason is None:
        assert after == before


@given(responses, stages, st.data())
def test_two_halves_in_any_order_are_the_whole(
    known: list[dict[str, int | None]], stage: str, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(known)))
    shuffled = data.draw(st.permutations(known))
    whole = stage_statistic(stage, known)

    assert stage_statistic(stage, shuffled[:cut]) + stage_statistic(stage, shuffled[cut:]) == whole
    assert sum(whole.times.values()) + sum(whole.excluded.values()) == len(known)


@given(responses, stages)
def test_percentiles_rise_and_occurred(known: list[dict[str, int | None]], stage: str) -> None:
    statistic = stage_statistic(stage, known)
    figures = stage_figures(statistic)

    if figures.cases:
        assert figures.p50 <= figures.p90 <= figures.p95 <= max(statistic.times)
        assert {figures.p50, figures.p90, figures.p95} <= set(statistic.times)


@given(
    st.sampled_from([*STAGES, "driving"]),
    st.lists(st.dictionaries(st.sampled_from([*COURSE, "entered"]), junk, max_size=4), max_size=3),
    st.dictionaries(junk, junk, max_size=2),
    st.dictionaries(st.sampled_from(["negative", "late"]), junk, max_size=2),
)
def test_whatever_comes_in_times_or_a_named_refusal_come_out(stage, known, times, excluded) -> None:
    for made in (lambda: stage_statistic(stage, known), lambda: StageStatistic(stage, times, excluded)):
        try:
            figures = stage_figures(made())
        except (ValueError, LookupError):
            continue
        assert (figures.p90 is None) == (figures.validity == "no_data") == (figures.cases == 0)
