"""What is the weather in the simulated city? A station a district, a storm that crosses it, and warnings of it beforehand."""

from collections.abc import Iterator
from random import Random
from typing import Any

import orjson

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import ROUND, Size
from feeds.simulated_told import Pace, Told, event, sent_twice_at_times

SYSTEM = "weather"
WINDOW_MS = HOUR_MS
PERIOD_S = 300
_SUMS = (
    *("rain_count", "rain_um_sum", "rain_s_sum", "wind_count", "wind_mms_max", "temperature_count"),
    *("temperature_mdegc_sum", "issued", "lifted", "lead_count", "lead_s_sum"),
)
_STORM_EVERY_MS, _STORM_MS = 2 * HOUR_MS, 50 * MINUTE_MS
_WARNED_BEFORE_MS, _CROSSES_IN_MS = 25 * MINUTE_MS, 7 * MINUTE_MS
_LEVELS = ("blue", "yellow", "orange", "red")


def _stations(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"weather-{name}", f"{CITY}/{name}", number % ROUND)
        for number, name in enumerate(size.districts)
    )


def _storm(plan: Plan, station: Thing, at: int) -> tuple[int, int]:
    """Number of the storm whose turn it is at a station, and how long ago it began there; negative before."""
    since = at - plan.start - _WARNED_BEFORE_MS - station.number * _CROSSES_IN_MS
    return divmod(since, _STORM_EVERY_MS)


def _reading(plan: Plan, station: Thing, at: int, rng: Random) -> Said:
    hour = (at + plan.offset_ms) // HOUR_MS % 24
    storming = _storm(plan, station, at)[1] < _STORM_MS
    rain_um = 200 * rng.randrange(12) if storming else 0
    wind_mms = rng.randrange(500, 4_000) + (9_000 if storming else 0)
    temperature = 15_000 - 500 * abs(hour - 14) - (2_000 if storming else 0) + rng.randrange(-300, 301)
    # Now and then the gauge is emptied.
    gauged = rng.randrange(25) > 0
    adds = {
        "rain_count": int(gauged),
        "rain_um_sum": rain_um if gauged else 0,
        "rain_s_sum": PERIOD_S if gauged else 0,
        "wind_count": 1,
        "wind_mms_max": wind_mms,
        "temperature_count": 1,
        "temperature_mdegc_sum": temperature,
    }
    body = {
        "step": "reading",
        "period_s": PERIOD_S,
        "rain_mm": rain_um / 1_000 if gauged else None,
        "wind_ms": wind_mms / 1_000,
        "temperature_c": temperature / 1_000,
    }
    return Said(body, {**dict.fromkeys(_SUMS, 0), **adds})


def _told(plan: Plan, station: Thing, at: int, said: dict[str, Any], adds: dict[str, int]) -> Told:
    body = {"station": station.name, "at": written(at, plan.offset_ms), **said}
    places = (("station", station.name), ("area", station.area_id), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple({**dict.fromkeys(_SUMS, 0), **adds}.items()), orjson.dumps(body))


def _warning(plan: Plan, station: Thing, number: int, issued: int) -> Iterator[tuple[int, Told]]:
    """The steps of one warning. Its onset is told once: of every other warning with its update, else when it is lifted."""
    kind = {"kind": ("暴雨", "大风")[number % 2], "level": _LEVELS[(number + station.number) % 4]}
    lead_s = 900 + 120 * station.number - 300 * (number % 4)
    began = {
        "issued_at": written(issued, plan.offset_ms),
        "onset_at": written(issued + lead_s * SECOND_MS, plan.offset_ms),
    }
    lead = {"lead_count": 1, "lead_s_sum": lead_s}
    at_update = number % 2 == 0
    for step, after, adds in (
        ("issued", 0, {"issued": 1}),
        ("updated", 30 * MINUTE_MS, lead if at_update else {}),
        ("lifted", 70 * MINUTE_MS, {"lifted": 1} | ({} if at_update else lead)),
    ):
        said = {**kind, "step": step, **(began if "lead_count" in adds else {})}
        yield issued + after, _told(plan, station, issued + after, said, adds)


def _warnings(plan: Plan, station: Thing) -> Iterator[Planned]:
    """The warnings of a district, one before each storm, endless."""
    rng = plan.random(SYSTEM, "warnings", station.name)
    number, issued = 0, plan.start + station.number * _CROSSES_IN_MS + 1_000
    while True:
        for at, told in _warning(plan, station, number, issued):
            arrives = at + rng.randrange(300, 30_000)
            yield from sent_twice_at_times(event(SYSTEM, arrives, station.name, told), at, rng, 20_000)
        number, issued = number + 1, issued + _STORM_EVERY_MS


_READINGS = Reporters(
    SYSTEM,
    "station",
    _stations,
    # A reading is of the five minutes that begin with its time.
    Pace(PERIOD_S * SECOND_MS, ((PERIOD_S + 2) * SECOND_MS, (PERIOD_S + 90) * SECOND_MS, 500), 20_000),
    WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("wind_ms", 200.5),)),
        Fault(RejectReason.BAD_VALUE, (("step", "forecast"),)),
        Fault(RejectReason.MISSING_VALUE, (("rain_mm", 1.5), ("period_s", None))),
        Fault(RejectReason.MISSING_VALUE, (("step", "issued"),)),
    ),
)


def weather_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of weather records."""
    return [*_READINGS.sources(plan), *(_warnings(plan, station) for station in _stations(plan.size))]


SIMULATED = Simulated(SYSTEM, weather_sources, _READINGS.entities)
