"""Is a reported figure what was written, to its last decimal, whatever was written?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.decoding import UnfitError
from feeds.reported_figure import VALUE_MAX_MICRO, millionths

decimals = st.decimals(-1_000_000_000, 1_000_000_000, places=6)


@given(decimals)
def test_a_decimal_is_the_same_number_of_millionths(value: Decimal) -> None:
    assert millionths(f"{value:f}", "value") == value * 1_000_000


@given(st.integers(1, 10**20))
def test_beyond_the_largest_figure_nothing_is_taken(beyond: int) -> None:
    micro = VALUE_MAX_MICRO + beyond
    text = f"{micro // 1_000_000}.{micro % 1_000_000:06d}"

    with pytest.raises(UnfitError):
        millionths(text, "value")


@given(st.text(max_size=30))
def test_any_text_is_a_number_of_millionths_or_is_refused(text: str) -> None:
    try:
        found = millionths(text, "value")
    except UnfitError:
        return
    assert found == Decimal(text) * 1_000_000
