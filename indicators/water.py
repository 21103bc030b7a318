"""Which class has this surface water, and because of what?

GB 3838-2002: each item alone has a class, the water has the class of its worst item, and water that fails
class Ⅴ is 劣Ⅴ. Against a functional zone's class the exceeding items are named, with how many times over.
Everything is decided on exact ratios; a sample of missing items is judged by the others, and says so.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.grades import WATER_CLASS_GRADES
from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.water_limits import (
    CLASS_I_SATURATION_PERCENT,
    GB3838_2002,
    INDEX_EDITIONS,
    INDEX_LIMIT_OVER_VALUE,
    INDEX_TWO_BRANCHES,
    ITEMS,
    METHOD_2011,
    PH_HIGH,
    PH_LOW,
    PH_NEUTRAL,
    TEMPERATURE_DROP_MAX,
    TEMPERATURE_RISE_MAX,
    WORSE_THAN_V,
    Body,
    Exact,
    Item,
    ItemSet,
    check_body,
    check_class,
    checked_sample,
    exact,
)

Validity = Literal["valid", "insufficient", "no_data"]


@dataclass(frozen=True, slots=True)
class WaterResult:
    """The class of one sample and what it rests on.

    `value` is 1 to 5 for Ⅰ to Ⅴ and 6 for 劣Ⅴ, None without a measured item; `classes` has it for each item.
    `determining` names the items that have the water's class, all of them in a tie.
    With a target class, `exceeding` names the items that fail it and `multiples` has (C - S) / S, exact, for
    those of them for which it is defined (not pH or dissolved oxygen). "insufficient" means that items are
    missing: the class of the whole set can only be the same or worse.
    """

    value: int | None
    grade: str | None
    colour: str | None
    determining: tuple[str, ...]
    classes: Mapping[str, int]
    target: int | None
    exceeding: tuple[str, ...]
    multiples: Mapping[str, Fraction]
    missing: tuple[str, ...]
    item_set: str
    validity: Validity
    reason: str | None
    standard: str
    edition: str
    clause: str


@dataclass(frozen=True, slots=True)
class WaterIndex:
    """The standard index of one item against one class: above 1 the item fails it.

    For dissolved oxygen that holds up to saturation: far above it the index is above 1 in a class that is kept.
    `value` is exact; None, with the reason, where the formula has no answer.
    """

    item: str
    value: Fraction | None
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The index for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is an index to publish."""
        return "no_data" if self.value is None else "valid"


def water_class(
    sample: Mapping[str, Exact | None],
    *,
    body: Body = "river",
    items: ItemSet = METHOD_2011,
    target: int | None = None,
    saturation_percent: Exact | None = None,
) -> WaterResult:
    """Judge one sample: item -> value in the unit of `ITEMS`, None or absent when not measured.

    `items` says which of them count. Class Ⅰ by oxygen saturation uses `saturation_percent` where it was
    measured, else the value over saturation at the sample's "water_temperature" (°C, our way to get it).
    Raises ValueError for an unknown item, body or target, a value that cannot be, and an item that counts
    and has no limit in this body.
    """
    values = checked_sample(sample)
    check_body(body)
    if target is not None:
        check_class(target)
    unlimited = [key for key in items.items if ITEMS[key].kind == "at_most" and not ITEMS[key].limits(body)]
    if unlimited:
        raise ValueError(f"item set {items.id} counts {unlimited}, which table 1 does not limit in a {body}")
    saturated = _is_saturated(values, saturation_percent)
    classes = {
        key: _class_of(ITEMS[key], values[key], body, saturated=saturated)
        for key in items.items
        if key in values
    }
    return _result(classes, values, body, items, target)


def item_index(
    item: str,
    value: Exact,
    target: int,
    *,
    body: Body = "river",
    water_temperature: Exact | None = None,
    variant: Edition = INDEX_TWO_BRANCHES,
) -> WaterIndex:
    """The standard index of one item against a class.

    C / S; pH as its distance from 7 over that of the limit on its side; dissolved oxygen needs the water
    temperature (°C) where saturation enters. Raises ValueError as `water_class`, and for the water
    temperature, which has no index; LookupError for a variant without a formula.
    """
    if variant not in INDEX_EDITIONS:
        names = ", ".join(edition.name for edition in INDEX_EDITIONS)
        raise LookupError(f"{variant.name} has no index here: name one of {names}")
    check_body(body)
    check_class(target)
    if item == "water_temperature":
        raise ValueError("a water temperature has no index: table 1 limits a man-made change, not a reading")
    measured = checked_sample({item: value, "water_temperature": water_temperature})
    if item not in measured:
        raise ValueError(f"{item} was not measured: leave it out, or give its value")
    index, reason = _index(ITEMS[item], measured, ITEMS[item].limits(body), target, variant)
    return WaterIndex(item, index, reason, variant.standard, variant.edition, variant.clause)


