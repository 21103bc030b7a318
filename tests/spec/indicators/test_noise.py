"""How loud is it, by day and by night, and is that allowed here?"""

from decimal import localcontext

import pytest

from indicators.noise import (
    AREA_LIMITS,
    DayHours,
    NoiseStat,
    by_period,
    city_grade,
    energy_of,
    judge,
    judge_night_peak,
    lden,
    ldn,
    leq,
    noise_stat,
)

NOTHING = NoiseStat(0, 0)


def of(level_db: float) -> NoiseStat:
    return noise_stat([round(100 * level_db)])


@pytest.mark.parametrize(
    ("levels", "hundredths"),
    [([6_000, 5_000], 5_740), ([5_500] * 10 + [7_500], 6_500), ([6_000, 6_000], 6_000), ([6_000, 0], 5_699)],
)
def test_a_level_over_time_is_the_mean_of_energy_and_never_of_decibels(
    levels: list[int], hundredths: int
) -> None:
    result = leq(noise_stat(levels))

    assert (result.hundredths, result.validity) == (hundredths, "valid")
    assert (result.standard, result.edition) == ("GB 3096", "2008")


def test_a_level_has_one_decimal_rounded_half_even_and_two() -> None:
    assert (leq(of(60.05)).tenths, leq(of(60.05)).hundredths) == (600, 6_005)
    assert (leq(of(60.15)).tenths, leq(of(60.15)).value) == (602, 60.2)


def test_a_constant_level_gives_itself() -> None:
    for level in range(0, 14_001, 7):
        assert leq(noise_stat([level] * 3)).hundredths == level


def test_energies_are_thousandths_of_the_reference() -> None:
    assert [energy_of(level) for level in (0, 1, 300, 6_000, 14_000)] == [1_000, 1_002, 1_995, 10**9, 10**17]


def test_windows_merge_exactly() -> None:
    whole = [6_123, 4_567, 7_001, 5_000, 5_001]

    assert noise_stat(whole[:2]) + noise_stat(whole[2:]) == noise_stat(whole)


def test_the_callers_decimal_context_changes_nothing() -> None:
    expected = (leq(noise_stat([6_123, 4_567])), ldn(of(60), of(50)), lden(of(60), of(55), of(50)))
    with localcontext() as context:
        context.prec = 2

        assert (
            leq(noise_stat([6_123, 4_567])),
            ldn(of(60), of(50)),
            lden(of(60), of(55), of(50)),
        ) == expected


def test_without_readings_there_is_no_level() -> None:
    result = leq(NOTHING)

    assert (result.tenths, result.hundredths, result.value, result.validity) == (None, None, None, "no_data")
    assert result.reason == "no readings"
    assert noise_stat([]) == NOTHING


def test_the_night_counts_as_ten_decibels_louder() -> None:
    assert ldn(of(60), of(50)).tenths == 600
    # (16 x 10^6 + 8 x 10^7) / 24 = 4 x 10^6.
    assert ldn(of(60), of(60)).hundredths == 6_602


def test_a_shifted_day_weighs_its_own_hours() -> None:
    # 17 hours of day, 7 of night: (17 x 10^6 + 7 x 10^7) / 24 = 3.625 x 10^6.
    assert ldn(of(60), of(60), DayHours(6, 23)).hundredths == 6_559


def test_the_evening_counts_as_five_decibels_louder() -> None:
    assert lden(of(60), of(55), of(50)).tenths == 600
    # (12 + 4 x 3.16228 + 80) / 24 = 4.36038.
    assert lden(of(60), of(60), of(60)).hundredths == 6_640
    # (14 + 2 x 3.16228 + 80) / 24 = 4.18019.
    assert lden(of(60), of(60), of(60), (14, 2, 8)).hundredths == 6_621


def test_a_period_without_readings_leaves_the_day_without_a_level() -> None:
    for result in (ldn(of(60), NOTHING), ldn(NOTHING, of(60)), lden(of(60), NOTHING, of(50))):
        assert (result.tenths, result.reason) == (None, "a period of the day has no readings")


@pytest.mark.parametrize("hours", [(12, 4, 9), (24, 0, 0), (16, -4, 12), (12.0, 4, 8)])
def test_the_periods_of_a_day_fill_it(hours: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="fill 24"):
        lden(of(60), of(60), of(60), hours)


