"""Which part of an emergency response takes how long?"""

import pytest

from indicators.emergency_stages import (
    COURSE,
    REASONS,
    STAGES,
    StageStatistic,
    StageTime,
    stage_figures,
    stage_statistic,
    stage_time,
    stage_times,
)

CALL = 1_700_000_000_000
# Answered after 9 s, dispatched after 70, turned out after 120, there after 400.
RESPONSE = {
    "received": CALL,
    "answered": CALL + 9_000,
    "dispatched": CALL + 70_000,
    "en_route": CALL + 120_000,
    "arrived": CALL + 400_000,
    "available": CALL + 4_000_000,
}


def test_a_response_is_a_chain_of_stages_in_whole_seconds() -> None:
    assert {stage: time.seconds for stage, time in stage_times(RESPONSE).items()} == {
        "answer": 9,
        "process": 61,
        "answer_and_process": 70,
        "turnout": 50,
        "travel": 280,
        "turnout_and_travel": 330,
        "total": 400,
    }
    assert all(time.reason is None for time in stage_times(RESPONSE).values())


def test_begun_seconds_are_not_counted() -> None:
    assert stage_time("answer", {"received": CALL, "answered": CALL + 15_999}) == StageTime(15, None)


@pytest.mark.parametrize(
    "stamps", [{}, {"received": CALL}, {"answered": CALL}, {"received": CALL, "answered": None}]
)
def test_a_stage_without_a_stamp_has_no_time(stamps: dict[str, int | None]) -> None:
    assert stage_time("answer", stamps) == StageTime(None, "missing_stamp")


def test_a_stage_that_ends_before_it_starts_has_no_time() -> None:
    early = {**RESPONSE, "arrived": CALL + 119_999}

    assert stage_time("travel", early) == StageTime(None, "negative")
    assert stage_time("turnout", early) == StageTime(None, "out_of_order")
    assert stage_time("answer", early) == StageTime(9, None)


@pytest.mark.parametrize(
    ("change", "doubtful"),
    [
        # Dispatched after it turned out: which of the two is wrong, nobody can say.
        (
            {"dispatched": CALL + 130_000},
            {"process", "answer_and_process", "travel", "turnout_and_travel"},
        ),
        # Free again before it arrived.
        ({"available": CALL + 300_000}, {"travel", "turnout_and_travel", "total"}),
        # Answered before the call.
        ({"answered": CALL - 1}, {"process", "answer_and_process", "total"}),
        # Turned out after it arrived.
        ({"en_route": CALL + 500_000}, {"turnout", "turnout_and_travel", "total"}),
    ],
)
def test_a_stamp_on_the_wrong_side_makes_the_stages_it_contradicts_doubtful(
    change: dict[str, int], doubtful: set[str]
) -> None:
    times = stage_times({**RESPONSE, **change})

    assert {stage for stage, time in times.items() if time.reason == "out_of_order"} == doubtful


def test_equal_stamps_are_in_order_and_take_no_time() -> None:
    at_once = dict.fromkeys(COURSE, CALL)

    assert set(stage_times(at_once).values()) == {StageTime(0, None)}


def test_the_excluded_are_counted_by_their_reason_beside_the_times() -> None:
    statistic = stage_statistic(
        "travel",
        [
            RESPONSE,
            RESPONSE,
            {**RESPONSE, "arrived": None},
            {**RESPONSE, "arrived": CALL + 100_000},
            {**RESPONSE, "dispatched": CALL + 121_000},
        ],
    )

    assert statistic.times == {280: 2}
    assert statistic.excluded == {"missing_stamp": 1, "negative": 1, "out_of_order": 1}
    assert stage_figures(statistic).excluded == statistic.excluded


def test_percentiles_are_by_nearest_rank() -> None:
    result = stage_figures(StageStatistic("turnout", {30: 50, 60: 40, 75: 5, 200: 5}))

    assert (result.cases, result.p50, result.p90, result.p95) == (100, 30, 60, 75)
    assert (result.validity, result.standard, result.edition) == ("valid", "project", "emergency-stages-1")


def test_a_district_is_merged_and_a_percentile_is_never_averaged() -> None:
    quick = StageStatistic("travel", {100: 99}, {"negative": 1})
    slow = StageStatistic("travel", {2_000: 1}, {"negative": 2, "missing_stamp": 3})
    both = stage_figures(quick + slow)

    assert (stage_figures(quick).p90, stage_figures(slow).p90) == (100, 2_000)
    assert (both.p90, both.p95, both.cases) == (100, 100, 100)
    assert both.excluded == {"negative": 3, "missing_stamp": 3}


def test_without_a_response_there_is_no_time() -> None:
    result = stage_figures(StageStatistic("total", {}, {"missing_stamp": 4}))

    assert (result.cases, result.p50, result.p90, result.p95, result.validity) == (
        0,
        None,
        None,
        None,
        "no_data",
    )


def test_stages_do_not_add_up_with_each_other() -> None:
    with pytest.raises(ValueError, match="keep stages apart"):
        StageStatistic("travel") + StageStatistic("total")


@pytest.mark.parametrize(
    ("stage", "stamps", "message"),
    [
        ("driving", RESPONSE, "no stage is called 'driving'"),
        ("travel", {"entered": CALL}, "'entered' is no milestone"),
    ],
)
def test_an_unknown_stage_or_milestone_is_refused(stage: str, stamps: dict[str, int], message: str) -> None:
    with pytest.raises(LookupError, match=message):
        stage_time(stage, stamps)


@pytest.mark.parametrize("stamp", [-1, 1.5, float("nan"), True, "now"])
def test_a_stamp_that_is_no_time_is_refused(stamp: int) -> None:
    with pytest.raises(ValueError, match="the stamp received"):
        stage_time("travel", {**RESPONSE, "received": stamp})


def test_a_statistic_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="a time is -1"):
        StageStatistic("travel", {-1: 1})
    with pytest.raises(ValueError, match="a count of responses is -1"):
        StageStatistic("travel", {1: -1})
    with pytest.raises(ValueError, match=r"a count of excluded responses is 1\.5"):
        StageStatistic("travel", {}, {"negative": 1.5})  # type: ignore[dict-item]
    with pytest.raises(LookupError, match="nothing is excluded as 'cancelled'"):
        StageStatistic("travel", {}, {"cancelled": 1})


def test_every_stage_follows_the_course_and_every_reason_is_named() -> None:
    assert all(COURSE.index(stage.start) < COURSE.index(stage.end) for stage in STAGES.values())
    assert REASONS == ("missing_stamp", "negative", "out_of_order")
