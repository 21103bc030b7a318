"""What is right for the records sent so far? Summed from the city's own state, not from what it wrote down."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from feeds.civil_time import MINUTE_MS, SECOND_MS
from feeds.simulated_air import StationHour
from feeds.simulated_emergency import Stamp
from feeds.simulated_order import EVENT, REPEAT, Sent
from feeds.simulated_plan import CITY
from feeds.simulated_road import RoadReading
from feeds.simulated_systems import SIMULATED
from feeds.simulated_told import Told

ROAD_WINDOW_MS = 5 * MINUTE_MS

Window = tuple[str, str, int]
"""Entity type, entity, and the start of the window in epoch milliseconds."""


@dataclass
class Sums:
    """The statistic of one window: how many observations, and their sums under the statistic's own names."""

    observations: int = 0
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, values: Mapping[str, int]) -> None:
        """Add one observation; what is named as an extreme stays one."""
        self.observations += 1
        for name, value in values.items():
            known = self.sums.get(name, value)
            if name.endswith("_max"):
                self.sums[name] = max(known, value)
            elif name.endswith("_min"):
                self.sums[name] = min(known, value)
            else:
                self.sums[name] += value


@dataclass
class IncidentTruth:
    """How an incident went, as far as it has been told.

    Seconds are from the call to the first unit at that milestone, None while there is none. `closed_at` is when the
    last of its units became available, None while one is not, or when no unit was ever sent.
    """

    incident_id: str
    area_id: str
    received: int | None = None
    dispatched_seconds: int | None = None
    en_route_seconds: int | None = None
    arrived_seconds: int | None = None
    closed_at: int | None = None

    @property
    def closed_without_arrival(self) -> bool:
        """Whether all of its units went home and none had arrived."""
        return self.closed_at is not None and self.arrived_seconds is None


@dataclass
class Counts:
    """What became of the records of one system; each carries one item: items = events + repeats + rejected."""

    items: int = 0
    events: int = 0
    repeats: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


@dataclass
class Truth:
    """The right answer for the records of a stretch of time.

    road: per link, area and city and 5-minute window; sums are weighted by vehicles.
    air: per station and hour, `<pollutant>_sum_ngm3` and `<pollutant>_count`.
    counted: the same of every other system, by its slug.
    Windows that the stretch cuts hold what had arrived by its end.
    """

    road: dict[Window, Sums]
    air: dict[Window, Sums]
    counted: dict[str, dict[Window, Sums]]
    incidents: dict[str, IncidentTruth]
    counts: dict[str, Counts]


def truth_of(records: Iterable[Sent]) -> Truth:
    """Sum up the records."""
    road: defaultdict[Window, Sums] = defaultdict(Sums)
    air: defaultdict[Window, Sums] = defaultdict(Sums)
    stamps: defaultdict[str, list[Stamp]] = defaultdict(list)
    counted: defaultdict[str, defaultdict[Window, Sums]] = defaultdict(lambda: defaultdict(Sums))
    counts = {system: Counts() for system in SIMULATED}
    for sent in records:
        _count(counts[sent.system], sent.fate)
        if sent.fate != EVENT:
            continue
        match sent.body:
            case RoadReading() as reading:
                _add_road(road, reading)
            case StationHour() as hour:
                _add_air(air, hour)
            case Stamp() as stamp:
                stamps[stamp.incident_id].append(stamp)
            case Told() as told:
                window = told.event_time - told.event_time % told.window_ms
                for place in told.places:
                    counted[sent.system][*place, window].add(dict(told.values))
    incidents = {incident_id: _incident(known) for incident_id, known in sorted(stamps.items())}
    of_systems = {system: dict(windows) for system, windows in counted.items()}
    return Truth(dict(road), dict(air), of_systems, incidents, counts)


def _count(counts: Counts, fate: str) -> None:
    counts.items += 1
    if fate == EVENT:
        counts.events += 1
    elif fate == REPEAT:
        counts.repeats += 1
    else:
        counts.rejected[fate] += 1


def _add_road(road: defaultdict[Window, Sums], reading: RoadReading) -> None:
    link, weight = reading.link, reading.vehicles
    window = reading.event_time - reading.event_time % ROAD_WINDOW_MS
    values = {
        "travel_time_ms": weight * reading.travel_time_ms,
        "free_flow_time_ms": weight * link.free_flow_time_ms,
        "length_m": weight * link.length_m,
        "weight": weight,
        "vehicles": weight,
        "vehicle_counts": 1,
    }
    for entity_type, entity_id in (("link", link.link_id), ("area", link.area_id), ("city", CITY)):
        road[entity_type, entity_id, window].add(values)


def _add_air(air: defaultdict[Window, Sums], hour: StationHour) -> None:
    values = {}
    for pollutant, ngm3 in hour.ngm3.items():
        name = pollutant.removesuffix("_ngm3")
        values[f"{name}_sum_ngm3"] = ngm3 or 0
        values[f"{name}_count"] = int(ngm3 is not None)
    air["station", hour.station.station_id, hour.event_time].add(values)


def _incident(told: list[Stamp]) -> IncidentTruth:
    received = min((stamp.event_time for stamp in told if stamp.stage == "received"), default=None)

    def seconds(stage: str) -> int | None:
        first = min((stamp.event_time for stamp in told if stamp.stage == stage), default=None)
        return None if first is None or received is None else (first - received) // SECOND_MS

    units = {stamp.unit_id for stamp in told if stamp.unit_id}
    available = {stamp.unit_id: stamp.event_time for stamp in told if stamp.stage == "available"}
    return IncidentTruth(
        told[0].incident_id,
        told[0].area_id,
        received,
        seconds("dispatched"),
        seconds("en_route"),
        seconds("arrived"),
        max(available.values()) if units and units == set(available) else None,
    )
