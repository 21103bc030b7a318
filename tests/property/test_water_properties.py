"""Which laws do water classes, indices and levels keep, whatever is in the water?"""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.water import INDEX_TWO_BRANCHES, item_index, water_class
from indicators.water_level import Reading, StationLevels, rise_rate, water_level
from indicators.water_limits import INDEX_LIMIT_OVER_VALUE, ITEMS, TABLE_1_LAKE, TABLE_1_RIVER

Sample = dict[str, Fraction]

LIMITED = [key for key, item in ITEMS.items() if item.kind == "at_most"]
SEVERITY = ("normal", "guard", "warning", "guarantee", "record")

ratios = st.integers(0, 20_000).map(lambda thousandths: Fraction(thousandths, 1_000))
limits_or_ratios = ratios | st.sampled_from(sorted({limit for key in LIMITED for limit in ITEMS[key].lake}))
levels_mm = st.integers(-50_000, 50_000)


# On the limits, and anywhere between them.
pool = sorted({limit for item in ITEMS.values() for limit in item.lake if limit <= 14})
values = st.sampled_from(pool) | st.integers(0, 14_000).map(lambda thousandths: Fraction(thousandths, 1_000))
samples = st.dictionaries(st.sampled_from(TABLE_1_LAKE.items), values, max_size=8)


@st.composite
def stations(draw: st.DrawFn) -> StationLevels:
    guard, warning, guarantee = sorted(draw(st.sets(levels_mm, min_size=3, max_size=3)))
    record = draw(st.none() | levels_mm)
    return StationLevels("any", guard, draw(st.sampled_from([warning, None])), guarantee, record)


@given(samples)
def test_water_is_as_bad_as_its_worst_item(sample: Sample) -> None:
    result = water_class(sample, items=TABLE_1_LAKE, body="lake")

    assert set(result.classes) | set(result.missing) == set(TABLE_1_LAKE.items)
    assert result.value == max(result.classes.values(), default=None)
    assert (result.validity == "no_data") == (not sample) == (result.grade is None)
    assert all(result.classes[key] == result.value for key in result.determining)
    assert bool(result.determining) == bool(sample)


@given(samples, samples)
def test_one_more_item_never_betters_the_class_and_two_halves_give_the_worse(
    one: Sample, other: Sample
) -> None:
    other = {key: value for key, value in other.items() if key not in one}
    parts = [water_class(part, items=TABLE_1_LAKE, body="lake").value for part in (one, other)]

    whole = water_class(one | other, items=TABLE_1_LAKE, body="lake").value

    assert whole == max((part for part in parts if part is not None), default=None)


@given(samples, st.randoms(use_true_random=False), st.integers(1, 5))
def test_the_order_of_items_is_irrelevant(sample: Sample, random: Random, target: int) -> None:
    shuffled = list(sample.items())
    random.shuffle(shuffled)

    assert water_class(dict(shuffled), target=target) == water_class(sample, target=target)


@given(st.sampled_from(LIMITED), limits_or_ratios, limits_or_ratios)
def test_more_of_a_pollutant_is_never_better(key: str, one: Fraction, other: Fraction) -> None:
    low, high = (
        water_class({key: value}, items=TABLE_1_LAKE, body="lake").value for value in sorted((one, other))
    )

    assert low is not None
    assert high is not None
    assert low <= high


@given(ratios, ratios, st.integers(-5, 60))
def test_more_oxygen_is_never_worse(one: Fraction, other: Fraction, temperature: int) -> None:
    low, high = (
        water_class({"dissolved_oxygen": value, "water_temperature": temperature}).value
        for value in sorted((one, other))
    )

    assert low is not None
    assert high is not None
    assert low >= high


@given(samples, st.integers(1, 5))
def test_what_exceeds_has_a_worse_class_a_positive_multiple_and_an_index_above_1(
    sample: Sample, target: int
) -> None:
    result = water_class(sample, items=TABLE_1_LAKE, body="lake", target=target)

    assert set(result.exceeding) == {key for key, level in result.classes.items() if level > target}
    assert set(result.multiples) == {key for key in result.exceeding if key in LIMITED}
    for key in result.classes:
        index = item_index(key, sample[key], target, body="lake").value
        if key in LIMITED:
            assert index is not None
            assert (index > 1) == (key in result.exceeding)
        if key in result.multiples:
            assert index == 1 + result.multiples[key] > 1


