"""What of an indicator may the public have, and when? The one rule of selection; pure.

A figure leaves the centre when its indicator is declared public, its line and it are live, and its delay is over.
What rests on fewer observations than its system demands is published as suppressed, without value, grade or count:
of few persons a number says who they were. So that a total and the other areas do not tell it either, counts of such
systems are published as multiples of five, and shares in whole percent. Provisional figures are published, marked,
where people act on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from indicators.catalog import INDICATORS

LIVE = "live"
SUPPRESSED = "suppressed"
WITHDRAWN = "withdrawn"
SMALL_COUNT = 5
"""Fewer observations of persons than this are not shown; a usual threshold of official statistics, our decision here."""
BASE = SMALL_COUNT
"""Counts of persons are published as multiples of it, each rounded by itself (rounding to base 5, usual in official
statistics): what is missing from a total is then not known to less than `SMALL_COUNT`."""
PERCENT = 2
"""Decimals of a share that is published of persons: more would tell of how many it is a share."""
_COUNTS = frozenset({"cases", "consultations", "crashes", "orders", "passengers", "persons", "violations"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PublicRule:
    """How a system's figures are published.

    delay: from the end of the window (of a provisional figure: from when it was made). minimum: observations below
    which a figure is suppressed. grains: entity types that are published, empty for all. provisional: whether
    figures are published before they are final.
    """

    delay: timedelta = timedelta(hours=1)
    minimum: int = SMALL_COUNT
    grains: tuple[str, ...] = ()
    provisional: bool = False


_AREAS = ("area", "city")
_SENSORS = PublicRule(delay=timedelta(0), minimum=1, provisional=True)
"""Of air, water and weather one reading is a fact, and people act on it at once."""
_STREETS = PublicRule(delay=timedelta(minutes=5), grains=_AREAS)
"""Of single links and junctions there is too much, and of few vehicles a number says who drove."""

RULES: Mapping[str, PublicRule] = {
    "air": _SENSORS,
    "noise": _SENSORS,
    "river": _SENSORS,
    "water-quality": _SENSORS,
    "weather": _SENSORS,
    "road": _STREETS,
    "probe": _STREETS,
    "signal": _STREETS,
    "parking": PublicRule(delay=timedelta(0), minimum=1),
    "bike": PublicRule(delay=timedelta(0), minimum=1),
    "charging": PublicRule(delay=timedelta(minutes=15), grains=_AREAS),
    # Where a crowd is at this minute is nothing to tell everybody at this minute.
    "crowd": PublicRule(delay=timedelta(minutes=30)),
}
"""By system; every other one has the defaults: an hour, and at least five observations."""


@dataclass(frozen=True, slots=True)
class Release:
    """A figure that may be published from a moment on (epoch milliseconds), suppressed or not."""

    at_ms: int
    suppressed: bool


def rule_of(indicator_id: str) -> PublicRule:
    """How an indicator is published."""
    return RULES.get(indicator_id.partition(".")[0], PublicRule())


def release_of(row: Row, line_mode: str) -> Release | None:
    """When an indicator's row may be published on a line of this mode; None where it never may."""
    declared = INDICATORS.get(row["indicator_id"])
    if declared is None or not declared.public or line_mode != LIVE or row["mode"] != LIVE:
        return None
    rule = rule_of(row["indicator_id"])
    is_provisional = row["finality"] == "provisional"
    if (rule.grains and row["entity_type"] not in rule.grains) or (is_provisional and not rule.provisional):
        return None
    begin = row["computed_at"] if is_provisional else row["window_end"]
    has_value = row["value"] is not None
    return Release(
        at_ms=begin + int(rule.delay.total_seconds() * 1000),
        suppressed=has_value and row["observations"] < rule.minimum,
    )


def figure_of(row: Row, release: Release, before: Row | None, published_at: int) -> dict[str, Any] | None:
    """The record to publish after what was published `before`; None where the public has it already.

    `published_at` is epoch milliseconds. What was provisional is not corrected by becoming final.
    """
    if before is not None and (before["revision"] >= row["revision"] or before["validity"] == WITHDRAWN):
        return None
    shown = not release.suppressed
    value, observations = row["value"], row["observations"]
    if rule_of(row["indicator_id"]).minimum > 1:
        value, observations = _value_of_persons(row), _rounded(observations)
    figure = {
        **{name: row[name] for name in _COPIED},
        "value": value if shown else None,
        "grade": row["grade"] if shown else None,
        "validity": row["validity"] if shown else SUPPRESSED,
        "observations": observations if shown else None,
        "change": "published",
        "previous_value": None,
        "reason": None,
        "published_at": published_at,
    }
    if before is None or before["finality"] == "provisional":
        return figure
    if all(before[name] == figure[name] for name in ("value", "grade", "validity")):
        return None
    why = row["details"].get("reason") or "counted again with events that came late or were corrected"
    return figure | {"change": "corrected", "previous_value": before["value"], "reason": why}


def _value_of_persons(row: Row) -> float | None:
    value = row["value"]
    if value is None:
        return None
    if row["unit"] in _COUNTS:
        return float(_rounded(value))
    return round(value, PERCENT) if "_ratio" in row["indicator_id"] else float(value)


def _rounded(count: float) -> int:
    """The nearest multiple of the base."""
    return BASE * int((count + BASE / 2) // BASE)


def withdrawn(before: Row, reason: str, published_at: int) -> dict[str, Any]:
    """The record that takes a figure back: it stays listed, without its value."""
    return {
        **before,
        "value": None,
        "grade": None,
        "observations": None,
        "validity": WITHDRAWN,
        "change": "withdrawn",
        "previous_value": before["value"],
        "reason": reason,
        "published_at": published_at,
    }


def public_key(row: Row) -> str:
    """What a figure is of: indicator, entity and window."""
    return f"{row['indicator_id']}|{row['entity_type']}|{row['entity_id']}|{row['window_start']}"


_COPIED = (
    "indicator_id",
    "entity_type",
    "entity_id",
    "area_id",
    "window_start",
    "window_end",
    "unit",
    "standard",
    "edition",
    "finality",
    "revision",
    "mode",
    "run_id",
)
