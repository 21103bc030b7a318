"""What does a value change? The alert of its entity is brought to what the course of the values says it should be.

Whatever the reason (the next value, a final one that disagrees, a restated one), it is one comparison: how the alert
stands, and how it would stand if every value had come as it is known now.
"""

from collections.abc import Mapping
from typing import Any

from streams.alerts.alert import entity_key
from streams.alerts.bringing import Bringing, fresh_alert
from streams.alerts.course import (
    Holds,
    Occurrence,
    Point,
    confirmed,
    course_of,
    milliseconds,
    thinned,
    with_point,
)
from streams.alerts.entity import POINTS_MAX, Entity
from streams.alerts.flood import Flood
from streams.alerts.life import Life
from streams.alerts.rule import Rule
from streams.alerts.verdict import NO_LEVEL, verdict_of
from streams.alerts.world import World

_ABOUT = ("entity_type", "entity_id", "area_id", "mode", "run_id", "unit")


class Rows:
    """Alerts by their values, and by the lack of them."""

    def __init__(self, world: World, life: Life, partitions: int) -> None:
        self._world = world
        self._life = life
        self._flood = Flood(world, life, partitions)

    def entity_of(self, rule_id: str, row: Mapping[str, Any], partition: int) -> Entity | None:
        """What is kept of a row's entity; None where nothing is and the row is nothing to begin with."""
        key = entity_key(rule_id, row["run_id"], row["entity_type"], row["entity_id"])
        rule = self._world.effective(rule_id, row["area_id"], row["window_end"])
        kept = self._world.state.get(key)
        if kept is None:
            if not rule.enabled:
                return None
            verdict = _verdict(rule, row)
            if rule.no_data is None and (verdict is None or verdict.raises == NO_LEVEL):
                return None
        entity = Entity(key, kept)
        entity.partition = partition
        entity.about = {name: row[name] for name in _ABOUT}
        return entity

    def on_row(self, entity: Entity, row: Mapping[str, Any], moment_ms: int, told_ms: int | None) -> None:
        """A row of an entity. `told_ms`: up to when everything of its measure was told."""
        rule_id = entity.key.split("|", 2)[1]
        rule = self._world.effective(rule_id, row["area_id"], moment_ms)
        if not rule.enabled:
            for alert in entity.open_alerts:
                self._life.emit(
                    entity, alert, "closed", moment_ms, state="closed", reason="the rule is switched off"
                )
            entity.points, entity.base, entity.heard = [], None, None
            return
        self._hear(entity, rule, row, moment_ms)
        verdict = _verdict(rule, row)
        if verdict is None:
            return
        is_old = told_ms is not None and moment_ms < told_ms - milliseconds(rule.late)
        if is_old and entity.live is None and not entity.recent:
            # It raises nothing, and there is nothing that it could correct.
            return
        if not entity.points and entity.live is None and verdict.raises == NO_LEVEL and entity.base is None:
            return
        point = Point(
            moment_ms, row["window_start"], row["revision"], int(row["finality"] != "provisional"), *verdict
        )
        points = with_point(entity.points, point, None if entity.base is None else entity.base["last"])
        if points is None:
            return
        holds = Holds(rule)
        self._keep(entity, holds, points)
        course = course_of(holds, entity.progress, confirmed(entity.points))
        bringing = Bringing(self._world, self._life, self._flood, entity, rule)
        bringing.to(course, row, moment_ms, told_ms)
        self._forget_where_calm(entity, course)

    def on_silence(self, entity: Entity, at_ms: int) -> None:
        """An entity has said nothing for as long as its rule allows."""
        rule_id = entity.key.split("|", 2)[1]
        rule = self._world.effective(rule_id, entity.about["area_id"], at_ms)
        heard = entity.heard
        if rule.no_data is None or heard is None:
            return
        row = {**_SILENT, **entity.about}
        alert = fresh_alert(
            self._world, entity, rule, "no_data", began_ms=heard, level=rule.no_data.level, row=row
        )
        minutes = milliseconds(rule.no_data.after) // 60_000
        self._life.emit(
            entity,
            alert,
            "raised",
            at_ms,
            state="raised",
            raised_at=at_ms,
            reason=f"nothing was heard for {minutes} minutes",
        )

    def _hear(self, entity: Entity, rule: Rule, row: Mapping[str, Any], moment_ms: int) -> None:
        if rule.no_data is None:
            entity.heard = None
            return
        if row["validity"] == "no_data":
            if entity.heard is None:
                entity.heard = row["window_start"]
            return
        heard, after = entity.heard, milliseconds(rule.no_data.after)
        is_step = heard is None or moment_ms >= heard + after // 4 or row["finality"] != "provisional"
        if is_step and (heard is None or moment_ms > heard):
            # Of values of open windows only now and then, or each would be a change of what is kept.
            entity.heard = moment_ms
        if entity.silent is not None and moment_ms > entity.silent["began_at"]:
            cleared = self._life.emit(
                entity, entity.silent, "cleared", moment_ms, state="cleared", cleared_at=moment_ms
            )
            cleared = self._life.close_where_done(entity, cleared, moment_ms)
            if cleared["state"] != "closed":
                self._life.emit(entity, cleared, "closed", moment_ms, state="closed")

    def _keep(self, entity: Entity, holds: Holds, points: list[Point]) -> None:
        entity.points = thinned(points)
        if len(entity.points) > POINTS_MAX:
            cut = len(entity.points) - POINTS_MAX
            progress = entity.progress
            course_of(holds, progress, confirmed(entity.points)[:cut])
            entity.base, entity.points = progress.as_json(), entity.points[cut:]

    def _forget_where_calm(self, entity: Entity, course: list[Occurrence]) -> None:
        """Points without anything in them, nor an alert that they could correct, are kept for nobody."""
        if entity.live is None and not entity.recent and not course and len(entity.points) >= _CALM_POINTS:
            entity.points, entity.base = [], None


_CALM_POINTS = 24
"""How many verdicts without an alert are kept, so that a repeat of an earlier one is known as one."""
_SILENT: Mapping[str, Any] = {
    "value": None,
    "validity": "no_data",
    "finality": None,
    "revision": None,
    "window_start": None,
    "window_end": None,
    "standard": "",
    "edition": "",
}


def _verdict(rule: Rule, row: Mapping[str, Any]) -> Any:
    counts = row["finality"] != "provisional" or rule.finality == "provisional"
    return verdict_of(rule, row) if counts and rule.levels else None
