"""How much faster do arterial roads let one through than in the base year?"""

from fractions import Fraction

import pytest

from indicators.arterial_efficiency import Travel, arterial_efficiency, travel_by_class

PEAK, NOON, NIGHT = "workday, 07:00-09:00", "workday, 11:00-13:00", "rest day, 21:00-23:00"


def at(seconds_per_km: int, km: int) -> Travel:
    return Travel(1_000 * km, 1_000 * km * seconds_per_km)


def test_a_class_gains_what_a_kilometre_took_then_over_what_it_takes_now() -> None:
    result = arterial_efficiency({PEAK: at(138, 10)}, {PEAK: at(120, 25)})

    assert (result.gain, result.gain_float) == (Fraction("0.15"), 0.15)
    assert (result.baseline_seconds_per_km, result.current_seconds_per_km) == (138, 120)
    assert result.gains == {PEAK: Fraction("0.15")}
    assert (result.baseline_covered, result.current_covered) == (1, 1)
    assert (result.validity, result.reason) == ("valid", None)
    assert (result.standard, result.edition) == ("project", "arterial-efficiency-1")


def test_slower_traffic_is_a_negative_gain() -> None:
    assert arterial_efficiency({PEAK: at(120, 1)}, {PEAK: at(160, 1)}).gain == Fraction(-1, 4)


def test_more_driving_at_the_peak_is_not_a_slower_city() -> None:
    then = {PEAK: at(180, 100), NOON: at(90, 100)}
    now = {PEAK: at(180, 900), NOON: at(90, 100)}
    pooled = (sum(t.travel_time_ms for t in now.values()), sum(t.length_m for t in now.values()))

    assert arterial_efficiency(then, now).gain == 0
    assert Fraction(*pooled) > arterial_efficiency(then, now).baseline_seconds_per_km


def test_the_gain_over_all_classes_is_a_ratio_of_sums_with_the_base_years_weights() -> None:
    result = arterial_efficiency(
        {PEAK: at(180, 300), NOON: at(90, 100)}, {PEAK: at(120, 50), NOON: at(90, 900)}
    )

    assert result.baseline_seconds_per_km == Fraction(300 * 180 + 100 * 90, 400)
    assert result.current_seconds_per_km == Fraction(300 * 120 + 100 * 90, 400)
    assert result.gain == Fraction(63_000, 45_000) - 1
    assert result.gain != (result.gains[PEAK] + result.gains[NOON]) / 2


def test_only_classes_that_both_years_have_are_compared() -> None:
    result = arterial_efficiency(
        {PEAK: at(150, 80), NIGHT: at(60, 20)}, {PEAK: at(120, 90), NOON: at(10, 10)}
    )

    assert result.gain == Fraction(1, 4)
    assert (result.only_baseline, result.only_current) == ((NIGHT,), (NOON,))
    assert (result.baseline_covered, result.current_covered) == (Fraction(4, 5), Fraction(9, 10))
    assert result.validity == "valid"


def test_too_little_of_the_driving_compared_is_insufficient() -> None:
    then, now = {PEAK: at(150, 60), NIGHT: at(60, 40)}, {PEAK: at(120, 10)}

    assert arterial_efficiency(then, now).validity == "insufficient"
    assert arterial_efficiency(then, now).reason == "compared are 3/5 of the driving then, 7/10 is needed"
    assert arterial_efficiency(now, then).reason == "compared are 3/5 of the driving now, 7/10 is needed"
    assert arterial_efficiency(then, now, minimum_covered=Fraction("0.6")).validity == "valid"


@pytest.mark.parametrize(
    ("then", "now", "covered"),
    [
        ({}, {}, (None, None)),
        ({PEAK: at(150, 1)}, {}, (0, None)),
        ({PEAK: at(150, 1)}, {NOON: at(1, 1)}, (0, 0)),
    ],
)
def test_without_a_shared_class_there_is_no_gain(then, now, covered) -> None:
    result = arterial_efficiency(then, now)

    assert (result.gain, result.gain_float, result.gains) == (None, None, {})
    assert (result.baseline_seconds_per_km, result.current_seconds_per_km) == (None, None)
    assert (result.baseline_covered, result.current_covered) == covered
    assert (result.validity, result.reason) == ("no_data", "no class has driving on both sides")


def test_records_of_a_class_add_up() -> None:
    classes = travel_by_class([(PEAK, 1_000, 150_000), (NOON, 500, 40_000), (PEAK, 2_000, 210_000)])

    assert classes == {PEAK: Travel(3_000, 360_000), NOON: Travel(500, 40_000)}
    assert classes[PEAK].seconds_per_km == 120


@pytest.mark.parametrize("label", ["", "  ", None, 7])
def test_a_class_is_named_in_words(label: str) -> None:
    with pytest.raises(ValueError, match="in words"):
        travel_by_class([(label, 1, 1)])
    with pytest.raises(ValueError, match="in words"):
        arterial_efficiency({label: at(1, 1)}, {})


@pytest.mark.parametrize("travel", [(0, 1), (1, 0), (-1, 1), (1.5, 1), (1, float("nan")), (True, 1)])
def test_a_class_without_driving_is_refused(travel) -> None:
    with pytest.raises(ValueError, match=r"a length driven|a travel time"):
        Travel(*travel)


def test_the_part_to_cover_is_a_part() -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        arterial_efficiency({}, {}, minimum_covered=Fraction(2))