@given(st.integers(1, 5), st.integers(0, 28), st.fractions(0, 1, max_denominator=10_000))
def test_the_two_branches_of_the_oxygen_index_meet_at_the_limit(
    target: int, temperature: int, step: Fraction
) -> None:
    limit = ITEMS["dissolved_oxygen"].river[target - 1]
    below, at = (
        item_index("dissolved_oxygen", value, target, water_temperature=temperature).value
        for value in (limit * (1 - step), limit)
    )

    assert at == 1
    assert below == 1 + 9 * step


@given(st.fractions(0, 14, max_denominator=1_000))
def test_the_index_of_ph_agrees_with_its_range(ph: Fraction) -> None:
    index = item_index("ph", ph, 3).value

    assert index is not None
    assert (index <= 1) == (6 <= ph <= 9)
    assert index >= 0


odd = [
    "",
    "nan",
    "1e9",
    "<0.05",
    "7.2",
    "-1",
    "14.01",
    "1/3",
    1.5,
    float("nan"),
    float("inf"),
    True,
    None,
    10**400,
]
numbers = st.sampled_from(odd) | st.integers(-10, 60) | values | st.text(max_size=6)


@given(
    st.dictionaries(st.sampled_from([*ITEMS, "gold", ""]), numbers, max_size=4),
    st.sampled_from(["river", "lake", "sea"]),
    st.sampled_from([None, 0, 1, 5, 6, "3", True]),
    numbers,
)
def test_whatever_comes_in_a_class_or_a_named_refusal_comes_out(sample, body, target, saturation) -> None:
    try:
        result = water_class(
            sample, body=body, items=TABLE_1_RIVER, target=target, saturation_percent=saturation
        )
    except ValueError:
        return

    assert (result.value in range(1, 7)) == (result.validity != "no_data")
    assert all(multiple > 0 for multiple in result.multiples.values())


@given(
    st.sampled_from([*ITEMS, "gold"]),
    numbers,
    st.sampled_from([0, 1, 5, 6]),
    st.sampled_from(["river", "lake"]),
    numbers,
    st.sampled_from([INDEX_TWO_BRANCHES, INDEX_LIMIT_OVER_VALUE]),
)
def test_whatever_comes_in_an_index_or_a_named_refusal_comes_out(
    item, value, target, body, temperature, variant
) -> None:
    try:
        result = item_index(item, value, target, body=body, water_temperature=temperature, variant=variant)
    except ValueError:
        return

    assert (result.value is None) == (result.reason is not None)
    assert result.value is None or (result.value_float or 0) >= 0


@given(stations(), levels_mm, levels_mm)
def test_higher_water_never_has_a_milder_state(station: StationLevels, one: int, other: int) -> None:
    low, high = (water_level(level, station) for level in sorted((one, other)))

    assert SEVERITY.index(low.state or "") <= SEVERITY.index(high.state or "")
    assert set(low.reached) <= set(high.reached)


@given(stations(), levels_mm)
def test_the_way_to_the_next_level_ends_there_and_not_before(station: StationLevels, level: int) -> None:
    result = water_level(level, station)

    if result.next_level is None or result.to_next_mm is None:
        assert set(result.reached) == set(station.known())
    else:
        assert result.to_next_mm > 0
        assert result.next_level in water_level(level + result.to_next_mm, station).reached
        assert water_level(level + result.to_next_mm - 1, station).reached == result.reached


@given(st.lists(st.tuples(st.integers(1, 10**8), levels_mm), min_size=3, max_size=3))
def test_the_rise_of_two_halves_weighted_by_time_is_the_rise_of_the_whole(
    steps: list[tuple[int, int]],
) -> None:
    readings, time_ms = [], 0
    for span_ms, level in steps:
        time_ms += span_ms
        readings.append(Reading(time_ms, level))
    first, second = rise_rate(*readings[:2]), rise_rate(*readings[1:])
    whole = rise_rate(readings[0], readings[2])

    assert whole.value * whole.span_ms == first.value * first.span_ms + second.value * second.span_ms


@given(st.integers(-10, 10) | st.floats(), st.integers() | st.floats(), st.integers(-10, 10) | st.none())
def test_whatever_two_readings_say_a_rate_or_a_named_refusal_comes_out(time_ms, level, later) -> None:
    try:
        rate = rise_rate(Reading(time_ms, level), Reading(later, 0))
    except ValueError:
        return

    assert rate.span_ms == later - time_ms > 0
