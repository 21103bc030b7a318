"""How much do the alerts ask of those on duty? Counts what is told, after ISA-18.2 and EEMUA 191, from the changes of alerts.

An alarm is a moment at which somebody is told: an alert that is not muted is raised or becomes graver, or a raised one
is muted no more. What belongs to one group and comes in the same five minutes is told together: one call for attention.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

HOUR_MS = 3_600_000
TOGETHER_MS = 300_000
"""Alarms of a group in the same span of this length, from midnight UTC on, are told as one."""
STALE_MS = 24 * HOUR_MS
"""From when on a standing alert is stale: it says nothing any more."""
CHATTERING = 3
"""How many alarms of one rule and entity within an hour are chatter. Ours; ISA-18.2 has the idea, for a plant's minutes."""
WANTED_AN_HOUR = 6
"""Alarms that one operator can handle in an hour, a long-term mean: about one in ten minutes (EEMUA 191)."""
TOP = 10
_ALARMS = frozenset(("raised", "escalated", "unmuted", "unshelved", "uninhibited", "parted"))

Change = Mapping[str, Any]
Source = tuple[str, str]
"""A rule and an entity."""


@dataclass
class Load:
    """The load of a span.

    alarms: how often somebody was told. calls: the same with what is told together counted once. by_hour: calls by the
    start of their hour, epoch milliseconds. sources: alarms by rule and entity. chattering: those of them that came three
    times or more within an hour. standing: alerts that are raised at the end, stale: those of them for a day or longer.
    asked: alarms that were acknowledged or escalated to the next duty, in_time: those that were acknowledged first.
    """

    alarms: int = 0
    calls: int = 0
    by_hour: Counter[int] = field(default_factory=Counter)
    sources: Counter[Source] = field(default_factory=Counter)
    chattering: Counter[Source] = field(default_factory=Counter)
    standing: int = 0
    stale: int = 0
    asked: int = 0
    in_time: int = 0

    def per_operator_hour(self, hours: float, operators: int = 1) -> float:
        """Calls that one operator has in an hour, on the mean."""
        return self.calls / hours / operators

    @property
    def in_time_ratio(self) -> float | None:
        """The share that was acknowledged before the next duty was asked; None where nobody had to."""
        return self.in_time / self.asked if self.asked else None


def load_of(changes: Iterable[Change], begin_ms: int, end_ms: int) -> Load:
    """The load of [begin, end), from changes of alerts in their order; those before it say what stands."""
    found = Load()
    stands: dict[str, Change] = {}
    waiting: set[str] = set()
    calls: set[tuple[str, int]] = set()
    times: defaultdict[Source, list[int]] = defaultdict(list)
    for change in changes:
        at, alert_id = change["event_time"], change["alert_id"]
        if at >= end_ms or change["kind"] == "test":
            continue
        stands[alert_id] = change
        if at < begin_ms:
            continue
        if is_alarm(change):
            source = (change["rule_id"], change["entity_id"])
            found.alarms += 1
            found.sources[source] += 1
            times[source].append(at)
            waiting.add(alert_id)
            calls.add(call_of(change))
        if alert_id in waiting and change["change"] in ("acknowledged", "duty_escalated"):
            waiting.discard(alert_id)
            found.asked += 1
            found.in_time += change["change"] == "acknowledged"
    found.calls = len(calls)
    found.by_hour.update(slot * TOGETHER_MS // HOUR_MS * HOUR_MS for _, slot in calls)
    for source, moments in times.items():
        fastest = max(sum(at <= other < at + HOUR_MS for other in moments) for at in moments)
        if fastest >= CHATTERING:
            found.chattering[source] = len(moments)
    standing = [change for change in stands.values() if change["state"] == "raised"]
    found.standing = len(standing)
    since = (change["raised_at"] for change in standing)
    found.stale = sum(at is not None and end_ms - at >= STALE_MS for at in since)
    return found


def call_of(change: Change) -> tuple[str, int]:
    """The call for attention that an alarm is a part of."""
    return change["group"] or change["alert_id"], change["event_time"] // TOGETHER_MS


def is_alarm(change: Change) -> bool:
    """Whether a change of an alert tells somebody something: it is raised or graver, or muted no more."""
    return change["state"] == "raised" and not change["muted_by"] and change["change"] in _ALARMS
