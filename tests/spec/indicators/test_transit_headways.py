"""How long does one wait for the next vehicle, and how much of it is owed to uneven gaps?"""

from fractions import Fraction

import pytest

from indicators.transit_headways import (
    FREQUENT_10MIN,
    FREQUENT_12MIN,
    FrequentService,
    GapSums,
    HeadwaySums,
    gap_sums,
    headway_regularity,
    headway_sums,
    root_half_even,
)

EVERY_TEN_MINUTES = [600] * 6


# A published example in minutes: twice the mean wait is 10, 10.8333 and 18.1, while the mean headway stays 10.
@pytest.mark.parametrize(
    ("minutes", "twice_the_wait"),
    [
        ([10, 10, 10, 10, 10, 10], Fraction(10)),
        ([10, 15, 5, 10, 10, 10], Fraction(65, 6)),
        ([10, 10, 10, 28, 1, 1], Fraction("18.1")),
    ],
)
def test_uneven_gaps_lengthen_the_wait(minutes: list[int], twice_the_wait: Fraction) -> None:
    observed = [60 * minute for minute in minutes]
    result = headway_regularity(headway_sums("1 north", observed, EVERY_TEN_MINUTES))

    assert result.awt_s == 30 * twice_the_wait
    assert (result.swt_s, result.ewt_s) == (300, 30 * twice_the_wait - 300)
    assert (result.validity, result.covered, result.standard) == ("valid", 1, "project")


def test_the_variation_is_of_the_whole_population() -> None:
    result = headway_regularity(headway_sums("1 north", [600, 900, 300, 600, 600, 600], EVERY_TEN_MINUTES))

    # 50/6 min^2 over the 10 min squared.
    assert result.sums.observed.variance == Fraction(50 * 3_600, 6)
    assert (result.cv_squared, result.cv_float) == (Fraction(1, 12), 0.288675)
    assert (result.ewt_s, result.ewt_float) == (25, 25.0)


def test_a_bunch_of_two_has_a_headway_of_0() -> None:
    result = headway_regularity(headway_sums("1 north", [1_200, 0], [600, 600]))

    assert (result.awt_s, result.ewt_s, result.cv_squared) == (600, 300, 1)


def test_service_better_than_scheduled_has_a_negative_excess() -> None:
    assert headway_regularity(headway_sums("1 north", [300, 300], [600])).ewt_s == -150


def test_only_frequent_service_is_counted_and_the_rest_stands_beside() -> None:
    at_the_limit = headway_sums("1 north", [720], [720, 720])
    above = headway_sums("2 north", [720], [720, 721])
    never_scheduled = headway_sums("3 north", [60, 60], [])

    assert at_the_limit.lines == {"1 north"}
    assert above == HeadwaySums(left_out=1)
    assert never_scheduled == HeadwaySums(left_out=2)
    assert headway_sums("1 north", [600], [600], FREQUENT_10MIN).lines == {"1 north"}
    assert headway_sums("1 north", [601], [601], FREQUENT_10MIN).left_out == 1


def test_a_district_is_the_sum_of_its_lines() -> None:
    district = headway_sums("1 north", [300] * 12, [300] * 12) + headway_sums("2 north", [720] * 5, [720] * 5)
    result = headway_regularity(district)

    # Both run as scheduled, so nobody waits in excess.
    assert (result.awt_s, result.ewt_s) == (Fraction(12 * 300**2 + 5 * 720**2, 2 * 7_200), 0)
    assert result.sums.lines == {"1 north", "2 north"}


def test_lines_together_have_no_variation_because_it_would_be_the_difference_between_them() -> None:
    district = headway_sums("1 north", [300] * 12, [300] * 12) + headway_sums("2 north", [720] * 5, [720] * 5)
    two_hours = headway_sums("1 north", [300] * 12, [300] * 12) + headway_sums("1 north", [300], [300])

    assert (headway_regularity(district).cv_squared, headway_regularity(district).cv_float) == (None, None)
    assert headway_regularity(two_hours).cv_squared == 0


