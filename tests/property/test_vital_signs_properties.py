"""Which laws does the vital-signs index keep, whatever the city publishes?"""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.vital_signs import VITAL_SIGNS, Scoring, Sign, VitalPart, VitalSigns, vital_signs

junk = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.fractions(), st.text(max_size=5))
validities = st.sampled_from(["valid", "insufficient", "no_data"])


@st.composite
def scorings(draw: st.DrawFn) -> Scoring:
    values = sorted(draw(st.sets(st.integers(-1000, 1000), min_size=2, max_size=4)))
    scores = draw(
        st.lists(st.integers(0, 100), min_size=len(values), max_size=len(values)).filter(
            lambda scores: len(set(scores)) > 1
        )
    )
    return Scoring(tuple(zip(values, sorted(scores, reverse=draw(st.booleans())), strict=True)), capped=True)


@st.composite
def indices(draw: st.DrawFn) -> VitalSigns:
    parts = draw(st.lists(st.tuples(st.integers(1, 100), scorings()), min_size=1, max_size=3))
    minimum = draw(st.fractions(Fraction(1, 100), 1, max_denominator=100))
    return VitalSigns(
        tuple(VitalPart(f"x.part_{number}", *part) for number, part in enumerate(parts)), minimum
    )


values = st.integers(-1200, 1200) | st.fractions(-1200, 1200, max_denominator=50)
signs_by_number = st.dictionaries(st.integers(0, 4), values, max_size=5)


def signs_of(declared: VitalSigns, numbered: dict[int, int | Fraction]) -> dict[str, Sign]:
    return {
        part.indicator: Sign(numbered[number])
        for number, part in enumerate(declared.parts)
        if number in numbered
    }


@given(indices(), signs_by_number)
def test_the_index_is_bounded_and_says_what_it_rests_on(
    declared: VitalSigns, numbered: dict[int, int | Fraction]
) -> None:
    signs = signs_of(declared, numbered)
    result = vital_signs(signs, declared)

    assert set(result.missing) == {part.indicator for part in declared.parts} - set(signs)
    assert sum(part.weight for part in result.parts) == 1
    assert sum(part.weight for part in result.parts if part.score is not None) == result.covered
    assert (result.value is not None) is (result.covered >= declared.minimum_covered)
    assert (result.validity == "no_data") is (not signs)
    assert (result.reason is None) is (result.covered == 1)
    if result.value is not None:
        scores = [part.score for part in result.parts if part.score is not None]
        assert 0 <= min(scores) <= result.value <= max(scores) <= 100
        assert result.at_least is not None
        assert result.at_most is not None
        assert 0 <= result.at_least <= result.value <= result.at_most <= 100


@given(indices(), signs_by_number, st.data())
def test_a_better_part_never_lowers_the_index(
    declared: VitalSigns, numbered: dict[int, int | Fraction], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(declared.parts) - 1))
    low, high = sorted((data.draw(values), data.draw(values)))
    worse, better = (low, high) if declared.parts[number].scoring.better == "higher" else (high, low)
    before = vital_signs(signs_of(declared, {**numbered, number: worse}), declared)
    after = vital_signs(signs_of(declared, {**numbered, number: better}), declared)

    assert before.validity == after.validity
    if before.value is not None and after.value is not None:
        assert before.value <= after.value


@given(indices(), signs_by_number)
def test_what_is_missing_could_not_have_left_the_published_bounds(
    declared: VitalSigns, numbered: dict[int, int | Fraction]
) -> None:
    partial = vital_signs(signs_of(declared, numbered), declared)
    complete = {number: numbered.get(number, 7) for number in range(len(declared.parts))}
    whole = vital_signs(signs_of(declared, complete), declared)

    assert whole.value is not None
    if partial.at_least is not None and partial.at_most is not None:
        assert partial.at_least <= whole.value <= partial.at_most


@given(indices(), signs_by_number, st.randoms(use_true_random=False))
def test_neither_order_nor_the_scale_of_the_weights_matters(
    declared: VitalSigns, numbered: dict[int, int | Fraction], random
) -> None:
    signs = signs_of(declared, numbered)
    parts = [VitalPart(part.indicator, 7 * part.weight, part.scoring) for part in declared.parts]
    random.shuffle(parts)
    result = vital_signs(signs, declared)
    shuffled = vital_signs(dict(reversed(signs.items())), VitalSigns(tuple(parts), declared.minimum_covered))

    assert (shuffled.value, shuffled.covered, shuffled.validity) == (
        result.value,
        result.covered,
        result.validity,
    )
    assert vital_signs(dict(reversed(signs.items())), declared) == result


@given(scorings(), values, values)
def test_a_score_is_continuous_and_exact_at_its_knots(
    scoring: Scoring, one: int | Fraction, other: int | Fraction
) -> None:
    steepest = max(
        abs(Fraction(score_b - score_a) / (b - a))
        for (a, score_a), (b, score_b) in zip(scoring.knots, scoring.knots[1:], strict=False)
    )

    assert abs(scoring.of(one) - scoring.of(other)) <= steepest * abs(one - other)
    assert all(scoring.of(value) == score for value, score in scoring.knots)


@given(
    st.dictionaries(
        st.sampled_from([*(part.indicator for part in VITAL_SIGNS.parts), "road.tti"]),
        st.tuples(st.integers(0, 10) | junk, validities | junk),
    )
)
def test_whatever_comes_in_is_an_index_or_refused(rows: dict[str, tuple[object, object]]) -> None:
    try:
        signs = {indicator: Sign(*fields) for indicator, fields in rows.items()}  # type: ignore[arg-type]
        result = vital_signs(signs)
    except (ValueError, LookupError):
        return
    assert result.value is None or 0 <= result.value <= 100
    assert result.validity in {"valid", "insufficient", "no_data"}