def test_hours_are_of_the_day_from_6_to_22() -> None:
    hours = {hour: of(60 if 6 <= hour < 22 else 50) for hour in range(24)}

    day, night = by_period(hours)

    assert (day.count, night.count) == (16, 8)
    assert (leq(day).tenths, leq(night).tenths) == (600, 500)
    assert by_period({22: of(50)}, DayHours(6, 23))[0].count == 1
    assert by_period({}) == (NOTHING, NOTHING)


@pytest.mark.parametrize("hour", [-1, 24, 1.5, True])
def test_an_hour_outside_the_day_is_refused(hour: int) -> None:
    with pytest.raises(ValueError, match="0 to 23"):
        by_period({hour: of(50)})


@pytest.mark.parametrize(("start", "end"), [(22, 6), (6, 6), (-1, 6), (6, 25), (0, 24), (6.5, 22)])
def test_a_day_has_an_order_and_a_night(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="with a night"):
        DayHours(start, end)


@pytest.mark.parametrize(
    ("area", "day", "night"),
    [("0", 50, 40), ("1", 55, 45), ("2", 60, 50), ("3", 65, 55), ("4a", 70, 55), ("4b", 70, 60)],
)
def test_each_area_has_its_limits(area: str, day: int, night: int) -> None:
    assert (AREA_LIMITS[area].day, AREA_LIMITS[area].night) == (day, night)
    assert judge(of(day), area, "day").exceeded is False
    assert judge(of(night), area, "night").exceeded is False
    assert judge(of(night + 0.1), area, "night").exceeded is True


def test_an_exceedance_is_in_tenths_of_a_decibel() -> None:
    result = judge(of(63.44), "2", "day")

    assert (result.limit, result.exceedance, result.exceedance_db) == (60, 34, 3.4)
    assert judge(of(60.05), "2", "day").exceedance == 0
    assert judge(of(60.06), "2", "day").exceedance == 1


def test_nothing_measured_neither_keeps_nor_exceeds_a_limit() -> None:
    for result in (judge(NOTHING, "2", "day"), judge_night_peak(None, "2")):
        assert (result.exceedance, result.exceeded, result.exceedance_db) == (None, None, None)
        assert result.validity == "no_data"


def test_a_sudden_noise_at_night_may_be_15_decibels_over_the_limit() -> None:
    kept, broken = judge_night_peak(6_500, "2"), judge_night_peak(6_620, "2")

    assert (kept.limit, kept.exceeded) == (65, False)
    assert (broken.exceedance, broken.period) == (12, "night")


def test_an_unknown_area_or_period_is_refused() -> None:
    for area, period in (("4", "day"), ("5", "night"), ("2", "evening")):
        with pytest.raises(LookupError, match="areas are 0, 1, 2, 3, 4a, 4b"):
            judge(of(50), area, period)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tenths", "area", "road"),
    [
        (500, "一级", "一级"),
        (501, "二级", "一级"),
        (551, "三级", "一级"),
        (601, "四级", "一级"),
        (651, "五级", "一级"),
        (680, "五级", "一级"),
        (681, "五级", "二级"),
        (701, "五级", "三级"),
        (721, "五级", "四级"),
        (740, "五级", "四级"),
        (741, "五级", "五级"),
    ],
)
def test_a_city_is_graded_for_its_area_and_for_its_roads(tenths: int, area: str, road: str) -> None:
    assert (city_grade(tenths, "area").word, city_grade(tenths, "road").word) == (area, road)


def test_a_city_is_graded_by_a_level_that_can_be() -> None:
    with pytest.raises(LookupError, match="'area' or 'road'"):
        city_grade(600, "rail")  # type: ignore[arg-type]
    for wrong in (-1, 1_401, 60.0):
        with pytest.raises(ValueError, match="0 to 1400"):
            city_grade(wrong, "area")  # type: ignore[arg-type]


@pytest.mark.parametrize("level", [-1, 14_001, 60.5, float("nan"), float("inf"), True, None, "60"])
def test_a_reading_that_cannot_be_is_refused(level: int) -> None:
    energy_of(1)
    with pytest.raises(ValueError, match="reject the reading"):
        noise_stat([level])
    if level is not None:
        with pytest.raises(ValueError, match="reject the reading"):
            judge_night_peak(level, "2")


@pytest.mark.parametrize(("energy", "count"), [(1, 0), (999, 1), (10**17 + 1, 1), (0, 1), (0, -1), (1e3, 1)])
def test_a_statistic_that_cannot_be_is_refused(energy: int, count: int) -> None:
    with pytest.raises(ValueError, match="readings"):
        NoiseStat(energy, count)
