"""When is a receiver told, and of which alerts together? A pure fold of alerts and the wall clock, for one receiver.

As in Alertmanager: the first alert of a group waits `group_wait` for others, what changes later waits until
`group_interval` after the last time, and what still fires is said again after `repeat_interval`. Otherwise than
there, what became graver than all that was told does not wait for the interval, what somebody acknowledged is not
repeated, and waits of zero tell each change by itself. What is muted is not told, but the end of what was told is:
it wakes nobody, and a receiver would else wait for it for ever.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from streams.deliver.receivers import By, Receiver
from streams.deliver.telling import Alert, As, is_firing, is_muted, is_over, outside

READ_AGAIN_SECONDS = 86_400.0
"""How far back a change that was told may lie behind the last commit; one further back is told once more."""

Why = Literal["changed", "repeated"]


@dataclass(frozen=True, slots=True)
class Notification:
    """What a receiver is to be told at once. `offsets` are those of the changes that are told with it."""

    group_key: str
    group_labels: Mapping[str, str]
    alerts: tuple[Alert, ...]
    truncated: int
    why: Why
    delivery_id: str
    offsets: tuple[int, ...]

    @property
    def sequences(self) -> dict[str, int]:
        """Alert to its sequence."""
        return {alert["alert_id"]: alert["sequence"] for alert in self.alerts}

    @property
    def levels(self) -> dict[str, int]:
        """Alert to its level, of those that fire."""
        return {alert["alert_id"]: alert["level"] for alert in self.alerts if is_firing(alert)}


@dataclass(slots=True)
class _Told:
    """What the receiver was last told of an alert; level None is its end."""

    sequence: int
    level: int | None
    at: float
    muted_since: bool = False


@dataclass(slots=True)
class _Group:
    labels: Mapping[str, str]
    alerts: dict[str, Alert] = field(default_factory=dict)
    told: dict[str, _Told] = field(default_factory=dict)
    pending: dict[str, list[int]] = field(default_factory=dict)
    pending_since: float = 0.0
    told_at: float | None = None


class Groups:
    """The groups of one receiver. Times are seconds since 1970 by the wall clock."""

    def __init__(self, receiver: Receiver, line_mode: str) -> None:
        self._receiver = receiver
        self._line_mode = line_mode
        self._groups: dict[str, _Group] = {}

    def restore(self, delivery: Mapping[str, Any]) -> None:
        """Remember a record of `city.deliveries.v1` of this receiver: what was delivered or kept was told."""
        group = self._groups.setdefault(delivery["group_key"], _Group({}))
        at = delivery["event_time"] / 1000
        for alert_id, sequence in delivery["sequences"].items():
            before = group.told.get(alert_id)
            if before is None or sequence >= before.sequence:
                group.told[alert_id] = _Told(sequence, delivery["levels"].get(alert_id), at)
        group.told_at = max(group.told_at or 0.0, at)

    def learn(self, alert: Alert) -> None:
        """Remember how an alert stood before this process began."""
        self._put(alert)

    def catch_up(self, now: float) -> None:
        """After the last `learn`: what stands and was not told is to be told, what is over is forgotten."""
        for key in list(self._groups):
            group = self._groups[key]
            for alert in list(group.alerts.values()):
                if self._needs(group, alert):
                    self._await(group, alert["alert_id"], None, now)
            # What was told lately may be of changes that are still to be read again.
            group.told = {
                known: told
                for known, told in group.told.items()
                if known in group.alerts or now - told.at <= READ_AGAIN_SECONDS
            }
            if not group.told or group.alerts:
                self._forget(key, group)

    def on_change(self, alert: Alert, offset: int, now: float) -> None:
        """A change of an alert, which lies at an offset of its topic."""
        found = self._put(alert)
        if found is None:
            return
        key, group = found
        alert_id = alert["alert_id"]
        if self._needs(group, alert):
            self._await(group, alert_id, offset, now)
        else:
            # What came and went before anybody was told is told nobody.
            group.pending.pop(alert_id, None)
            self._forget(key, group)

    def take_due(self, now: float) -> list[Notification]:
        """What is to be told now, oldest first; it counts as told from here on."""
        due = sorted(
            (at, key)
            for key, group in self._groups.items()
            if (at := self._due_at(group)) is not None and at <= now
        )
        return [told for at, key in due for told in self._flush(key, at, now)]

    def next_due(self) -> float | None:
        """When `take_due` will have something, if nothing changes before."""
        times = [at for group in self._groups.values() if (at := self._due_at(group)) is not None]
        return min(times, default=None)

    def oldest_offset(self) -> int | None:
        """The first offset of a change that waits to be told."""
        waiting = [
            offset
            for group in self._groups.values()
            for offsets in group.pending.values()
            for offset in offsets
        ]
        return min(waiting, default=None)

    def _put(self, alert: Alert) -> tuple[str, _Group] | None:
        """Note how an alert stands; None where it is not for this receiver or is known already."""
        if not self._receiver.wants(alert, self._line_mode):
            return None
        if outside(self._line_mode, alert["mode"]) is As.EXERCISE:
            alert = {**alert, "mode": "drill"}
        labels: dict[str, str] = {by: _label(alert, by) for by in self._receiver.group_by}
        if alert["mode"] == "drill":
            # Nobody shall read an exercise among what is real.
            labels["exercise"] = "true"
        key = "{}:{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
        group = self._groups.setdefault(key, _Group(labels))
        group.labels = labels
        alert_id = alert["alert_id"]
        known, told = group.alerts.get(alert_id), group.told.get(alert_id)
        if known is not None and known["sequence"] >= alert["sequence"]:
            return None
        group.alerts[alert_id] = alert
        if told is not None and is_muted(alert):
            told.muted_since = True
        return key, group

    def _needs(self, group: _Group, alert: Alert) -> bool:
        """Whether the receiver is to be told how an alert stands."""
        told = group.told.get(alert["alert_id"])
        if told is not None and told.sequence >= alert["sequence"]:
            return False
        if is_over(alert):
            return self._receiver.send_resolved and told is not None and told.level is not None
        if not is_firing(alert) or is_muted(alert):
            return False
        return told is None or told.muted_since or told.level != alert["level"]

    def _await(self, group: _Group, alert_id: str, offset: int | None, now: float) -> None:
        if not group.pending:
            group.pending_since = now
        offsets = group.pending.setdefault(alert_id, [])
        if offset is not None:
            offsets.append(offset)

    def _due_at(self, group: _Group) -> float | None:
        receiver = self._receiver
        if group.pending:
            waited = group.pending_since + receiver.group_wait
            if group.told_at is None or self._is_graver(group):
                return waited
            return max(waited, group.told_at + receiver.group_interval)
        if group.told_at is None or not any(
            self._is_repeated(group, alert) for alert in group.alerts.values()
        ):
            return None
        return group.told_at + receiver.repeat_interval

    def _is_graver(self, group: _Group) -> bool:
        told = [told.level for told in group.told.values() if told.level is not None]
        waiting = [group.alerts[alert_id] for alert_id in group.pending]
        levels = [alert["level"] for alert in waiting if is_firing(alert)]
        return bool(levels) and min(levels) < min(told, default=5)

    def _is_repeated(self, group: _Group, alert: Alert) -> bool:
        told = group.told.get(alert["alert_id"])
        return (
            told is not None
            and told.level is not None
            and is_firing(alert)
            and not is_muted(alert)
            and not alert["acknowledged"]
        )

    def _flush(self, key: str, at: float, now: float) -> Iterator[Notification]:
        """Everything of a group that is to be told, in as many notifications as its changes need."""
        group = self._groups[key]
        changed = [group.alerts[alert_id] for alert_id in group.pending]
        why: Why = "changed" if changed else "repeated"
        standing = [
            alert
            for alert in group.alerts.values()
            if alert["alert_id"] not in group.pending and self._stands(group, alert)
        ]
        standing.sort(key=lambda alert: (alert["level"], alert["began_at"]))
        size = self._receiver.max_alerts
        for first in range(0, max(1, len(changed)), size):
            of_this = changed[first : first + size]
            beside = standing[: size - len(of_this)]
            offsets = [offset for alert in of_this for offset in group.pending[alert["alert_id"]]]
            yield Notification(
                group_key=key,
                group_labels=group.labels,
                alerts=(*of_this, *beside),
                truncated=len(standing) - len(beside) + len(changed) - len(of_this),
                why=why,
                delivery_id=self._id_of(key, of_this, standing if not changed else [], at),
                offsets=tuple(offsets),
            )
        for alert in changed:
            level = alert["level"] if is_firing(alert) else None
            group.told[alert["alert_id"]] = _Told(alert["sequence"], level, now)
        group.pending.clear()
        group.told_at = now
        self._forget(key, group)

    def _stands(self, group: _Group, alert: Alert) -> bool:
        """Whether an alert that was told still fires for the receiver to hear."""
        return alert["alert_id"] in group.told and is_firing(alert) and not is_muted(alert)

    def _id_of(self, key: str, changed: list[Alert], repeated: list[Alert], at: float) -> str:
        """Of the same changes the same, also after a kill; each time that something is repeated another one."""
        told = sorted(f"{alert['alert_id']}#{alert['sequence']}" for alert in (*changed, *repeated))
        moment = f"{at:.3f}" if repeated else ""
        text = "\n".join((self._receiver.name, key, moment, *told))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _forget(self, key: str, group: _Group) -> None:
        """What is over and of which nothing waits is not kept."""
        for alert_id, alert in list(group.alerts.items()):
            if is_over(alert) and alert_id not in group.pending:
                del group.alerts[alert_id]
                group.told.pop(alert_id, None)
        if not group.alerts:
            del self._groups[key]


def _label(alert: Alert, by: By) -> str:
    if by == "group":
        return str(alert["group"] or alert["rule_id"])
    field_name = {
        "rule": "rule_id",
        "system": "system",
        "area": "area_id",
        "department": "department",
        "entity": "entity_id",
        "alert": "alert_id",
    }[by]
    return str(alert[field_name] or "")
