"""What did each hour ask of those on duty? Counted as alerts change, told once as the statistic `alert.load`.

Every key counts once, so what is read again after a kill is not counted twice. An hour without an alarm is not told.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from streams.alerts.load import HOUR_MS, call_of, is_alarm
from streams.alerts.world import Told, World
from streams.catalog import ALERTS, STATISTICS, key_of
from streams.judge.rows import clock_row

MEASURE = "alert.load"
AFTER_MS = HOUR_MS
"""How long after its end an hour waits for alerts of measures that are told later."""
KEYS_MAX = 5_000
"""Alarms, calls and alerts that an hour remembers each; of a flood beyond it no more are counted."""
_KINDS = ("alarms", "calls", "in_time", "too_late")


class LoadCounts:
    """Load by run and hour."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hours: dict[str, dict[str, list[str]]] = dict(world.state.items("l|"))

    def on_told(self, told: Iterable[Told]) -> None:
        """Count what was just written."""
        for one in told:
            if one.topic == ALERTS.name and one.record is not None and one.record["kind"] != "test":
                self._on_change(one.record)

    def on_time(self, run_id: str, now_ms: int) -> None:
        """The city clock of a run has come to a moment: hours that are over are told."""
        for key in [key for key in self._hours if key.startswith(f"l|{run_id}|")]:
            start = int(key.rpartition("|")[2])
            if start + HOUR_MS + AFTER_MS < now_ms:
                self._world.out.append(
                    Told(STATISTICS.name, key_of(MEASURE), _statistic(key, self._hours[key]))
                )
                del self._hours[key]
                self._world.state.remove(key)

    def _on_change(self, change: Mapping[str, Any]) -> None:
        alert_id = change["alert_id"]
        if is_alarm(change):
            self._count(change, "alarms", f"{alert_id}#{change['sequence']}")
            self._count(change, "calls", "|".join(map(str, call_of(change))))
        elif change["change"] == "acknowledged" and not change["duty_level"]:
            self._count(change, "in_time", alert_id)
        elif change["change"] == "duty_escalated" and change["duty_level"] == self._first_duty(
            change["rule_id"]
        ):
            self._count(change, "too_late", alert_id)

    def _first_duty(self, rule_id: str) -> int | None:
        held = self._world.rules.get(rule_id)
        return held.rule.escalation[0].duty if held is not None and held.rule.escalation else None

    def _count(self, change: Mapping[str, Any], kind: str, name: str) -> None:
        at = change["event_time"]
        key = f"l|{change['run_id']}|{at - at % HOUR_MS}"
        hour = self._hours.get(key) or {known: [] for known in _KINDS}
        if name not in hour[kind] and len(hour[kind]) < KEYS_MAX:
            self._hours[key] = {**hour, kind: [*hour[kind], name]}
            self._world.state.put(key, self._hours[key])


def _statistic(key: str, hour: Mapping[str, list[str]]) -> dict[str, Any]:
    _, run_id, start = key.split("|")
    counts = {kind: len(hour[kind]) for kind in _KINDS}
    return {
        **clock_row(MEASURE, int(start), int(start) + HOUR_MS, 0, run_id),
        "entity_type": "line",
        "entity_id": "line",
        "observations": counts["alarms"],
        "sums": {**counts, "asked": counts["in_time"] + counts["too_late"]},
    }
