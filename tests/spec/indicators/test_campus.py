"""Do schools in the country use what is shared as those in town do?"""

from fractions import Fraction

import pytest

from indicators.campus import urban_to_rural


def test_the_ratio_is_of_the_two_shares_and_not_of_what_was_attended() -> None:
    # Town: 900 of 1 000; country: 90 of 150, that is 0.9 to 0.6.
    result = urban_to_rural((900, 1_000), (90, 150))

    assert (result.value, result.value_float, result.validity) == (Fraction(3, 2), 1.5, "valid")


@pytest.mark.parametrize(
    ("urban", "rural", "value"),
    [((40, 40), (90, 90), 1), ((0, 40), (1, 90), 0), ((1, 3), (2, 3), Fraction(1, 2))],
)
def test_below_parity_the_country_is_ahead(
    urban: tuple[int, int], rural: tuple[int, int], value: Fraction
) -> None:
    assert urban_to_rural(urban, rural).value == value


@pytest.mark.parametrize(
    ("urban", "rural", "reason"),
    [
        ((0, 0), (30, 40), "nothing_counted"),
        ((30, 40), (0, 0), "nothing_counted"),
        ((30, 40), (0, 40), "nothing_attended_in_the_country"),
    ],
)
def test_without_two_classes_that_attend_there_is_no_ratio(
    urban: tuple[int, int], rural: tuple[int, int], reason: str
) -> None:
    result = urban_to_rural(urban, rural)

    assert (result.value, result.value_float, result.validity, result.reason) == (
        None,
        None,
        "no_data",
        reason,
    )


@pytest.mark.parametrize(("urban", "rural"), [((41, 40), (1, 1)), ((1, 1), (41, 40)), ((-1, 40), (1, 1))])
def test_more_attended_than_offered_cannot_be(urban: tuple[int, int], rural: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="attended of offered"):
        urban_to_rural(urban, rural)
