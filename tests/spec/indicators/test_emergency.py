"""Was help there in time?"""

from fractions import Fraction

import pytest

from indicators.emergency import (
    TARGETS,
    keeps,
    merge,
    merge_all,
    parse_histogram,
    percentile,
    response,
)


def test_a_response_of_exactly_the_target_is_within() -> None:
    result = response({899: 1, 900: 1, 901: 1})

    assert (result.responded, result.within) == (3, 2)
    assert result.ratio == Fraction(2, 3)
    assert result.ratio_value == 0.666667


def test_an_incident_still_open_after_the_target_counts_as_failed_at_once() -> None:
    result = response({300: 3}, overdue_open=1)

    assert (result.responded, result.within, result.overdue_open) == (3, 3, 1)
    assert result.ratio == Fraction(3, 4)


def test_exclusions_stand_beside_the_ratio_and_not_in_it() -> None:
    result = response({300: 3, 1200: 1}, closed_without_arrival=5, expired_without_closure=2)

    assert result.ratio == Fraction(3, 4)
    assert (result.closed_without_arrival, result.expired_without_closure) == (5, 2)


def test_without_incidents_there_is_no_ratio() -> None:
    result = response({}, closed_without_arrival=4)

    assert (result.ratio, result.ratio_value, result.p50, result.p90) == (None, None, None, None)
    assert result.validity == "no_data"


def test_an_open_overdue_incident_alone_is_a_ratio_of_zero() -> None:
    result = response({}, overdue_open=1)

    assert (result.ratio, result.p50) == (Fraction(0), None)
    assert result.validity == "valid"


def test_the_target_is_configurable_and_recorded() -> None:
    result = response({200: 1, 400: 1}, 240)

    assert (result.ratio, result.target_seconds) == (Fraction(1, 2), 240)


@pytest.mark.parametrize(
    ("percent", "expected"), [(1, 15), (5, 15), (30, 20), (40, 20), (50, 35), (90, 50), (100, 50)]
)
def test_a_percentile_is_the_nearest_rank(percent: int, expected: int) -> None:
    assert percentile({15: 1, 20: 1, 35: 1, 40: 1, 50: 1}, percent) == expected


def test_a_second_with_count_zero_is_never_a_percentile() -> None:
    assert percentile({10: 0, 20: 2, 30: 0}, 1) == 20
    assert percentile({10: 0, 20: 2, 30: 0}, 100) == 20
    assert percentile({10: 0}, 50) is None


@pytest.mark.parametrize("percent", [0, 101])
def test_a_percentile_outside_1_and_100_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        percentile({10: 1}, percent)


@pytest.mark.parametrize("histogram", [{-1: 1}, {10: -1}])
def test_a_negative_time_or_count_is_refused(histogram: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="excluded with its reason"):
        response(histogram)


def test_a_negative_exclusion_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        response({10: 1}, closed_without_arrival=-1)


def test_a_city_is_judged_from_merged_districts_and_not_from_their_percentiles() -> None:
    quick, slow = {100: 99}, {2_000: 1}

    city = response(merge(quick, slow))

    assert city.p90 == 100
    assert (percentile(quick, 90), percentile(slow, 90)) == (100, 2_000)
    assert city.ratio == Fraction(99, 100)


def test_merging_leaves_the_parts_as_they_were() -> None:
    left, right = {10: 1}, {10: 2, 20: 3}

    assert merge(left, right) == {10: 3, 20: 3}
    assert (left, right) == ({10: 1}, {10: 2, 20: 3})
    assert merge_all([]) == {}


def test_an_avro_map_of_text_becomes_a_histogram() -> None:
    assert parse_histogram({"312": 4, "0312": 1, "7": 2}) == {312: 5, 7: 2}
    with pytest.raises(ValueError, match="abc"):
        parse_histogram({"abc": 1})


def test_a_target_is_kept_when_its_share_is_reached_exactly() -> None:
    turnout = next(target for target in TARGETS if target.id == "nfpa_1710.turnout_fire")

    assert keeps({80: 9, 81: 1}, turnout).met is True
    assert keeps({80: 89, 81: 11}, turnout).met is False
    assert keeps({}, turnout).met is None


def test_a_target_whose_source_names_no_share_is_counted_but_not_decided() -> None:
    city = next(target for target in TARGETS if target.id == "city.responded_15min")

    result = keeps({900: 1, 901: 1}, city)

    assert (result.ratio, result.met) == (Fraction(1, 2), None)


def test_every_target_names_its_source() -> None:
    assert len({target.id for target in TARGETS}) == len(TARGETS)
    assert all(target.source and target.seconds > 0 for target in TARGETS)


def test_a_result_says_that_the_definition_is_the_projects_own() -> None:
    assert response({10: 1}).standard == "project"
