"""What do things of the simulated city report that speak at an even pace? Most of its systems are of such things."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from feeds.civil_time import HOUR_MS
from feeds.decoding import RejectReason
from feeds.recording import Entity, entity
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, SOURCE, Plan
from feeds.simulated_size import Size
from feeds.simulated_told import Pace, Place, Told, reported, spoiled


def by_chance(_size: Size) -> int:
    """What a system delivers an hour of which chance decides."""
    return 0


def nobody(_plan: Plan) -> list[Entity]:
    """The entities of a system that announces none."""
    return []


@dataclass(frozen=True)
class Simulated:
    """A system's share of the simulated city: where its records come from, and what it announces.

    feed: what its records come through, empty where it is `city-gateway-<system>`. items_per_hour: what it delivers
    in a city of that size, 0 where chance decides.
    """

    system: str
    sources: Callable[[Plan], list[Iterator[Planned]]]
    entities: Callable[[Plan], list[Entity]] = nobody
    feed: str = ""
    items_per_hour: Callable[[Size], int] = by_chance

    @property
    def gateway(self) -> str:
        """The name of its feed."""
        return self.feed or f"city-gateway-{self.system}"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that reports, where it is, and what the registry knows of it.

    counted_as: entity type and entity that its readings are counted for, where that is not the thing itself.
    """

    name: str
    area_id: str
    number: int = 0
    attributes: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    counted_as: Place | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a reading says beside who and when, and what it adds to every window that it belongs to."""

    body: Mapping[str, Any]
    adds: Mapping[str, int]


@dataclass(frozen=True)
class Reporters:
    """Things of one kind, each of which reports at its pace.

    kind: their entity type, which is also the field of a reading that names one. things: those of a city of that size.
    reading: what a thing says at a
    moment. faults: ways to spoil a reading, beside those that every gateway knows. rolled_up: whether the truth is
    also that of their districts and of the city.
    """

    system: str
    kind: str
    things: Callable[[Size], tuple[Thing, ...]]
    pace: Pace
    window_ms: int
    reading: Callable[[Plan, Thing, int, Random], Said]
    faults: tuple[Fault, ...]
    rolled_up: bool = True

    def sources(self, plan: Plan) -> list[Iterator[Planned]]:
        """Every source of their records."""
        faults = (
            *self.faults,
            Fault(RejectReason.UNREADABLE, cut=6),
            Fault(RejectReason.UNKNOWN_ENTITY, ((self.kind, f"{self.kind}-nowhere"),)),
            Fault(RejectReason.MISSING_TIME, (("at", None),)),
        )
        # Off the even pace, so that no spoiled reading has the id of a good one.
        things = self.things(plan.size)
        first = things[0]
        return [
            *(self._readings(plan, thing) for thing in things),
            spoiled(self.system, plan, faults, lambda at, rng: self._told(plan, first, at - 777, rng)),
        ]

    def entities(self, plan: Plan) -> list[Entity]:
        """What the registry is told of them."""
        return [
            entity(
                self.system,
                self.kind,
                thing.name,
                area_id=thing.area_id,
                source=SOURCE,
                valid=(plan.start, None),
                attributes=thing.attributes,
                labels=thing.labels,
            )
            for thing in self.things(plan.size)
        ]

    def simulated(self) -> Simulated:
        """Their system's share of the city."""
        return Simulated(self.system, self.sources, self.entities, items_per_hour=self._items_per_hour)

    def _items_per_hour(self, size: Size) -> int:
        return HOUR_MS // self.pace.every_ms * len(self.things(size))

    def _readings(self, plan: Plan, thing: Thing) -> Iterator[Planned]:
        rng = plan.random(self.system, thing.name)
        begin = plan.start + rng.randrange(self.pace.every_ms // 1_000) * 1_000
        return reported(
            self.system, self.pace, begin, rng, lambda at, chance: self._told(plan, thing, at, chance)
        )

    def _told(self, plan: Plan, thing: Thing, at: int, rng: Random) -> tuple[str, Told]:
        said = self.reading(plan, thing, at, rng)
        payload = orjson.dumps({self.kind: thing.name, "at": written(at, plan.offset_ms), **said.body})
        wider = (("area", thing.area_id), ("city", CITY)) if self.rolled_up else ()
        places = (thing.counted_as or (self.kind, thing.name), *wider)
        return thing.name, Told(at, self.window_ms, places, tuple(said.adds.items()), payload)
