"""What the stories of the judge are told with: short statistics in, short indicators out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

ZONE = ZoneInfo("Asia/Shanghai")
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")
HOUR_MS = 3_600_000
STEP_MS = 60_000


def at(text: str) -> int:
    """Epoch milliseconds of a civil time such as `2026-04-01 08:00`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


def civil(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, ZONE).strftime("%m-%d %H:%M")


def entity(system: str, entity_type: str, entity_id: str, area_id: str | None = "bj/cy") -> dict[str, Any]:
    length = {"attributes": {"length_m": 300}} if entity_type == "link" else {}
    return {
        "system": system,
        "entity_type": entity_type,
        "entity_id": entity_id,
        "area_id": area_id,
        **length,
    }


def judge_of(roster: Sequence[dict[str, Any]] = (), state: KeyedState | None = None, **chosen: Any) -> Judge:
    def expected(system: str, entity_type: str, at_ms: int) -> list[dict[str, Any]]:
        return [found for found in roster if (found["system"], found["entity_type"]) == (system, entity_type)]

    state = KeyedState() if state is None else state
    return Judge(state, expected, mode="replay", zone="Asia/Shanghai", **chosen)


def statistic(
    measure: str,
    entity_type: str,
    entity_id: str,
    start: int,
    length_ms: int,
    *,
    step: int = 0,
    sums: dict[str, int] | None = None,
    histogram: dict[str, int] | None = None,
    observations: int = 1,
    area_id: str | None = "bj/cy",
    run_id: str = "run-1",
) -> dict[str, Any]:
    return {
        "measure": measure,
        "entity_type": entity_type,
        "entity_id": entity_id,
        "area_id": area_id,
        "window_start": start,
        "window_end": start + length_ms,
        "step": step,
        "generation": 0,
        "observations": observations,
        "sums": sums or {},
        "histogram": histogram or {},
        "ingest_time_max": None,
        "run_id": run_id,
    }


def road(
    entity_type: str, entity_id: str, time: str | int, travel_s: int, free_s: int, step: int = 0
) -> dict[str, Any]:
    sums = {
        "travel_time_ms": travel_s * 1000,
        "free_flow_time_ms": free_s * 1000,
        "length_m": 900,
        "weight": 3,
        "vehicles": 3,
        "vehicle_counts": 3,
    }
    start = at(time) if isinstance(time, str) else time
    area_id = entity_id if entity_type in ("area", "city") else "bj/cy"
    return statistic(
        "road.travel_time", entity_type, entity_id, start, 300_000, step=step, sums=sums, area_id=area_id
    )


def road_clock(time: str | int, step: int = 0) -> dict[str, Any]:
    start = at(time) if isinstance(time, str) else time
    return statistic(
        "road.travel_time", "clock", "clock", start, 300_000, step=step, observations=0, area_id=None
    )


def air(station: str, start: int, ugm3: int | None, step: int = 0, area_id: str = "bj/cy") -> dict[str, Any]:
    """A station's hour with the same concentration of everything; None is an hour with events but no values."""
    sums = {}
    for pollutant in POLLUTANTS if ugm3 is not None else ():
        sums[f"{pollutant}_sum_ngm3"] = (ugm3 or 0) * 1000
        sums[f"{pollutant}_count"] = 1
    return statistic(
        "air.concentration", "station", station, start, HOUR_MS, step=step, sums=sums, area_id=area_id
    )


def air_clock(start: int, step: int = 0) -> dict[str, Any]:
    return statistic(
        "air.concentration", "clock", "clock", start, HOUR_MS, step=step, observations=0, area_id=None
    )


def emergency(
    milestone: str,
    entity_id: str,
    start: int,
    histogram: dict[int, int],
    closed: int = 0,
    step: int = 0,
    overdue: tuple[int, int] = (0, 0),
) -> dict[str, Any]:
    """`overdue` holds how many began to be overdue in the window, and how many ended."""
    return statistic(
        f"emergency.{milestone}",
        "city" if "/" not in entity_id else "area",
        entity_id,
        start,
        HOUR_MS,
        step=step,
        sums={
            "responded": sum(histogram.values()),
            "closed_without_arrival": closed,
            "expired_without_closure": 0,
            "overdue_begun": overdue[0],
            "overdue_ended": overdue[1],
        },
        histogram={str(seconds): count for seconds, count in histogram.items()},
        observations=sum(histogram.values()) + closed,
        area_id=entity_id,
    )


def emergency_clock(milestone: str, start: int, step: int = 0) -> dict[str, Any]:
    return statistic(f"emergency.{milestone}", "clock", "clock", start, HOUR_MS, step=step, observations=0)


def judged(judge: Judge, statistics: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for given in statistics for row in judge.on_statistic(given)]


def judged_with_parts(judge: Judge, statistics: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """As on the line: what the judge hands on comes back to it."""
    rows: list[dict[str, Any]] = []
    for given in statistics:
        rows += judge.on_statistic(given)
        rows += [row for part in judge.take_handed_on() for row in judge.on_statistic(part)]
    return rows


def newest(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, str, int], dict[str, Any]]:
    """What a reader sees: for each indicator, entity and window the highest revision."""
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for row in rows:
        key = (row["indicator_id"], row["entity_id"], row["window_start"])
        if key not in found or row["revision"] >= found[key]["revision"]:
            found[key] = row
    return found


def short(row: dict[str, Any]) -> str:
    """`04-01 08:00 road.tti L1 1.25 valid 999`"""
    return (
        f"{civil(row['window_start'])} {row['indicator_id']} {row['entity_id']} {row['value']} "
        f"{row['validity']} {row['revision']}"
    )


def finals(rows: list[dict[str, Any]]) -> dict[tuple[str, str, int], dict[str, Any]]:
    return {key: row for key, row in newest(rows).items() if row["finality"] == "final"}
