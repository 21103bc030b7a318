"""Where does a service subscribe? One object for a line's Kafka and registry, a method for each kind of change."""

import os
from dataclasses import dataclass

from citybrain.client.changes import Position
from citybrain.client.filters import (
    Names,
    at_least,
    every,
    final_only,
    inside,
    named,
    of_department,
    of_system,
)
from citybrain.client.kinds import ALERT, CASE, INDICATOR
from citybrain.client.records import Alert, CaseChange, Indicator
from citybrain.client.subscription import Subscription, Where


@dataclass(frozen=True)
class Subscriber:
    """Subscriptions to a line.

    kafka: bootstrap address. registry: address of the registry's Confluent API.
    Every method takes `start` (a position that was kept) or `group` (Kafka keeps it), and `idle_seconds`, after
    which a silent iteration ends; see `Where`.
    """

    kafka: str
    registry: str

    @classmethod
    def from_environment(cls) -> "Subscriber":
        """From CITYBRAIN_KAFKA_BOOTSTRAP and CITYBRAIN_REGISTRY_URL. Raises SystemExit naming what is not set."""
        names = ("CITYBRAIN_KAFKA_BOOTSTRAP", "CITYBRAIN_REGISTRY_URL")
        if missing := [name for name in names if not os.environ.get(name)]:
            raise SystemExit(f"{' and '.join(missing)} must be set; `citybrain status` shows the addresses")
        return cls(os.environ[names[0]], os.environ[names[1]])

    def indicators(
        self,
        ids: Names = None,
        *,
        systems: Names = None,
        entity_types: Names = None,
        entities: Names = None,
        area: str | None = None,
        finals: bool = False,
        start: Position | None = None,
        group: str | None = None,
        idle_seconds: float | None = None,
    ) -> Subscription[Indicator]:
        """Rows of indicators; with `finals` no provisional ones."""
        wanted = every(
            named("indicator_id", ids),
            of_system(systems),
            named("entity_type", entity_types),
            named("entity_id", entities),
            inside(area),
            final_only(finals),
        )
        return Subscription(INDICATOR, wanted, self._where(start, group, idle_seconds))

    def alerts(
        self,
        *,
        area: str | None = None,
        severity: int | None = None,
        systems: Names = None,
        rules: Names = None,
        start: Position | None = None,
        group: str | None = None,
        idle_seconds: float | None = None,
    ) -> Subscription[Alert]:
        """Changes of alerts; with `severity` of those that are or were so grave: 2 for levels I and II."""
        wanted = every(inside(area), at_least(severity), named("system", systems), named("rule_id", rules))
        return Subscription(ALERT, wanted, self._where(start, group, idle_seconds))

    def cases(
        self,
        *,
        area: str | None = None,
        kinds: Names = None,
        departments: Names = None,
        start: Position | None = None,
        group: str | None = None,
        idle_seconds: float | None = None,
    ) -> Subscription[CaseChange]:
        """Changes of cases; with `departments` of those that one of them leads or assists."""
        wanted = every(inside(area), named("kind", kinds), of_department(departments))
        return Subscription(CASE, wanted, self._where(start, group, idle_seconds))

    def _where(self, start: Position | None, group: str | None, idle_seconds: float | None) -> Where:
        if start is not None and group is not None:
            raise ValueError("give a position or a group, not both: each says where to begin")
        return Where(self.kafka, self.registry, start, group, idle_seconds)