def temperature_change_kept(weekly_mean_change: Exact) -> bool:
    """Whether a man-made change of the weekly mean temperature (°C, a rise is positive) keeps table 1.

    The same for all classes: at most 1 °C up and 2 °C down. Raises ValueError for what is no exact number.
    """
    change = exact(weekly_mean_change, "a temperature change")
    return -TEMPERATURE_DROP_MAX <= change <= TEMPERATURE_RISE_MAX


def saturation_mgl(water_temperature: Exact) -> Fraction:
    """Dissolved oxygen at saturation, mg/L: 468 / (31.6 + T), T in °C (HJ 2.3-2018, rivers; secondary source)."""
    temperature = checked_sample({"water_temperature": water_temperature})["water_temperature"]
    return Fraction(468) / (Fraction("31.6") + temperature)


def _is_saturated(values: Mapping[str, Fraction], saturation_percent: Exact | None) -> bool:
    if saturation_percent is not None:
        percent = exact(saturation_percent, "saturation")
        if percent < 0:
            raise ValueError(f"saturation is {percent} %: reject it where it is decoded")
        return percent >= CLASS_I_SATURATION_PERCENT
    if "water_temperature" not in values or "dissolved_oxygen" not in values:
        return False
    full = saturation_mgl(values["water_temperature"])
    return 100 * values["dissolved_oxygen"] >= CLASS_I_SATURATION_PERCENT * full


def _class_of(item: Item, value: Fraction, body: Body, *, saturated: bool) -> int:
    if item.kind == "range":
        return 1 if PH_LOW <= value <= PH_HIGH else WORSE_THAN_V
    limits = item.limits(body)
    if item.kind == "at_least":
        if saturated:
            return 1
        return next((level for level, limit in enumerate(limits, 1) if value >= limit), WORSE_THAN_V)
    return bisect_left(limits, value) + 1


def _index(
    item: Item, measured: Mapping[str, Fraction], limits: tuple[Fraction, ...], target: int, variant: Edition
) -> tuple[Fraction | None, str | None]:
    value = measured[item.key]
    if item.kind == "range":
        side = PH_LOW if value <= PH_NEUTRAL else PH_HIGH
        return (value - PH_NEUTRAL) / (side - PH_NEUTRAL), None
    if not limits:
        return None, "table 1 has no limit for this item in this body"
    limit = limits[target - 1]
    if item.kind == "at_most":
        return value / limit, None
    return _oxygen_index(value, limit, measured.get("water_temperature"), variant)


def _oxygen_index(
    value: Fraction, limit: Fraction, temperature: Fraction | None, variant: Edition
) -> tuple[Fraction | None, str | None]:
    if variant == INDEX_TWO_BRANCHES and value < limit:
        return 10 - 9 * value / limit, None
    if temperature is None:
        return None, "the index of this oxygen needs the water temperature"
    full = saturation_mgl(temperature)
    if variant == INDEX_LIMIT_OVER_VALUE and value <= full:
        return (limit / value, None) if value else (None, "without any oxygen limit over value has no answer")
    if full <= limit:
        return None, "at this temperature saturation does not exceed the limit"
    return abs(full - value) / (full - limit), None


def _result(
    classes: Mapping[str, int],
    values: Mapping[str, Fraction],
    body: Body,
    items: ItemSet,
    target: int | None,
) -> WaterResult:
    missing = tuple(key for key in items.items if key not in classes)
    worst = max(classes.values(), default=None)
    grade = None if worst is None else WATER_CLASS_GRADES.of(worst)
    exceeding = tuple(key for key, level in classes.items() if target is not None and level > target)
    reason = f"{len(missing)} of {len(items.items)} items were not measured" if missing else None
    return WaterResult(
        value=worst,
        grade=None if grade is None else grade.word,
        colour=None if grade is None else grade.colour,
        determining=tuple(key for key, level in classes.items() if level == worst),
        classes=classes,
        target=target,
        exceeding=exceeding,
        multiples={} if target is None else _multiples(exceeding, values, body, target),
        missing=missing,
        item_set=items.id,
        validity="no_data" if worst is None else "insufficient" if missing else "valid",
        reason=reason,
        standard=GB3838_2002.standard,
        edition=GB3838_2002.edition,
        clause=GB3838_2002.clause,
    )


def _multiples(
    exceeding: tuple[str, ...], values: Mapping[str, Fraction], body: Body, target: int
) -> dict[str, Fraction]:
    multiples = {}
    for key in exceeding:
        if ITEMS[key].kind == "at_most":
            limit = ITEMS[key].limits(body)[target - 1]
            multiples[key] = (values[key] - limit) / limit
    return multiples
