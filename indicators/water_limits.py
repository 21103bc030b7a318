"""What does GB 3838-2002 table 1 ask of each class of surface water, as data?

The 24 basic items with their limits for the classes Ⅰ to Ⅴ, in mg/L where no other unit is named. Lakes and
reservoirs have their own limits for total phosphorus, and total nitrogen is limited in them alone.
Which items count for a class is configuration (`ItemSet`): the table itself does not say it for a station
that measures only some of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.standard import Edition

GB3838_2002 = Edition("GB 3838", "2002", None, None, "table 1, §5.1 single-factor evaluation")
# Two forms of the index of dissolved oxygen are in use, and neither could be read in the standard itself:
# a result names the one it was computed by.
INDEX_TWO_BRANCHES = Edition(
    "HJ 2.3",
    "2018/oxygen-two-branches",
    None,
    None,
    "standard index; oxygen by one formula above its limit and one below, secondary source",
)
INDEX_LIMIT_OVER_VALUE = Edition(
    "HJ 2.3",
    "2018/oxygen-limit-over-value",
    None,
    None,
    "standard index; oxygen as limit over value up to saturation, unverified",
)
INDEX_EDITIONS = (INDEX_TWO_BRANCHES, INDEX_LIMIT_OVER_VALUE)

Body = Literal["river", "lake"]
Kind = Literal["at_most", "at_least", "range", "change"]
# Decimal text ("0.15"), an integer or an exact ratio; a float was rounded before it came here and is refused.
Exact = str | int | Fraction

CLASSES = 5
WORSE_THAN_V = CLASSES + 1

PH_LOW, PH_NEUTRAL, PH_HIGH, PH_MAX = 6, 7, 9, 14
# Class Ⅰ asks for 90 % of saturation, or for the 7.5 mg/L of the table.
CLASS_I_SATURATION_PERCENT = 90
# A man-made change of the weekly mean, °C; no class tolerates more.
TEMPERATURE_RISE_MAX = 1
TEMPERATURE_DROP_MAX = 2
# Ours: liquid water with a margin for the sensor; outside of it the reading is a fault.
TEMPERATURE_READING_MIN, TEMPERATURE_READING_MAX = -5, 60

# Ours: above every limit by far, and what decimal text of twelve digits can carry.
_MAGNITUDE_MAX = 10**12
_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of table 1: its key, Chinese name, unit, and five limits for each kind of water body.

    `kind` says how a value is held against them: "at_most", "at_least" (dissolved oxygen), "range" (pH, the
    same for all classes) or "change" (water temperature, which has no limit for a reading).
    """

    key: str
    name: str
    unit: str
    kind: Kind
    river: tuple[Fraction, ...]
    lake: tuple[Fraction, ...]

    def limits(self, body: Body) -> tuple[Fraction, ...]:
        """The limits of classes Ⅰ to Ⅴ in that body; empty where the table gives none."""
        return self.lake if body == "lake" else self.river


def _item(key: str, name: str, limits: str, lake: str | None = None, unit: str = "mg/L") -> Item:
    river_limits = tuple(Fraction(limit) for limit in limits.split())
    lake_limits = river_limits if lake is None else tuple(Fraction(limit) for limit in lake.split())
    return Item(key, name, unit, "at_most", river_limits, lake_limits)


_OXYGEN = tuple(Fraction(limit) for limit in ("7.5", "6", "5", "3", "2"))

ITEMS = {
    item.key: item
    for item in (
        Item("water_temperature", "水温", "°C", "change", (), ()),
        Item("ph", "pH值", "1", "range", (), ()),
        Item("dissolved_oxygen", "溶解氧", "mg/L", "at_least", _OXYGEN, _OXYGEN),
        _item("permanganate_index", "高锰酸盐指数", "2 4 6 10 15"),
        _item("cod", "化学需氧量", "15 15 20 30 40"),
        _item("bod5", "五日生化需氧量", "3 3 4 6 10"),
        _item("ammonia_nitrogen", "氨氮", "0.15 0.5 1.0 1.5 2.0"),
        _item("total_phosphorus", "总磷", "0.02 0.1 0.2 0.3 0.4", "0.01 0.025 0.05 0.1 0.2"),
        _item("total_nitrogen", "总氮", "", "0.2 0.5 1.0 1.5 2.0"),
        _item("copper", "铜", "0.01 1.0 1.0 1.0 1.0"),
        _item("zinc", "锌", "0.05 1.0 1.0 2.0 2.0"),
        _item("fluoride", "氟化物", "1.0 1.0 1.0 1.5 1.5"),
        _item("selenium", "硒", "0.01 0.01 0.01 0.02 0.02"),
        _item("arsenic", "砷", "0.05 0.05 0.05 0.1 0.1"),
        _item("mercury", "汞", "0.00005 0.00005 0.0001 0.001 0.001"),
        _item("cadmium", "镉", "0.001 0.005 0.005 0.005 0.01"),
        _item("chromium_vi", "铬（六价）", "0.01 0.05 0.05 0.05 0.1"),
        _item("lead", "铅", "0.01 0.01 0.05 0.05 0.1"),
        _item("cyanide", "氰化物", "0.005 0.05 0.2 0.2 0.2"),
        _item("volatile_phenol", "挥发酚", "0.002 0.002 0.005 0.01 0.1"),
        _item("petroleum", "石油类", "0.05 0.05 0.05 0.5 1.0"),
        _item("anionic_surfactant", "阴离子表面活性剂", "0.2 0.2 0.2 0.3 0.3"),
        _item("sulfide", "硫化物", "0.05 0.1 0.2 0.5 1.0"),
        _item("fecal_coliform", "粪大肠菌群", "200 2000 10000 20000 40000", unit="1/L"),
    )
}


