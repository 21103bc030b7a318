"""Which class has this surface water, and because of what?"""

from fractions import Fraction

import pytest

from indicators.water import item_index, saturation_mgl, temperature_change_kept, water_class
from indicators.water_limits import (
    GB3838_2002,
    INDEX_LIMIT_OVER_VALUE,
    METHOD_2011,
    TABLE_1_LAKE,
    TABLE_1_RIVER,
    ItemSet,
)

FEW = ItemSet("few", ("ph", "dissolved_oxygen", "ammonia_nitrogen", "total_phosphorus"), "a test")
CLEAN = {"ph": "7.2", "dissolved_oxygen": "8", "ammonia_nitrogen": "0.1", "total_phosphorus": "0.02"}


def test_water_has_the_class_of_its_worst_item() -> None:
    result = water_class(CLEAN | {"ammonia_nitrogen": "1.2", "total_phosphorus": "0.15"}, items=FEW)

    assert (result.value, result.grade, result.validity) == (4, "Ⅳ类", "valid")
    assert result.determining == ("ammonia_nitrogen",)
    assert result.classes == {
        "ph": 1,
        "dissolved_oxygen": 1,
        "ammonia_nitrogen": 4,
        "total_phosphorus": 3,
    }
    assert (result.standard, result.edition, result.item_set) == ("GB 3838", "2002", "few")


def test_items_in_a_tie_determine_the_class_together() -> None:
    result = water_class(CLEAN | {"ammonia_nitrogen": "1.0", "total_phosphorus": "0.2"}, items=FEW)

    assert (result.grade, result.determining) == ("Ⅲ类", ("ammonia_nitrogen", "total_phosphorus"))


def test_water_that_fails_class_v_is_worse_than_v() -> None:
    assert water_class(CLEAN | {"ammonia_nitrogen": "2.0"}, items=FEW).grade == "Ⅴ类"
    assert water_class(CLEAN | {"ammonia_nitrogen": "2.01"}, items=FEW).grade == "劣Ⅴ类"


def test_a_value_on_a_limit_keeps_it_and_equal_limits_give_the_better_class() -> None:
    cod = ItemSet("cod", ("cod",), "a test")

    grades = [
        water_class({"cod": value}, items=cod).value for value in ("15", "15.1", "20", "20.1", "40", "41")
    ]

    assert grades == [1, 3, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("oxygen", "expected"), [("7.5", 1), ("7.49", 2), ("6", 2), ("5", 3), ("3", 4), ("2", 5), ("1.99", 6)]
)
def test_more_oxygen_is_better(oxygen: str, expected: int) -> None:
    assert (
        water_class(CLEAN | {"dissolved_oxygen": oxygen}, items=FEW).classes["dissolved_oxygen"] == expected
    )


def test_warm_water_reaches_class_i_by_its_saturation() -> None:
    # At 28 °C saturation is 7.852 mg/L, 90 % of it 7.067.
    warm = CLEAN | {"water_temperature": "28"}

    assert water_class(warm | {"dissolved_oxygen": "7.07"}, items=FEW).value == 1
    assert water_class(warm | {"dissolved_oxygen": "7.06"}, items=FEW).value == 2
    assert water_class(CLEAN | {"dissolved_oxygen": "7.07"}, items=FEW).value == 2


def test_a_measured_saturation_is_taken_before_the_computed_one() -> None:
    water = CLEAN | {"water_temperature": "28", "dissolved_oxygen": "7.07"}

    assert water_class(water, items=FEW, saturation_percent="89.9").value == 2
    assert water_class(CLEAN | {"dissolved_oxygen": "6.5"}, items=FEW, saturation_percent=90).value == 1


@pytest.mark.parametrize(("ph", "expected"), [("6", 1), ("9", 1), ("5.99", 6), ("9.01", 6)])
def test_ph_is_inside_its_range_or_fails_every_class(ph: str, expected: int) -> None:
    assert water_class(CLEAN | {"ph": ph}, items=FEW).value == expected


def test_a_lake_has_its_own_limits() -> None:
    water = CLEAN | {"total_phosphorus": "0.05"}

    assert water_class(water, items=FEW, body="river").classes["total_phosphorus"] == 2
    assert water_class(water, items=FEW, body="lake").classes["total_phosphorus"] == 3


def test_total_nitrogen_counts_in_lakes_alone() -> None:
    assert water_class({"total_nitrogen": "1.6"}, items=TABLE_1_LAKE, body="lake").value == 5
    with pytest.raises(ValueError, match="does not limit in a river"):
        water_class({"total_nitrogen": "1.6"}, items=TABLE_1_LAKE)


def test_what_exceeds_the_functional_zone_is_named_with_its_multiple() -> None:
    water = CLEAN | {
        "ammonia_nitrogen": "2.5",
        "dissolved_oxygen": "1",
        "ph": "9.5",
        "total_phosphorus": "0.2",
    }

    result = water_class(water, items=FEW, target=3)

    assert result.exceeding == ("ph", "dissolved_oxygen", "ammonia_nitrogen")
    assert result.multiples == {"ammonia_nitrogen": Fraction(3, 2)}
    assert result.target == 3


def test_without_a_target_nothing_exceeds() -> None:
    result = water_class(CLEAN | {"ammonia_nitrogen": "9"}, items=FEW)

    assert (result.target, result.exceeding, result.multiples) == (None, (), {})


