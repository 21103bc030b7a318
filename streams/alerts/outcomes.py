"""How often was a rule right? The outcomes of its alerts, counted for each civil day on which they became known.

A statistic of the measure `alert.outcome` is written with each outcome, and once more as final when the day is over.
Each alert counts once a day, with the last outcome that was said of it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from streams.alerts.world import Told, World
from streams.catalog import STATISTICS, key_of

MEASURE = "alert.outcome"
KNOWN = ("handled", "false", "transferred")
STEPS_MAX = 899
AFTER_MS = 3_600_000
"""How long after the end of a day outcomes of it are waited for."""


class Outcomes:
    """Outcomes by rule and day."""

    def __init__(self, world: World) -> None:
        self._world = world

    def on_outcome(self, alert: Mapping[str, Any], outcome: str, at_ms: int) -> None:
        """An outcome of an alert became known. One that comes again changes nothing."""
        if outcome not in KNOWN:
            return
        start, end = self._day(at_ms)
        key = f"o|{alert['run_id']}|{alert['rule_id']}|{start}"
        kept = self._world.state.get(key) or {"end": end, "said": {}}
        kept = {**kept, "said": {**kept["said"], alert["alert_id"]: outcome}}
        self._world.state.put(key, kept)
        self._tell(key, kept, min(len(kept["said"]), STEPS_MAX))

    def on_time(self, run_id: str, now_ms: int) -> None:
        """The city clock of a run has come to a moment: days that are over are told as final."""
        for key, kept in self._world.state.items(f"o|{run_id}|"):
            if kept["end"] + AFTER_MS < now_ms:
                self._tell(key, kept, 0)
                self._world.state.remove(key)

    def _tell(self, key: str, kept: Mapping[str, Any], step: int) -> None:
        _, run_id, rule_id, start = key.split("|")
        counts = Counter(kept["said"].values())
        statistic = {
            "measure": MEASURE,
            "entity_type": "rule",
            "entity_id": rule_id,
            "area_id": None,
            "window_start": int(start),
            "window_end": kept["end"],
            "step": step,
            "observations": counts.total(),
            "sums": {"outcomes": counts.total(), **{name: counts[name] for name in KNOWN}},
            "histogram": {},
            "ingest_time_max": None,
            "run_id": run_id,
            "generation": 0,
        }
        self._world.out.append(Told(STATISTICS.name, key_of(MEASURE), statistic))

    def _day(self, at_ms: int) -> tuple[int, int]:
        zone = self._world.calendar.zone
        midnight = (
            datetime.fromtimestamp(at_ms / 1000, UTC)
            .astimezone(zone)
            .replace(hour=0, minute=0, second=0, microsecond=0)
        )
        following = (midnight + timedelta(days=1)).replace(tzinfo=zone)
        return round(midnight.timestamp() * 1000), round(following.timestamp() * 1000)