@dataclass(frozen=True, slots=True)
class ItemSet:
    """Which items decide a class: configuration with its source, never presented as the standard.

    Raises ValueError for an empty set, a repeated or unknown item, and for the water temperature.
    """

    id: str
    items: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        unknown = sorted(set(self.items) - set(ITEMS))
        if unknown:
            raise ValueError(f"item set {self.id} has unknown items {unknown}: use the keys of ITEMS")
        if not self.items or len(set(self.items)) != len(self.items):
            raise ValueError(f"item set {self.id} needs at least one item, and each of them once")
        if "water_temperature" in self.items:
            raise ValueError(
                f"item set {self.id} has water_temperature: table 1 limits a man-made change, not a reading"
            )


def _all_but(*left_out: str) -> tuple[str, ...]:
    return tuple(key for key in ITEMS if key not in left_out)


METHOD_2011 = ItemSet(
    "method-2011",
    _all_but("water_temperature", "total_nitrogen", "fecal_coliform"),
    "环办〔2011〕22号, the method of evaluation; secondary source, unverified",
)
TABLE_1_RIVER = ItemSet(
    "table-1-river", _all_but("water_temperature", "total_nitrogen"), "GB 3838-2002 table 1, rivers"
)
TABLE_1_LAKE = ItemSet(
    "table-1-lake", _all_but("water_temperature"), "GB 3838-2002 table 1, lakes and reservoirs"
)


def exact(value: object, what: str) -> Fraction:
    """A number as an exact ratio, from decimal text, an integer or a Fraction.

    Raises ValueError for a float, for text that is no plain decimal ("nan", "1e9", "<0.01") and for anything else.
    """
    number: Fraction | None = None
    if isinstance(value, Fraction):
        number = value
    elif (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and _DECIMAL.fullmatch(value)
    ):
        number = Fraction(value)
    if number is None:
        raise ValueError(
            f"{what} is {value!r}: give plain decimal text, an integer or a Fraction; a value below detection "
            "has to be replaced by the rule of the monitoring programme first"
        )
    if abs(number) > _MAGNITUDE_MAX:
        raise ValueError(f"{what} is beyond 10^12 in size: reject it where it is decoded")
    return number


def checked_sample(sample: Mapping[str, Exact | None]) -> dict[str, Fraction]:
    """The measured values of a sample, exact. Raises ValueError for an unknown item or a value that cannot be."""
    unknown = sorted(set(sample) - set(ITEMS))
    if unknown:
        raise ValueError(f"unknown items {unknown}: the keys are those of ITEMS")
    values = {key: exact(value, key) for key, value in sample.items() if value is not None}
    for key, value in values.items():
        low, high = _readable(key)
        if value < low or (high is not None and value > high):
            bounds = f"at least {low}" if high is None else f"{low} to {high}"
            raise ValueError(f"{key} is {value} and can only be {bounds}: reject it where it is decoded")
    return values


def _readable(key: str) -> tuple[int, int | None]:
    if key == "water_temperature":
        return TEMPERATURE_READING_MIN, TEMPERATURE_READING_MAX
    return (0, PH_MAX) if key == "ph" else (0, None)


def check_body(body: str) -> None:
    """ValueError for what is neither kind of water body."""
    if body not in {"river", "lake"}:
        raise ValueError(f"a water body is 'river' or 'lake' (with reservoirs), got {body!r}")


def check_class(target: object) -> None:
    """ValueError for what is no class Ⅰ to Ⅴ, as 1 to 5."""
    if type(target) is not int or not 1 <= target <= CLASSES:
        raise ValueError(f"a target class is 1 to {CLASSES} for Ⅰ to Ⅴ, got {target!r}")
