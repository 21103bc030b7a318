"""How do the alerts of two sets of rules differ over the same stretch of time? Pure: rows in, comparison out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from streams.alerts.load import HOUR_MS, Load, load_of
from streams.alerts.replay import Item, replayed, with_marks
from streams.alerts.rule import Rule
from streams.catalog import ALERTS

RUN = "what-if"
DAY_MS = 24 * HOUR_MS
MINUTE_MS = 60_000
FLAP_MS = 30 * MINUTE_MS
"""An entity whose alert comes again so soon after it was cleared has flapped."""

Row = Mapping[str, Any]
Subject = tuple[str, str, str, str]
"""Rule, kind of alert, entity type, entity."""


@dataclass(frozen=True)
class Raised:
    """One time at which an alert was raised. Times are epoch milliseconds, `cleared_at` None while it still stands.

    `level` is the gravest that it had.
    """

    rule_id: str
    kind: str
    entity_type: str
    entity_id: str
    raised_at: int
    cleared_at: int | None
    level: int

    @property
    def subject(self) -> Subject:
        """Of which rule and entity it is."""
        return self.rule_id, self.kind, self.entity_type, self.entity_id


@dataclass(frozen=True)
class Told:
    """What a set of rules made of the rows: each time that an alert was raised, how often one flapped, and the load."""

    raised: tuple[Raised, ...]
    flaps: int
    load: Load


@dataclass(frozen=True)
class Pair:
    """An alert that both sets raise."""

    before: Raised
    after: Raised

    @property
    def minutes_later(self) -> float:
        """How much later it is raised; negative where it is earlier."""
        return (self.after.raised_at - self.before.raised_at) / MINUTE_MS

    @property
    def differs(self) -> bool:
        """Whether it is raised at another time, or becomes otherwise grave, or ends otherwise."""
        return (self.after.raised_at, self.after.level, self.after.cleared_at) != (
            self.before.raised_at,
            self.before.level,
            self.before.cleared_at,
        )


@dataclass(frozen=True)
class Comparison:
    """Two sets of rules over [begin, end), epoch milliseconds."""

    begin_ms: int
    end_ms: int
    before: Told
    after: Told
    gained: tuple[Raised, ...]
    lost: tuple[Raised, ...]
    kept: tuple[Pair, ...]

    @property
    def days(self) -> float:
        """Its length."""
        return (self.end_ms - self.begin_ms) / DAY_MS

    @property
    def hours(self) -> float:
        """Its length."""
        return (self.end_ms - self.begin_ms) / HOUR_MS


def compared(
    rules: tuple[Sequence[Rule], Sequence[Rule]],
    rows: tuple[Sequence[Item], Sequence[Item]],
    span: tuple[int, int],
    *,
    about: Iterable[str],
    zone: str,
) -> Comparison:
    """The rules before and after, each over its rows, in their order; `about`: the rules whose alerts are compared.

    Rows before the span say what stands at its begin.
    """
    wanted = frozenset(about)
    before, after = (_told(one, items, span, wanted, zone) for one, items in zip(rules, rows, strict=True))
    pairs, lost, gained = _matched(before.raised, after.raised)
    return Comparison(*span, before, after, tuple(gained), tuple(lost), tuple(pairs))


def _told(
    rules: Sequence[Rule], items: Sequence[Item], span: tuple[int, int], about: frozenset[str], zone: str
) -> Told:
    measures = sorted({rule.declared.measure for rule in rules if rule.kind == "state"})
    marked = with_marks(items, measures, RUN, span[1])
    written = replayed(rules, marked, zone=zone, mode="replay")
    changes = [
        told.record
        for told in written
        if told.topic == ALERTS.name and told.record is not None and told.record["rule_id"] in about
    ]
    raised = _raised(changes)
    inside = tuple(one for one in raised if span[0] <= one.raised_at < span[1])
    return Told(inside, _flaps(raised, span), load_of(changes, *span))


def _raised(changes: Iterable[Row]) -> list[Raised]:
    found: list[Raised] = []
    open_ones: dict[str, int] = {}
    for change in changes:
        alert_id, name = change["alert_id"], change["change"]
        if name == "raised":
            open_ones[alert_id] = len(found)
            found.append(
                Raised(
                    rule_id=change["rule_id"],
                    kind=change["kind"],
                    entity_type=change["entity_type"],
                    entity_id=change["entity_id"],
                    raised_at=change["event_time"],
                    cleared_at=None,
                    level=change["level"],
                )
            )
        elif alert_id in open_ones:
            place = open_ones[alert_id]
            one = found[place]
            ended = change["state"] in ("cleared", "closed")
            found[place] = replace(
                one,
                cleared_at=change["event_time"] if ended else None,
                level=min(one.level, change["level"]),
            )
            if ended:
                del open_ones[alert_id]
    return sorted(found, key=lambda one: (one.raised_at, one.subject))


def _flaps(raised: Iterable[Raised], span: tuple[int, int]) -> int:
    ended: dict[Subject, int] = {}
    flaps = 0
    for one in raised:
        last = ended.get(one.subject)
        if last is not None and one.raised_at - last <= FLAP_MS and span[0] <= one.raised_at < span[1]:
            flaps += 1
        if one.cleared_at is not None:
            ended[one.subject] = one.cleared_at
    return flaps


def _matched(
    before: Iterable[Raised], after: Iterable[Raised]
) -> tuple[list[Pair], list[Raised], list[Raised]]:
    """Alerts of both that have a moment in common, each once; what is left of before, and of after."""
    free: defaultdict[Subject, list[Raised]] = defaultdict(list)
    for one in after:
        free[one.subject].append(one)
    pairs: list[Pair] = []
    lost: list[Raised] = []
    for one in before:
        other = next((found for found in free[one.subject] if _meet(one, found)), None)
        if other is None:
            lost.append(one)
        else:
            free[one.subject].remove(other)
            pairs.append(Pair(one, other))
    gained = sorted(
        (one for ones in free.values() for one in ones), key=lambda one: (one.raised_at, one.subject)
    )
    return pairs, lost, gained


def _meet(one: Raised, other: Raised) -> bool:
    return (one.cleared_at is None or other.raised_at <= one.cleared_at) and (
        other.cleared_at is None or one.raised_at <= other.cleared_at
    )
