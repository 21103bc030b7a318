"""Which edition judges this civil day?"""

from datetime import date

import pytest

from indicators.air_rules import HJ633_2012, HJ633_2026
from indicators.standard import Edition, edition_on

AIR = (HJ633_2012, HJ633_2026)


@pytest.mark.parametrize(
    ("civil_date", "expected"),
    [
        (date(2013, 3, 1), "HJ 633-2012"),
        (date(2026, 2, 28), "HJ 633-2012"),
        (date(2026, 3, 1), "HJ 633-2026"),
        (date(2031, 1, 1), "HJ 633-2026"),
    ],
)
def test_the_civil_day_finds_its_edition(civil_date: date, expected: str) -> None:
    assert edition_on(AIR, civil_date).name == expected


def test_a_day_without_an_edition_is_an_error_not_a_guess() -> None:
    with pytest.raises(LookupError, match="found none"):
        edition_on([HJ633_2026], date(2026, 2, 28))


def test_two_editions_on_one_day_are_an_error_not_a_choice() -> None:
    overlapping = Edition("HJ 633", "draft", None, None, "")

    with pytest.raises(LookupError, match="HJ 633-2026, HJ 633-draft"):
        edition_on([HJ633_2026, overlapping], date(2026, 3, 1))


def test_an_edition_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Edition("HJ 633", "2012", date(2016, 1, 1), date(2015, 1, 1), "")
