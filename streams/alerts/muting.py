"""Why is nobody told of an alert at present, and when does that end? Shelves, maintenance, schedule, flapping and more.

A pattern names alerts by rule, entity and area: `rule=road.*;entity=bridge-*;area=city/d01`. All that is given has to
fit; `*` stands for anything, an area has everything that lies in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from streams.alerts.alert import Alert
from streams.alerts.rule import is_within

SHELVED, FLAPPING, OFF_SCHEDULE, TEST = "shelved", "flapping", "off_schedule", "test"
_PARTS = ("rule", "entity", "area")


class PatternError(ValueError):
    """Text that is no pattern; says what to write."""


def pattern_of(text: str) -> dict[str, str]:
    """A pattern's parts. Raises PatternError."""
    found: dict[str, str] = {}
    for part in filter(None, (item.strip() for item in text.split(";"))):
        name, equals, value = part.partition("=")
        if not equals or name not in _PARTS or not value or name in found:
            raise PatternError(
                f"{text!r} is no pattern: write rule=road.*;entity=bridge-*;area=city/d01, or a part"
            )
        found[name] = value
    if not found:
        raise PatternError("an empty pattern is every alert: name a rule, an entity or an area")
    return found


def fits(pattern: Mapping[str, str], alert: Alert) -> bool:
    """Whether a pattern names an alert."""
    return (
        fnmatchcase(alert["rule_id"], pattern.get("rule", "*"))
        and fnmatchcase(alert["entity_id"], pattern.get("entity", "*"))
        and ("area" not in pattern or is_within(alert["area_id"], pattern["area"]))
    )


@dataclass(frozen=True)
class Quiet:
    """A span in which alerts of a pattern are muted: a shelf, or a maintenance window with its id."""

    reason: str
    pattern: Mapping[str, str]
    begin: int
    end: int

    def as_json(self) -> dict[str, Any]:
        """Plain data for the state."""
        return {
            "reason": self.reason,
            "pattern": dict(self.pattern),
            "begin": self.begin,
            "end": self.end,
        }


def quiet_reasons(quiets: Iterable[Quiet], alert: Alert, at_ms: int) -> dict[str, int]:
    """Reasons of the spans that hold for an alert at a moment, each with its end."""
    found: dict[str, int] = {}
    for quiet in quiets:
        if quiet.begin <= at_ms < quiet.end and fits(quiet.pattern, alert):
            found[quiet.reason] = max(found.get(quiet.reason, 0), quiet.end)
    return found


def quiet_changes(quiets: Iterable[Quiet], alert: Alert, at_ms: int) -> list[int]:
    """Moments after this one at which a span for the alert begins or ends."""
    return [
        moment
        for quiet in quiets
        for moment in (quiet.begin, quiet.end)
        if moment > at_ms and fits(quiet.pattern, alert)
    ]


def change_of(before: Iterable[str], after: Iterable[str]) -> str | None:
    """How a change of the reasons is called; None where there is none."""
    gained, lost = set(after) - set(before), set(before) - set(after)
    for reasons, words in ((gained, ("shelved", "inhibited")), (lost, ("unshelved", "uninhibited"))):
        for kind, word in zip(("shelved", "inhibited:"), words, strict=True):
            if any(reason.startswith(kind) for reason in reasons):
                return word
    return "muted" if gained else "unmuted" if lost else None