def test_the_schedule_of_a_line_that_nobody_saw_is_not_held_against_the_others() -> None:
    seen, unseen = headway_sums("1 north", [300] * 12, [300] * 12), headway_sums("2 north", [], [720] * 5)
    result = headway_regularity(seen + unseen)

    assert (result.ewt_s, result.sums.unobserved_s, result.covered) == (0, 3_600, Fraction(1, 2))
    assert (result.validity, result.cv_squared) == ("insufficient", 0)
    assert result.reason == "1/2 of the scheduled time was observed, 7/10 is needed"


def test_headways_without_a_schedule_have_a_wait_but_no_excess() -> None:
    result = headway_regularity(HeadwaySums(observed=GapSums(2, 1_200, 720_000)))

    assert (result.awt_s, result.swt_s, result.ewt_s, result.validity) == (300, None, None, "no_data")


def test_exactly_the_wanted_part_is_enough() -> None:
    sums = headway_sums("1 north", [700], [500, 500])

    assert (headway_regularity(sums).covered, headway_regularity(sums).validity) == (Fraction(7, 10), "valid")


def test_one_headway_alone_varies_from_nothing() -> None:
    result = headway_regularity(headway_sums("1 north", [600], [600]))

    assert (result.awt_s, result.cv_squared, result.cv_float, result.validity) == (300, None, None, "valid")
    assert result.sums.observed.variance is None


@pytest.mark.parametrize(
    "sums",
    [
        HeadwaySums(),
        headway_sums("1 north", [], [600]),
        headway_sums("1 north", [0, 0], [600]),
        HeadwaySums(scheduled=GapSums(1, 600, 360_000)),
        HeadwaySums(left_out=3),
    ],
    ids=["nothing", "nothing observed", "no time passed", "a schedule alone", "nothing frequent"],
)
def test_without_headways_there_is_no_wait(sums: HeadwaySums) -> None:
    result = headway_regularity(sums)

    assert (result.awt_s, result.ewt_s, result.ewt_float, result.validity) == (None, None, None, "no_data")
    assert result.cv_float is None
    assert result.reason == "no frequent service has both observed and scheduled headways"


def test_sums_by_different_limits_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="frequent-12min and by frequent-10min"):
        HeadwaySums(FREQUENT_12MIN) + HeadwaySums(FREQUENT_10MIN)


@pytest.mark.parametrize(
    ("headway", "message"),
    [(-1, "0 or more"), (1.5, "whole number"), (float("nan"), "whole number"), (86_401, "86400 at most")],
)
def test_a_headway_that_cannot_be_is_refused(headway: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gap_sums([headway])


@pytest.mark.parametrize("sums", [(0, 1, 1), (1, 10, 99), (2, 10, 49), (1, 0, 5), (2, 86_401, 86_401**2)])
def test_sums_that_no_headways_have_are_refused(sums: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no headways from"):
        GapSums(*sums)


def test_a_line_without_a_name_and_a_limit_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="name it with its direction"):
        headway_sums(" ", [600], [600])
    with pytest.raises(ValueError, match="1 to 86400"):
        FrequentService("never", 0, "a test")
    assert FrequentService("always", 1, "a test").headway_s == 1
    assert gap_sums([86_400]).count == 1


@pytest.mark.parametrize(
    ("value", "decimals", "root"),
    [
        (Fraction(2), 6, "1.414214"),
        (Fraction(1, 4), 0, "0"),
        (Fraction(9, 4), 0, "2"),
        (Fraction(25, 4), 0, "2"),
        (Fraction("0.000225"), 2, "0.02"),
        (Fraction("0.000625"), 2, "0.02"),
        (Fraction(0), 3, "0"),
        # Just above a half: 0.0250001 is nearer to 0.03.
        (Fraction("0.00062500500001"), 2, "0.03"),
    ],
)
def test_a_root_is_rounded_half_to_even(value: Fraction, decimals: int, root: str) -> None:
    assert root_half_even(value, decimals) == Fraction(root)


@pytest.mark.parametrize(("value", "decimals"), [(Fraction(-1), 2), (Fraction(1), -1)])
def test_a_root_of_what_is_negative_is_refused(value: Fraction, decimals: int) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        root_half_even(value, decimals)
