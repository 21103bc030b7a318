"""Which laws does a target keep, whatever the city counts?"""

from dataclasses import replace
from fractions import Fraction
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from indicators.targets import TARGETS, Baseline, CityTarget
from indicators.targets.configuration import with_baselines, with_due_years, with_values
from indicators.targets.efficiency import EFFICIENCY_PARTS, city_efficiency
from indicators.targets.judging import Reading, Status, judge, judge_all

shares = st.fractions(0, 1, max_denominator=1000)
wanted = st.fractions(Fraction(1, 1000), 1, max_denominator=1000)
quantities = st.fractions(Fraction(1, 100), 10_000, max_denominator=100)
years = st.integers(2025, 2035)
junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.fractions(), st.text(max_size=8), st.just([])
)


@st.composite
def levels(draw: st.DrawFn) -> CityTarget:
    baseline = draw(st.none() | shares.map(lambda value: Baseline(value, 2025, "civil year 2025")))
    return replace(
        TARGETS["gov.online_available"],
        comparator=draw(st.sampled_from([">=", "<="])),
        value=draw(wanted),
        baseline=baseline,
        due_year=draw(st.none() | st.integers(2026, 2032)),
    )


@st.composite
def changes(draw: st.DrawFn) -> CityTarget:
    kind = draw(st.sampled_from(["gain", "reduction", "change"]))
    comparator = draw(st.sampled_from([">=", "<="]))
    value = draw(wanted)
    return replace(
        TARGETS["electricity.carbon_change"],
        kind=kind,
        comparator=comparator,
        value=value if comparator == ">=" else -value,
        baseline=Baseline(draw(quantities), 2025, "civil year 2025"),
        due_year=draw(st.none() | st.integers(2026, 2032)),
    )


either = st.one_of(st.tuples(levels(), shares, shares), st.tuples(changes(), quantities, quantities))


@given(either, years)
def test_attained_once_or_more_is_met_and_nothing_else_is(
    case: tuple[CityTarget, Fraction, Fraction], year: int
) -> None:
    target, quantity, _ = case
    result = judge(target, Reading(quantity, year))

    if result.attainment is not None:
        assert (result.attainment >= 1) is (result.status == "met")
    else:
        assert (result.value, result.status) == (0, "met")


@given(either, years)
def test_a_better_value_never_stands_worse(case: tuple[CityTarget, Fraction, Fraction], year: int) -> None:
    target, one, other = case
    results = [judge(target, Reading(quantity, year)) for quantity in (one, other)]
    results.sort(key=lambda result: result.value or Fraction(0), reverse=target.comparator == "<=")
    rank = {"behind": 0, "on_track": 1, "met": 2}

    assert rank[results[0].status] <= rank[results[1].status]
    if results[0].attainment is not None and results[1].attainment is not None:
        assert results[0].attainment <= results[1].attainment


@given(either, years)
def test_the_path_starts_at_the_baseline_and_ends_at_the_target(
    case: tuple[CityTarget, Fraction, Fraction], year: int
) -> None:
    target, quantity, _ = case
    result = judge(target, Reading(quantity, year))

    if target.baseline is None or target.due is None:
        assert result.expected is None
        assert result.status != "on_track"
        return
    assert result.expected is not None
    start = Fraction(0) if target.is_change else Fraction(target.baseline.value)
    assert min(start, target.value) <= result.expected <= max(start, target.value)
    if year == target.baseline.year:
        assert result.expected == start
    if year >= target.due:
        assert result.expected == target.value
        assert result.status in {"met", "behind"}


@given(changes(), quantities, st.fractions(Fraction(1, 100), 100, max_denominator=100))
def test_a_change_does_not_know_its_unit(target: CityTarget, quantity: Fraction, scale: Fraction) -> None:
    assert target.baseline is not None
    scaled = replace(target, baseline=replace(target.baseline, value=target.baseline.value * scale))

    assert (
        judge(target, Reading(quantity, 2027)).value == judge(scaled, Reading(quantity * scale, 2027)).value
    )


@given(
    st.dictionaries(st.sampled_from([*TARGETS, "gov.unknown"]), st.tuples(junk, junk, junk, junk), max_size=5)
)
def test_whatever_is_read_is_judged_or_refused(rows: dict[str, tuple[object, ...]]) -> None:
    try:
        readings = {id_: Reading(*fields) for id_, fields in rows.items()}  # type: ignore[arg-type]
        results = judge_all(TARGETS, readings)
    except (ValueError, LookupError):
        return
    assert [result.target.id for result in results] == list(TARGETS)
    for result in results:
        assert result.status in get_args(Status)
        assert result.reason is not None or result.attainment is not None


@given(
    st.sampled_from([*TARGETS, "gov.unknown"]),
    junk | st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,3})?", fullmatch=True),
    st.dictionaries(st.sampled_from(["value", "year", "period", "like", "unit"]), junk) | junk,
)
def test_whatever_is_set_is_a_target_or_refused(id_: str, text: object, fields: object) -> None:
    for setter, setting in ((with_values, text), (with_baselines, fields), (with_due_years, text)):
        try:
            set_ = setter(TARGETS, {id_: setting})  # type: ignore[arg-type, operator]
        except (ValueError, LookupError):
            continue
        assert list(set_) == list(TARGETS)


@given(st.lists(st.tuples(quantities, quantities), min_size=3, max_size=3))
def test_a_composite_lies_between_its_parts(measured: list[tuple[Fraction, Fraction]]) -> None:
    ids = [part.id for part in EFFICIENCY_PARTS]
    result = city_efficiency(dict(zip(ids, measured, strict=True)))
    gains = [part.gain for part in result.parts if part.gain is not None]

    assert result.gain is not None
    assert min(gains) <= result.gain <= max(gains)
    assert sum(part.share for part in result.parts) == 1
    assert result == city_efficiency(dict(zip(ids[::-1], measured[::-1], strict=True)))
