"""Which laws does on-time performance keep, whatever the vehicles do?"""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.transit import (
    COMMON,
    WINDOWS,
    OnTimeWindow,
    StopSums,
    on_time_performance,
    stop_sums,
)

relationships = st.sampled_from(["SCHEDULED", "SCHEDULED", "SKIPPED", "NO_DATA", "UNSCHEDULED"])
stops = st.lists(st.tuples(relationships, st.none() | st.integers(-600, 1_200)), max_size=40)
junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-400, 400), st.floats(), st.text(max_size=3)
)


@given(stops, st.sampled_from(WINDOWS))
def test_every_stop_is_in_exactly_one_count(day: list[tuple[str, int | None]], window: OnTimeWindow) -> None:
    sums = stop_sums(day, window)
    result = on_time_performance(sums)

    assert len(day) == result.counted + sums.no_data + sums.unscheduled
    assert (result.value is None) == (result.validity == "no_data") == (result.counted == 0)
    assert result.value is None or 0 <= result.value <= 1
    assert result.covered is None or 0 <= result.covered <= 1


@given(stops, st.data())
def test_two_halves_in_any_order_judge_as_the_whole(
    day: list[tuple[str, int | None]], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(day)))
    shuffled = data.draw(st.permutations(day))

    assert stop_sums(shuffled[:cut]) + stop_sums(shuffled[cut:]) == stop_sums(day)


@given(stops, st.integers(0, 600), st.integers(0, 600))
def test_a_wider_window_never_has_fewer_on_time(
    day: list[tuple[str, int | None]], earlier: int, later: int
) -> None:
    wider = OnTimeWindow("wider", COMMON.from_s - earlier, COMMON.to_s + later, "a test")
    narrow, wide = (on_time_performance(stop_sums(day, window)) for window in (COMMON, wider))

    assert narrow.counted == wide.counted
    assert narrow.value is None or narrow.value <= (wide.value or 0)


@given(stops)
def test_leaving_skipped_stops_out_never_lowers_the_share(day: list[tuple[str, int | None]]) -> None:
    failed = on_time_performance(stop_sums(day))
    excluded = on_time_performance(stop_sums(day, replace(COMMON, skipped="excluded")))

    if failed.value is not None and excluded.value is not None:
        assert failed.value <= excluded.value


@given(st.lists(stops, min_size=1, max_size=5))
def test_a_district_lies_between_its_worst_and_its_best_route(
    routes: list[list[tuple[str, int | None]]],
) -> None:
    each = [on_time_performance(stop_sums(route)).value for route in routes]
    known = [value for value in each if value is not None]
    district = on_time_performance(sum((stop_sums(route) for route in routes), StopSums())).value

    assert (district is None) == (not known)
    assert district is None or min(known) <= district <= max(known)


@given(
    st.lists(st.tuples(relationships | junk, junk), max_size=4),
    st.sampled_from([Fraction("0.7")]) | junk,
    junk,
)
def test_whatever_comes_in_a_share_or_a_named_refusal_comes_out(rows, minimum, limit) -> None:
    try:
        window = OnTimeWindow("any", -60, limit, "a test")
        result = on_time_performance(stop_sums(rows, window), minimum_covered=minimum)
    except (ValueError, LookupError):
        return

    assert (result.value is None) == (result.validity == "no_data")
    assert (result.reason is None) == (result.validity == "valid")