def test_missing_items_are_named_and_the_others_judge() -> None:
    result = water_class({"ph": "7", "ammonia_nitrogen": None, "dissolved_oxygen": "5.5"}, items=FEW)

    assert (result.value, result.validity) == (3, "insufficient")
    assert result.missing == ("ammonia_nitrogen", "total_phosphorus")
    assert result.reason == "2 of 4 items were not measured"


def test_nothing_measured_is_no_data() -> None:
    for sample in ({}, {"water_temperature": "20"}, {"fecal_coliform": 100}):
        result = water_class(sample)

        assert (result.value, result.grade, result.colour, result.validity) == (None, None, None, "no_data")
        assert result.missing == METHOD_2011.items


def test_the_item_set_decides_whether_coliform_counts() -> None:
    water = {"ph": "7", "fecal_coliform": 30_000}

    assert water_class(water, items=METHOD_2011).value == 1
    assert water_class(water, items=TABLE_1_RIVER).value == 5


@pytest.mark.parametrize(
    ("item", "value", "target", "expected"),
    [
        ("ammonia_nitrogen", "1.5", 3, Fraction(3, 2)),
        ("total_phosphorus", "0.1", 3, Fraction(1, 2)),
        ("ph", "7", 3, Fraction(0)),
        ("ph", "6.5", 3, Fraction(1, 2)),
        ("ph", "8", 3, Fraction(1, 2)),
        ("ph", "9.5", 3, Fraction(5, 4)),
        ("dissolved_oxygen", "2", 3, Fraction(32, 5)),
    ],
)
def test_an_index_above_1_fails_the_class(item: str, value: str, target: int, expected: Fraction) -> None:
    assert item_index(item, value, target).value == expected


def test_oxygen_above_its_limit_is_measured_against_saturation() -> None:
    # A published exercise: 22 °C, 8.0 mg/L, class Ⅱ, answer 0.26 with saturation rounded to 8.7.
    result = item_index("dissolved_oxygen", "8.0", 2, water_temperature=22)

    assert saturation_mgl(22) == Fraction(468 * 10, 536)
    assert result.value == (Fraction(4680, 536) - 8) / (Fraction(4680, 536) - 6)
    assert result.value_float == 0.26776

    # Another: saturation 9.1 mg/L is given, 6.0 mg/L, class Ⅲ, answer 0.756.
    given = Fraction(468) / Fraction("9.1") - Fraction("31.6")

    assert item_index("dissolved_oxygen", "6.0", 3, water_temperature=given).value == Fraction(31, 41)


def test_the_other_form_of_the_oxygen_index_is_a_named_variant() -> None:
    result = item_index("dissolved_oxygen", "4", 3, water_temperature="0", variant=INDEX_LIMIT_OVER_VALUE)

    assert (result.value, result.edition) == (Fraction(5, 4), "2018/oxygen-limit-over-value")
    with pytest.raises(LookupError, match="no index here"):
        item_index("ph", "7", 3, variant=GB3838_2002)


def test_an_index_without_an_answer_says_why() -> None:
    cold = item_index("dissolved_oxygen", "6", 3)
    hot = item_index("dissolved_oxygen", "7.5", 1, water_temperature="35")
    none = item_index("dissolved_oxygen", 0, 3, water_temperature=20, variant=INDEX_LIMIT_OVER_VALUE)
    river = item_index("total_nitrogen", "1", 3)

    assert [result.value for result in (cold, hot, none, river)] == [None] * 4
    assert all(result.reason and result.validity == "no_data" for result in (cold, hot, none, river))


@pytest.mark.parametrize(
    ("change", "kept"), [("1", True), ("1.01", False), ("-2", True), ("-2.01", False), (0, True)]
)
def test_a_man_made_change_of_temperature_has_its_own_limit(change: str | int, kept: bool) -> None:
    assert temperature_change_kept(change) is kept


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        ({"gold": "1"}, "unknown items"),
        ({"ph": "14.1"}, "0 to 14"),
        ({"cod": "-0.1"}, "at least 0"),
        ({"water_temperature": "99"}, "-5 to 60"),
        ({"cod": "nan"}, "plain decimal"),
        ({"cod": "1e9"}, "plain decimal"),
        ({"cod": "<0.05"}, "below detection"),
        ({"cod": ""}, "plain decimal"),
        ({"cod": 1.5}, "plain decimal"),
        ({"cod": True}, "plain decimal"),
        ({"cod": 10**400}, "beyond"),
    ],
)
def test_what_cannot_be_is_refused(sample: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        water_class(sample)


@pytest.mark.parametrize("target", [0, 6, True, "3"])
def test_a_target_is_one_of_the_five_classes(target: int) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        water_class(CLEAN, target=target)
    with pytest.raises(ValueError, match="1 to 5"):
        item_index("cod", 1, target)


def test_other_refusals_say_what_to_do() -> None:
    with pytest.raises(ValueError, match="'river' or 'lake'"):
        water_class(CLEAN, body="sea")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="reject it"):
        water_class(CLEAN, saturation_percent=-1)
    with pytest.raises(ValueError, match="has no index"):
        item_index("water_temperature", "20", 3)
    with pytest.raises(ValueError, match="not measured"):
        item_index("cod", None, 3)  # type: ignore[arg-type]
