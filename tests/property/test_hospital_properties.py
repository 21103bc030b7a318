"""Which laws does the crowding of emergency departments keep, whoever comes?"""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.grades import ED_CROWDING_GRADES
from indicators.hospital import EdState, diversion_share, ed_occupancy, nedocs

hours = st.integers(0, 43_200).map(lambda minutes: Fraction(minutes, 60))
beds = st.integers(1, 2_000)
GROWING = ("patients", "boarders", "ventilated", "longest_admit_hours", "last_wait_hours")


@st.composite
def states(draw: st.DrawFn) -> EdState:
    patients = draw(st.integers(0, 500))
    part = st.integers(0, patients)
    return EdState(patients, draw(beds), draw(part), draw(beds), draw(part), draw(hours), draw(hours))


@given(states())
def test_a_score_is_the_formula_on_exact_ratios_and_never_below_minus_20(state: EdState) -> None:
    result = nedocs(state)

    assert result.value is not None
    tenths = 858 * Fraction(state.patients, state.ed_beds) + 6_000 * Fraction(
        state.boarders, state.hospital_beds
    )
    rest = Fraction(
        1_340 * state.ventilated + 93 * state.longest_admit_hours + 564 * state.last_wait_hours, 100
    )
    assert result.value == tenths / 10 + rest - 20 >= -20
    assert result.grade == ED_CROWDING_GRADES.of(result.value).word
    assert result.beyond_scale == (not 0 <= result.value <= 200)


@given(states(), st.sampled_from(GROWING), st.integers(1, 20))
def test_more_of_anything_but_beds_never_crowds_less(state: EdState, name: str, more: int) -> None:
    roomy = replace(state, patients=state.patients + 20, longest_admit_hours=1, last_wait_hours=1)
    before, after = nedocs(roomy), nedocs(replace(roomy, **{name: getattr(roomy, name) + more}))

    assert before.value < after.value
    assert before.level <= after.level


@given(states(), st.sampled_from(["ed_beds", "hospital_beds"]), st.integers(1, 500))
def test_more_beds_never_crowd_more(state: EdState, name: str, more: int) -> None:
    before, after = nedocs(state), nedocs(replace(state, **{name: getattr(state, name) + more}))

    assert after.value <= before.value


anything = st.one_of(
    st.none(),
    st.just(10**400),
    st.integers(),
    st.integers(0, 50),
    st.floats(),
    st.fractions(),
    st.booleans(),
    st.text(max_size=3),
)


@given(st.builds(EdState, *[anything] * 7))
def test_whatever_comes_in_a_score_or_a_named_refusal_comes_out(state: EdState) -> None:
    try:
        result = nedocs(state)
    except ValueError:
        return

    assert (result.value is None) == bool(result.missing) == (result.validity == "no_data")


@given(st.lists(st.tuples(st.integers(0, 500), beds), min_size=1, max_size=8))
def test_a_city_lies_between_its_emptiest_and_its_fullest_department(
    departments: list[tuple[int, int]],
) -> None:
    city = ed_occupancy(sum(p for p, _ in departments), sum(b for _, b in departments)).value
    each = [ed_occupancy(*department).value for department in departments]

    assert min(each) <= city <= max(each)


@given(anything, anything)
def test_whatever_comes_in_a_share_or_a_named_refusal_comes_out(part, whole) -> None:
    for share, bound in ((diversion_share, 1), (ed_occupancy, None)):
        try:
            result = share(part, whole)
        except ValueError:
            continue

        assert result.value is None or (result.value_float or 0) >= 0
        assert bound is None or result.value is None or result.value <= bound
