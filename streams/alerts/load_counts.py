"""What did each hour ask of those on duty? Counted as alerts change, told once as the statistic `alert.load`.

Every key counts once, so what is read again after a kill is not counted twice. An hour without an alarm, at whose end
no alert stands, is not told. When an alert stood is known from its own times, so that it does not matter which
measure's clock tells the hour.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from streams.alerts.load import CHATTERING, HOUR_MS, STALE_MS, call_of, is_alarm
from streams.alerts.world import Told, World
from streams.catalog import ALERTS, STATISTICS, key_of
from streams.judge.rows import clock_row

MEASURE = "alert.load"
AFTER_MS = HOUR_MS
"""How long after its end an hour waits for alerts of measures that are told later."""
KEYS_MAX = 5_000
"""Alarms, calls and alerts that an hour remembers each; of a flood beyond it no more are counted."""
_KINDS = ("alarms", "calls", "in_time", "too_late")
_BETWEEN = "\t"

Stood = tuple[int, int | None]
"""When an alert was raised, and when that ended; None while it stands."""


class LoadCounts:
    """Load by run and hour."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hours: dict[str, dict[str, list[str]]] = dict(world.state.items("l|"))
        self._stood: dict[str, Stood] = {
            key: (raised, ended) for key, (raised, ended) in world.state.items("s|")
        }

    def on_told(self, told: Iterable[Told]) -> None:
        """Count what was just written."""
        for one in told:
            if one.topic == ALERTS.name and one.record is not None and one.record["kind"] != "test":
                self._on_change(one.record)

    def on_time(self, run_id: str, now_ms: int) -> None:
        """The city clock of a run has come to a moment: hours that are over are told."""
        told = False
        while (start := self._oldest(run_id)) is not None and start + HOUR_MS + AFTER_MS < now_ms:
            self._tell(run_id, start)
            told = True
        if told:
            self._forget(run_id, now_ms)

    def _tell(self, run_id: str, start: int) -> None:
        key, end = _hour_key(run_id, start), start + HOUR_MS
        standing = [
            raised
            for of_run, (raised, ended) in self._stood.items()
            if of_run.startswith(f"s|{run_id}|") and raised < end and (ended is None or ended >= end)
        ]
        stale = sum(end - raised >= STALE_MS for raised in standing)
        statistic = _statistic(run_id, start, self._hours[key], standing=len(standing), stale=stale)
        self._world.out.append(Told(STATISTICS.name, key_of(MEASURE), statistic))
        if standing and (after := _hour_key(run_id, end)) not in self._hours:
            self._hours[after] = {kind: [] for kind in _KINDS}
            self._world.state.put(after, self._hours[after])
        del self._hours[key]
        self._world.state.remove(key)

    def _forget(self, run_id: str, now_ms: int) -> None:
        """Alerts that were over before the first hour that is still to be told was."""
        end = (self._oldest(run_id) or now_ms) + HOUR_MS
        over = [
            key
            for key, (_, ended) in self._stood.items()
            if key.startswith(f"s|{run_id}|") and ended is not None and ended < end
        ]
        for key in over:
            del self._stood[key]
            self._world.state.remove(key)

    def _oldest(self, run_id: str) -> int | None:
        prefix = _hour_key(run_id, "")
        return min((int(key[len(prefix) :]) for key in self._hours if key.startswith(prefix)), default=None)

    def _on_change(self, change: Mapping[str, Any]) -> None:
        alert_id = change["alert_id"]
        self._follow(change)
        if is_alarm(change):
            source = (change["rule_id"], change["entity_id"])
            self._count(change, "alarms", _BETWEEN.join((*source, f"{alert_id}#{change['sequence']}")))
            self._count(change, "calls", "|".join(map(str, call_of(change))))
        elif change["change"] == "acknowledged" and not change["duty_level"]:
            self._count(change, "in_time", alert_id)
        elif change["change"] == "duty_escalated" and change["duty_level"] == self._first_duty(
            change["rule_id"]
        ):
            self._count(change, "too_late", alert_id)

    def _follow(self, change: Mapping[str, Any]) -> None:
        key = f"s|{change['run_id']}|{change['alert_id']}"
        raised, ended = self._stood.get(key, (None, None))
        if change["state"] == "raised":
            self._keep(key, (change["event_time"] if raised is None or ended is not None else raised, None))
        elif raised is not None and ended is None:
            self._keep(key, (raised, change["event_time"]))

    def _keep(self, key: str, stood: Stood) -> None:
        self._stood[key] = stood
        self._world.state.put(key, list(stood))

    def _first_duty(self, rule_id: str) -> int | None:
        held = self._world.rules.get(rule_id)
        return held.rule.escalation[0].duty if held is not None and held.rule.escalation else None

    def _count(self, change: Mapping[str, Any], kind: str, name: str) -> None:
        at = change["event_time"]
        key = _hour_key(change["run_id"], at - at % HOUR_MS)
        hour = self._hours.get(key) or {known: [] for known in _KINDS}
        if name not in hour[kind] and len(hour[kind]) < KEYS_MAX:
            self._hours[key] = {**hour, kind: [*hour[kind], name]}
            self._world.state.put(key, self._hours[key])


def _hour_key(run_id: str, start: int | str) -> str:
    return f"l|{run_id}|{start}"


def _statistic(
    run_id: str, start: int, hour: Mapping[str, list[str]], *, standing: int, stale: int
) -> dict[str, Any]:
    counts = {kind: len(hour[kind]) for kind in _KINDS}
    by_source = Counter(name.rpartition(_BETWEEN)[0] for name in hour["alarms"])
    return {
        **clock_row(MEASURE, start, start + HOUR_MS, 0, run_id),
        "entity_type": "line",
        "entity_id": "line",
        "observations": counts["alarms"],
        "sums": {
            **counts,
            "asked": counts["in_time"] + counts["too_late"],
            "standing": standing,
            "stale": stale,
            "chattering": sum(times >= CHATTERING for times in by_source.values()),
        },
    }
