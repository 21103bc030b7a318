"""What is kept of one entity under one rule? One value of the state, so that a kill never parts what belongs together.

A batch that is read again after a kill finds each entity either as before the batch or as after it: then what it
says is known already, and leads to nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from streams.alerts.alert import Alert
from streams.alerts.course import Point, Progress

POINTS_MAX = 64
"""Verdicts kept of an entity; a correction reaches as far back."""
RECENT_MAX = 8
"""Closed alerts kept of an entity."""


class Entity:
    """A rule's view of an entity in a run.

    live: the alert of its value, silent: the one of its silence, recent: closed ones, newest last. heard: up to when
    it has said something, epoch milliseconds. changes: moments at which it was raised or cleared, for damping.
    about: type, id, area, mode, run and unit, as a row has them.
    """

    def __init__(self, key: str, kept: Mapping[str, Any] | None = None) -> None:
        kept = kept or {}
        self.key = key
        self.base: dict[str, Any] | None = kept.get("base")
        self.points = [Point(*point) for point in kept.get("points", ())]
        self.live: Alert | None = kept.get("live")
        self.silent: Alert | None = kept.get("silent")
        self.recent: list[Alert] = list(kept.get("recent", ()))
        self.heard: int | None = kept.get("heard")
        self.changes: list[int] = list(kept.get("changes", ()))
        self.flapping_until: int = kept.get("flapping_until", 0)
        self.about: dict[str, Any] = kept.get("about", {})
        self.partition: int = kept.get("partition", 0)

    def as_json(self) -> dict[str, Any]:
        """Plain data for the state."""
        return {
            "base": self.base,
            "points": [list(point) for point in self.points],
            "live": self.live,
            "silent": self.silent,
            "recent": self.recent,
            "heard": self.heard,
            "changes": self.changes,
            "flapping_until": self.flapping_until,
            "about": self.about,
            "partition": self.partition,
        }

    @property
    def alerts(self) -> Iterator[Alert]:
        """All its alerts, open ones first."""
        return (alert for alert in (self.live, self.silent, *self.recent) if alert is not None)

    @property
    def open_alerts(self) -> list[Alert]:
        """Those that are not closed."""
        return [alert for alert in (self.live, self.silent) if alert is not None]

    @property
    def progress(self) -> Progress:
        """The progress before the points, to go on from."""
        return Progress.of_json(self.base)

    def alert(self, alert_id: str) -> Alert | None:
        """The alert with an id, open or closed."""
        return next((alert for alert in self.alerts if alert["alert_id"] == alert_id), None)

    def put(self, alert: Alert) -> None:
        """Keep an alert as it stands now: in its place, or among the closed ones."""
        slot = "silent" if alert["kind"] == "no_data" else "live"
        known = getattr(self, slot)
        if alert["state"] == "closed":
            if known is not None and known["alert_id"] == alert["alert_id"]:
                setattr(self, slot, None)
            others = [kept for kept in self.recent if kept["alert_id"] != alert["alert_id"]]
            self.recent = sorted([*others, alert], key=lambda kept: kept["began_at"])[-RECENT_MAX:]
        else:
            setattr(self, slot, alert)

    def remove(self, alert_id: str) -> None:
        """Forget a closed alert."""
        self.recent = [alert for alert in self.recent if alert["alert_id"] != alert_id]

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to keep it for."""
        return not (self.live or self.silent or self.recent or self.points or self.heard is not None)
