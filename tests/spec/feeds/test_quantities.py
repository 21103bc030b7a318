"""Which number does a text hold, in a smaller unit?"""

import pytest

from feeds.decoding import RejectReason, UnfitError
from feeds.quantities import scaled

LIMITS = (-10_000_000, 10_000_000)


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [
        ("7.2", 7_200),
        ("-0.5", -500),
        ("12", 12_000),
        ("47.36041774214498", 47_360),
        ("0.0005", 0),
        ("0.0015", 2),
        # Beijing's mean temperature of a night around freezing.
        ("-2.77555756156289e-17", 0),
        ("1e-05", 0),
        ("2.5e-2", 25),
        ("9.9E-1", 990),
    ],
)
def test_a_number_as_it_was_written_is_read_half_even(text: str, thousandths: int) -> None:
    assert scaled(text, 1_000, LIMITS, "a value") == thousandths


@pytest.mark.parametrize(
    "text",
    [
        "",
        "warm",
        "1e9",
        "1.5e3",
        "2.77555756156289e17",
        "1.2.3",
        "1.234567890x",
        "nan",
        "1" * 41,
        "1." + "1" * 40,
    ],
)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(UnfitError) as refusal:
        scaled(text, 1_000, LIMITS, "a value")

    assert refusal.value.rejected.reason is RejectReason.BAD_VALUE


def test_what_cannot_be_is_out_of_range() -> None:
    with pytest.raises(UnfitError) as refusal:
        scaled("10000.001", 1_000, LIMITS, "a value")

    assert refusal.value.rejected.reason is RejectReason.OUT_OF_RANGE
