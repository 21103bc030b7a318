"""Which laws do noise levels keep, however loud it is?"""

from math import log10
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.noise import (
    AREA_LIMITS,
    NoiseStat,
    by_period,
    city_grade,
    judge,
    judge_night_peak,
    lden,
    ldn,
    leq,
    noise_stat,
)

readings = st.integers(0, 14_000)
windows = st.lists(readings, min_size=1, max_size=40)
areas = st.sampled_from(sorted(AREA_LIMITS))


def level_of(stat: NoiseStat) -> int:
    level = leq(stat).hundredths
    assert level is not None
    return level


@given(windows)
def test_a_level_is_the_energy_mean_within_its_resolution(levels: list[int]) -> None:
    mean = sum(10 ** (level / 1_000) for level in levels) / len(levels)

    # 0.0022 dB of the energies, half of 0.01 dB of the last rounding.
    assert abs(level_of(noise_stat(levels)) / 100 - 10 * log10(mean)) <= 0.0022 + 0.0051


@given(windows)
def test_a_level_lies_between_the_arithmetic_mean_and_the_loudest(levels: list[int]) -> None:
    level = level_of(noise_stat(levels))

    assert sum(levels) / len(levels) - 1 <= level <= max(levels)


@given(windows, st.data())
def test_two_halves_merged_are_exactly_the_whole(levels: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(levels)))

    assert noise_stat(levels[:cut]) + noise_stat(levels[cut:]) == noise_stat(levels)


@given(windows, st.randoms(use_true_random=False))
def test_the_order_of_readings_is_irrelevant(levels: list[int], random: Random) -> None:
    whole = noise_stat(levels)
    random.shuffle(levels)

    assert noise_stat(levels) == whole


@given(windows, st.integers(2, 1_000))
def test_hearing_everything_again_changes_no_level(levels: list[int], times: int) -> None:
    stat = noise_stat(levels)

    assert leq(NoiseStat(stat.energy * times, stat.count * times)) == leq(stat)


@given(windows, st.integers(0, 39), readings)
def test_a_louder_reading_never_lowers_the_level(levels: list[int], place: int, louder: int) -> None:
    before = level_of(noise_stat(levels))
    place %= len(levels)
    levels[place] = max(levels[place], louder)

    assert level_of(noise_stat(levels)) >= before


@given(st.dictionaries(st.integers(0, 23), windows, max_size=24))
def test_day_and_night_together_are_all_hours(hours: dict[int, list[int]]) -> None:
    stats = {hour: noise_stat(levels) for hour, levels in hours.items()}

    day, night = by_period(stats)

    assert day + night == noise_stat([level for levels in hours.values() for level in levels])


@given(windows, windows)
def test_a_penalty_never_makes_a_day_quieter(day: list[int], night: list[int]) -> None:
    day_stat, night_stat = noise_stat(day), noise_stat(night)
    level = ldn(day_stat, night_stat).hundredths
    with_evening = lden(day_stat, day_stat, night_stat).hundredths

    assert level is not None
    assert with_evening is not None
    assert min(level_of(day_stat), level_of(night_stat)) <= level <= with_evening
    assert with_evening <= max(level_of(day_stat) + 500, level_of(night_stat) + 1_000)


@given(windows, areas, st.sampled_from(["day", "night"]))
def test_an_exceedance_is_what_the_level_is_over_its_limit(levels: list[int], area: str, period) -> None:
    stat = noise_stat(levels)
    result = judge(stat, area, period)
    level = leq(stat).tenths

    assert level is not None
    assert result.exceedance == max(0, level - 10 * result.limit)


@given(readings, readings, areas)
def test_a_louder_peak_never_exceeds_less(one: int, other: int, area: str) -> None:
    low, high = (judge_night_peak(peak, area).exceedance for peak in sorted((one, other)))

    assert low is not None
    assert high is not None
    assert low <= high


@given(st.integers(0, 1_400), st.integers(0, 1_400), st.sampled_from(["area", "road"]))
def test_a_louder_city_never_has_a_better_grade(one: int, other: int, measured) -> None:
    low, high = (city_grade(level, measured).level for level in sorted((one, other)))

    assert low <= high


anything = st.one_of(st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=4), readings)


@given(st.lists(anything, max_size=4), st.text(max_size=2) | areas, st.sampled_from(["day", "night", "noon"]))
def test_whatever_comes_in_a_judgement_or_a_named_refusal_comes_out(levels, area, period) -> None:
    try:
        result = judge(noise_stat(levels), area, period)
    except (ValueError, LookupError):
        return

    assert (result.exceedance is None) == (not levels)


@given(anything, anything)
def test_whatever_statistic_comes_in_a_level_or_a_named_refusal_comes_out(energy, count) -> None:
    try:
        result = leq(NoiseStat(energy, count))
    except ValueError:
        return

    assert (result.tenths is None) == (count == 0)
    assert result.tenths is None or 0 <= result.tenths <= 1_400
