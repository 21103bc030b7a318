"""Does an alert still come through? Each minute of the city clock has one of the kind `test`, for those inside.

The clock of a run is that of its fastest measure; each minute is told once, whichever measure shows it first.
"""

from typing import Any

from streams.alerts.alert import NOWHERE, Alert, changed, new_alert, record_of, title_of
from streams.alerts.muting import TEST
from streams.alerts.world import Told, World
from streams.catalog import ALERTS, ALERTS_CURRENT

RULE = "line.heartbeat"
MINUTE_MS = 60_000
AT_ONCE_MAX = 10
"""Minutes that are told after a leap of the clock; older ones are left out, nobody waits for them."""
LEVEL = 4


class Heartbeat:
    """The test alerts of each run."""

    def __init__(self, world: World, mode: str) -> None:
        self._world, self._mode = world, mode

    def on_time(self, run_id: str, now_ms: int) -> None:
        """The city clock of a run has come to a moment."""
        held = self._world.rules.get(RULE)
        if held is None or not held.active or not held.rule.enabled:
            return
        key = f"h|{run_id}"
        newest = now_ms // MINUTE_MS * MINUTE_MS
        kept = self._world.state.get(key)
        if kept is None:
            first = newest
        elif newest <= kept["event_time"]:
            return
        else:
            first = max(kept["event_time"] + MINUTE_MS, newest - (AT_ONCE_MAX - 1) * MINUTE_MS)
        for minute in range(first, newest + 1, MINUTE_MS):
            kept = self._beat(kept, run_id, minute)
        self._world.state.put(key, kept)

    def _beat(self, before: Alert | None, run_id: str, minute_ms: int) -> Alert:
        if before is not None:
            closed = changed(before, "closed", minute_ms, state="closed", cleared_at=minute_ms)
            self._tell(closed)
            self._world.out.append(Told(ALERTS_CURRENT.name, closed["alert_id"], None))
        alert = beat_of(self._world, run_id, self._mode, minute_ms)
        self._tell(alert)
        return alert

    def _tell(self, alert: Alert) -> None:
        record = record_of(alert)
        self._world.out.append(Told(ALERTS.name, alert["alert_id"], record))
        if alert["state"] != "closed":
            self._world.out.append(Told(ALERTS_CURRENT.name, alert["alert_id"], record))


def beat_of(
    world: World, run_id: str, mode: str, at_ms: int, entity_id: str = "line", **fields: Any
) -> Alert:
    """A test alert of a moment, raised."""
    held = world.rules[RULE]
    about = {"entity_type": "line", "entity_id": entity_id, "area_id": None, "mode": mode, "run_id": run_id}
    nothing = dict.fromkeys(("value", "validity", "finality", "revision", "window_start", "window_end"))
    row = {**about, **nothing, "unit": "1", "standard": "", "edition": ""}
    alert = new_alert(held.rule, held.version, "test", row, NOWHERE, began_ms=at_ms, level=LEVEL)
    alert = {**alert, "title": title_of(held.rule, alert), "muted_by": [TEST]}
    return changed(alert, "raised", at_ms, state="raised", raised_at=at_ms, **fields)
