"""What does GB 3838-2002 table 1 ask of each class of surface water?"""

from fractions import Fraction
from itertools import pairwise

import pytest

from indicators.water_limits import ITEMS, METHOD_2011, TABLE_1_LAKE, TABLE_1_RIVER, ItemSet, exact


def test_the_table_has_24_items_and_the_sets_leave_out_what_they_say() -> None:
    assert len(ITEMS) == 24
    assert set(ITEMS) - set(METHOD_2011.items) == {"water_temperature", "total_nitrogen", "fecal_coliform"}
    assert set(ITEMS) - set(TABLE_1_RIVER.items) == {"water_temperature", "total_nitrogen"}
    assert set(ITEMS) - set(TABLE_1_LAKE.items) == {"water_temperature"}
    assert "unverified" in METHOD_2011.source


def test_limits_never_tighten_from_class_to_class() -> None:
    for item in ITEMS.values():
        for limits in (item.river, item.lake):
            assert len(limits) in {0, 5}
            for better, worse in pairwise(limits):
                assert better >= worse if item.kind == "at_least" else better <= worse


def test_lakes_are_stricter_for_phosphorus_and_alone_limited_for_nitrogen() -> None:
    different = {key for key, item in ITEMS.items() if item.river != item.lake}

    assert different == {"total_phosphorus", "total_nitrogen"}
    assert ITEMS["total_phosphorus"].limits("lake")[0] == Fraction("0.01")
    assert ITEMS["total_nitrogen"].limits("river") == ()


@pytest.mark.parametrize(
    ("key", "class_iii"),
    [
        ("mercury", "0.0001"),
        ("lead", "0.05"),
        ("cyanide", "0.2"),
        ("fluoride", "1"),
        ("fecal_coliform", "10000"),
    ],
)
def test_class_iii_limits_are_those_of_the_table(key: str, class_iii: str) -> None:
    assert ITEMS[key].limits("river")[2] == Fraction(class_iii)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ((), "at least one"),
        (("cod", "cod"), "once"),
        (("gold",), "unknown"),
        (("water_temperature",), "man-made"),
    ],
)
def test_an_item_set_has_known_items_once(items: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ItemSet("broken", items, "a test")


def test_numbers_come_in_exact() -> None:
    assert exact("0.15", "x") == Fraction(3, 20)
    assert exact(3, "x") == 3
    assert exact(Fraction(1, 3), "x") == Fraction(1, 3)
    for wrong in (0.15, float("nan"), "1/3", " 1", "1_000", "٣", None, False):
        with pytest.raises(ValueError, match="plain decimal"):
            exact(wrong, "x")
