"""What does the judge say of a stretch of the simulated city, without Kafka, Flink or a disk?

The sums of each window are the city's own truth, and their partial results are what each step of the window would have
shown, with no record late. Everything after that is the line's own judge, with the roster that the city announces.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from feeds.simulated_air import StationHour
from feeds.simulated_emergency import Stamp
from feeds.simulated_order import EVENT, REPEAT, Sent, in_order
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_road import RoadReading
from feeds.simulated_systems import GATEWAYS, SIMULATED
from feeds.simulated_told import Told as Reading
from feeds.simulated_truth import IncidentTruth, Sums, _add_air, _add_road, _incident
from feeds.simulator import SimulatedCity
from streams.alerts.replay import Item
from streams.alerts.rule import Rule
from streams.catalog import SYSTEMS, System
from streams.entities import Entities
from streams.judge.judge import DELIVERIES, Judge
from streams.judge.rows import clock_row
from streams.keyed_state import KeyedState
from streams.told import Told

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
TARGET_MS, QUIET_MS = 900_000, HOUR_MS
RUN = "simulated-day"
Place = tuple[str, str, int]
"""Entity type, entity, start of the window."""


@dataclass
class Counted:
    """What a system's records add up to: sums by place and step, incidents, and what its feed delivered by hour."""

    windows: dict[Place, dict[int, Sums]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Sums))
    )
    stamps: dict[str, list[Stamp]] = field(default_factory=lambda: defaultdict(list))
    delivered: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def counted_of(city: SimulatedCity, slug: str, minutes: int) -> Counted:
    """Sum up one system of the city, each of its records once."""
    found, source = Counted(), SYSTEMS[slug].source
    step_ms = source.step // timedelta(milliseconds=1)
    for sent in _sent(city, slug, minutes):
        fate = {EVENT: "accepted", REPEAT: "repeated"}.get(sent.fate, "rejected")
        found.delivered[sent.at - sent.at % HOUR_MS][fate] += 1
        if sent.fate != EVENT:
            continue
        if isinstance(sent.body, Stamp):
            found.stamps[sent.body.incident_id].append(sent.body)
            continue
        for (entity_type, entity_id, start), at, values in _readings(sent):
            found.windows[entity_type, entity_id, start][(at - start) // step_ms + 1].add(values)
    return found


def _sent(city: SimulatedCity, slug: str, minutes: int) -> Iterator[Sent]:

    end = city.plan.start + minutes * MINUTE_MS
    for sent in in_order(iter(SIMULATED[slug].sources(city.plan))):
        if sent.at >= end:
            return
        yield sent


def _readings(sent: Sent) -> Iterator[tuple[Place, int, dict[str, int]]]:
    windows: defaultdict[Place, Sums] = defaultdict(Sums)
    match sent.body:
        case RoadReading() as reading:
            _add_road(windows, reading)
            at = reading.event_time
        case StationHour() as hour:
            _add_air(windows, hour)
            at = hour.event_time
        case Reading() as reading:
            start = reading.event_time - reading.event_time % reading.window_ms
            for place in reading.places:
                windows[*place, start].add(dict(reading.values))
            at = reading.event_time
        case other:
            raise TypeError(f"{sent.system} sends {type(other).__name__}: say here what it adds")
    for place, sums in windows.items():
        yield place, at, dict(sums.sums)


def statistics_of(
    city: SimulatedCity, slug: str, counted: Counted, minutes: int, *, partial: bool
) -> list[dict[str, Any]]:
    """A system's statistics with their clock rows and those of its feed, in the order of their moments."""
    system = SYSTEMS[slug]
    areas = {
        (one["entity_type"], one["entity_id"]): one["area_id"]
        for one in city.entities()
        if one["system"] == slug
    }
    if slug == "emergency":
        rows = list(_responses([_incident(known) for known in counted.stamps.values()], city.plan.start))
        measures = [f"emergency.{milestone}" for milestone in ("dispatched", "en_route", "arrived")]
    else:
        rows = list(_windows(system, counted, areas, partial=partial))
        measures = [system.source.measure]
    rows += [
        row
        for measure in measures
        for row in _clocks(system, measure, city.plan.start, minutes, partial=partial)
    ]
    rows += _deliveries(slug, counted, city.plan, minutes)
    return sorted(rows, key=lambda row: moment_of(system, row))


def moment_of(system: System, row: dict[str, Any]) -> tuple[int, bool]:
    """When a statistic is written, the clock row last."""
    step_ms = system.source.step // timedelta(milliseconds=1)
    at = row["window_start"] + row["step"] * step_ms if row["step"] else row["window_end"]
    return at, row["entity_type"] == "clock"


def _windows(
    system: System, counted: Counted, areas: dict[tuple[str, str], str], *, partial: bool
) -> Iterator[dict[str, Any]]:
    window_ms = system.source.window // timedelta(milliseconds=1)
    declared = system.source.counted.sums if system.source.counted else {}
    for (entity_type, entity_id, start), steps in counted.windows.items():
        whole = Sums(sums=Counter(dict.fromkeys(declared, 0)))
        area = entity_id if entity_type in ("area", "city") else areas.get((entity_type, entity_id))
        extremes: dict[str, int] = {}
        for step in sorted(steps):
            whole.observations += steps[step].observations
            for name, value in steps[step].sums.items():
                if name.endswith("_max"):
                    extremes[name] = max(value, extremes.get(name, value))
                    whole.sums[name] = extremes[name]
                elif name.endswith("_min"):
                    extremes[name] = min(value, extremes.get(name, value))
                    whole.sums[name] = extremes[name]
                else:
                    whole.sums[name] += value
            if partial:
                yield _row(
                    system.source.measure, (entity_type, entity_id, area), (start, window_ms, step), whole
                )
        yield _row(system.source.measure, (entity_type, entity_id, area), (start, window_ms, 0), whole)


def _row(
    measure: str, entity: tuple[str, str, str | None], window: tuple[int, int, int], of: Sums
) -> dict[str, Any]:
    start, window_ms, step = window
    return {
        **clock_row(measure, start, start + window_ms, step, RUN),
        "entity_type": entity[0],
        "entity_id": entity[1],
        "area_id": entity[2],
        "observations": of.observations,
        "sums": dict(of.sums),
    }


def _clocks(
    system: System, measure: str, begin: int, minutes: int, *, partial: bool
) -> Iterator[dict[str, Any]]:
    window_ms = system.source.window // timedelta(milliseconds=1)
    steps = range(1, system.source.window // system.source.step) if partial else (1,)
    for start in range(begin - begin % window_ms, begin + minutes * MINUTE_MS, window_ms):
        for step in (*steps, 0):
            yield clock_row(measure, start, start + window_ms, step, RUN)


def _responses(incidents: Iterable[IncidentTruth], begin: int) -> Iterator[dict[str, Any]]:
    sums: defaultdict[tuple[str, str, str, int], Counter[str]] = defaultdict(Counter)
    seconds: defaultdict[tuple[str, str, str, int], Counter[str]] = defaultdict(Counter)
    for one in incidents:
        for milestone, what, at, took in _outcomes(one):
            for kind, place in (("area", one.area_id), ("city", CITY)):
                key = (f"emergency.{milestone}", kind, place, max(at, begin) - max(at, begin) % HOUR_MS)
                sums[key][what] += 1
                if took is not None:
                    seconds[key][str(took)] += 1
    names = (
        "responded",
        "closed_without_arrival",
        "expired_without_closure",
        "overdue_begun",
        "overdue_ended",
    )
    for key, known in sums.items():
        measure, entity_type, entity_id, start = key
        whole = Sums(sum(known[name] for name in names[:3]), Counter({name: known[name] for name in names}))
        row = _row(measure, (entity_type, entity_id, entity_id), (start, HOUR_MS, 0), whole)
        yield {**row, "histogram": dict(seconds[key])}


def _outcomes(one: IncidentTruth) -> Iterator[tuple[str, str, int, int | None]]:
    if one.received is None:
        return
    closed = None if one.closed_at is None else one.closed_at + QUIET_MS
    due = one.received + TARGET_MS
    for milestone in ("dispatched", "en_route", "arrived"):
        took = getattr(one, f"{milestone}_seconds")
        ended = one.received + took * 1_000 if took is not None else closed
        if took is not None:
            yield milestone, "responded", one.received + took * 1_000, took
        elif closed is not None:
            yield milestone, "closed_without_arrival", closed, None
        # Whoever is free again waits for nobody.
        waits = one.closed_at is None or one.closed_at > due
        if (took is None and waits) or (took is not None and took * 1_000 > TARGET_MS):
            yield milestone, "overdue_begun", due, None
            if ended is not None:
                yield milestone, "overdue_ended", ended, None


def _deliveries(slug: str, counted: Counted, plan: Plan, minutes: int) -> Iterator[dict[str, Any]]:
    promised = SIMULATED[slug].items_per_hour(plan.size)
    for start in range(plan.start - plan.start % HOUR_MS, plan.start + minutes * MINUTE_MS, HOUR_MS):
        came = counted.delivered[start]
        delivered = came["accepted"] + came["rejected"]
        sums = Counter(
            accepted=came["accepted"],
            complete=came["accepted"],
            timely=came["accepted"],
            with_limit=came["accepted"],
            rejected=came["rejected"],
            delivered=delivered,
            promised=promised,
            kept=min(delivered, promised),
        )
        row = _row(DELIVERIES, ("feed", GATEWAYS[slug], None), (start, HOUR_MS, 0), Sums(delivered, sums))
        yield row


def items_of(city: SimulatedCity, minutes: int, rules: Sequence[Rule]) -> list[Item]:
    """What the alerts are told of the first minutes: rows that a rule looks at and marks of time, in their order.

    Of an open window a row is there where its value is another one, and a mark every five minutes.
    """
    live = {rule.system for rule in rules if rule.finality == "provisional"}
    statistics: list[tuple[tuple[int, bool], dict[str, Any]]] = []
    for slug, system in SYSTEMS.items():
        counted = counted_of(city, slug, minutes)
        rows = statistics_of(city, slug, counted, minutes, partial=slug in live)
        statistics += [(moment_of(system, row), row) for row in rows]
    statistics.sort(key=lambda known: known[0])
    looking: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        looking[rule.indicator].append(rule)
    last: dict[Any, Any] = {}
    return [
        item for item in judged(city, (row for _, row in statistics)) if _is_looked_at(item, looking, last)
    ]


def _is_looked_at(item: Item, looking: Mapping[str, list[Rule]], last: dict[Any, Any]) -> bool:
    what = item.what
    if isinstance(what, Told):
        before = last.setdefault(what.measure, item.moment_ms)
        if item.moment_ms - before < 5 * MINUTE_MS:
            return before == item.moment_ms
        last[what.measure] = item.moment_ms
        return True
    about = (what["entity_type"], what["entity_id"])
    rules = [rule for rule in looking.get(what["indicator_id"], ()) if rule.is_about(*about, what["area_id"])]
    if not rules or what["finality"] != "provisional":
        return bool(rules)
    said = (what["value"], what["grade"], what["validity"])
    key = (what["indicator_id"], *about, what["window_start"])
    if last.get(key) == said or all(rule.finality == "final" for rule in rules):
        return False
    last[key] = said
    return True


def judged(city: SimulatedCity, statistics: Iterable[dict[str, Any]]) -> Iterator[Item]:
    """Every row with the moment at which it is told, and up to where a measure has told all."""
    known = Entities()
    for one in city.entities():
        known.put(one)
    judge = Judge(KeyedState(), known.expected, mode="simulated", zone="Asia/Shanghai")
    for statistic in statistics:
        rows = judge.on_statistic(statistic)
        moment = judge.moment_of(statistic)
        for part in judge.take_handed_on():
            rows += judge.on_statistic(part)
        yield from (Item(moment, row) for row in rows)
        if (told := judge.told_by(statistic)) is not None:
            yield Item(moment, told)
