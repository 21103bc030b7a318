"""What do the air quality stations of the simulated city report?

Hourly means, published 5 to 20 minutes after the hour; the hour before the start as soon as it can be, so that
there is something to see. Now and then a pollutant is missing, an hour is missing, a record comes twice or spoiled.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import orjson

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.recording import Entity, entity
from feeds.simulated_order import EVENT, REPEAT, Fault, Planned, Sent, written
from feeds.simulated_plan import SOURCE, Plan, Station
from feeds.simulated_reporters import Simulated

# Name in the payload, steps of the written value in one unit, and nanograms in one step.
WRITTEN = {
    "so2_ngm3": ("so2_ugm3", 10, 100),
    "no2_ngm3": ("no2_ugm3", 10, 100),
    "co_ngm3": ("co_mgm3", 100, 10_000),
    "o3_ngm3": ("o3_ugm3", 10, 100),
    "pm10_ngm3": ("pm10_ugm3", 10, 100),
    "pm25_ngm3": ("pm25_ugm3", 10, 100),
}
_LAST_CATCH_UP_MS = 58 * MINUTE_MS
"""An hour may be published up to an hour after its end and still be on time; two minutes are kept in hand."""

FAULTS = (
    Fault(RejectReason.MISSING_VALUE, (("values", None),)),
    Fault(RejectReason.OUT_OF_RANGE, (("values", {"pm25_ugm3": -5}),)),
    Fault(RejectReason.UNREADABLE, cut=20),
    Fault(RejectReason.BAD_VALUE, (("values", {"co_mgm3": "high"}),)),
    Fault(RejectReason.MISSING_TIME, (("hour_start", None),)),
    Fault(RejectReason.BAD_TIME, (("hour_start", "08:00"),)),
    Fault(RejectReason.MISSING_ENTITY, (("station", None),)),
)
_FAULTS_AN_HOUR = 3


@dataclass(frozen=True, slots=True)
class StationHour:
    """One station in one hour: steps of each pollutant's written value, None where it was not measured."""

    station: Station
    event_time: int
    steps: tuple[int | None, ...]

    @property
    def ngm3(self) -> dict[str, int | None]:
        """Nanograms per cubic metre of each pollutant."""
        return {
            pollutant: None if steps is None else steps * ng
            for (pollutant, (_, _, ng)), steps in zip(WRITTEN.items(), self.steps, strict=True)
        }

    def write(self, offset_ms: int) -> bytes:
        """The gateway's JSON."""
        values = {
            name: None if steps is None else steps / per_unit
            for (name, per_unit, _), steps in zip(WRITTEN.values(), self.steps, strict=True)
        }
        return orjson.dumps(
            {
                "station": self.station.station_id,
                "area": self.station.area_id,
                "hour_start": written(self.event_time, offset_ms),
                "values": values,
            }
        )


def _station_hour(plan: Plan, station: Station, hour: int, rng: Random) -> StationHour:
    civil = (hour + plan.offset_ms) // HOUR_MS % 24
    traffic = 1300 if civil in {7, 8, 9, 17, 18, 19} else 900
    # Two days of ten the air stands still.
    haze = 3000 if plan.random("haze", (hour + plan.offset_ms) // (24 * HOUR_MS)).randrange(10) < 2 else 1000
    sun = max(0, 7 - abs(civil - 14))

    def dirt(base: int) -> int:
        return base * station.dirt_permille // 1000 * traffic // 1000 * haze // 1000 + rng.randrange(
            base // 5 + 1
        )

    pm25 = dirt(350)
    steps: list[int | None] = [
        dirt(80),
        dirt(300),
        dirt(60),
        300 + 170 * sun + rng.randrange(80),
        pm25 * 16 // 10,
        pm25,
    ]
    for place in range(len(steps) - 1):
        if rng.randrange(20) == 0:
            steps[place] = None
    return StationHour(station, hour, tuple(steps))


def station_records(plan: Plan, station: Station) -> Iterator[Planned]:
    """All records of one station, endless."""
    rng = plan.random("station", station.station_id)
    end = plan.civil_hour_before(plan.start)
    first = max(end + 2 * MINUTE_MS, plan.start) + SECOND_MS * rng.randrange(90)
    if first <= end + _LAST_CATCH_UP_MS:
        body = _station_hour(plan, station, end - HOUR_MS, rng)
        yield plan.start, Sent("air", first, station.station_id, EVENT, body)
    while True:
        end += HOUR_MS
        body = _station_hour(plan, station, end - HOUR_MS, rng)
        luck, at = rng.randrange(100), end + 5 * MINUTE_MS + SECOND_MS * rng.randrange(900)
        if luck < 2:
            continue
        yield end, Sent("air", at, station.station_id, EVENT, body)
        if luck < 5:
            yield end, Sent("air", at + MINUTE_MS * (luck + 1), station.station_id, REPEAT, body)


def spoiled_records(plan: Plan) -> Iterator[Planned]:
    """Three spoiled records an hour, the reasons in turn, endless. The first three come with the first hour."""
    rng = plan.random("spoiled air")
    end, number = plan.civil_hour_before(plan.start), 0
    at = plan.start + 3 * MINUTE_MS
    while True:
        for _ in range(_FAULTS_AN_HOUR):
            fault, station = FAULTS[number % len(FAULTS)], rng.choice(plan.stations)
            body = _station_hour(plan, station, end - HOUR_MS, rng)
            spoiled = fault.spoil(body.write(plan.offset_ms))
            yield at, Sent("air", at, station.station_id, fault.reason.value, spoiled)
            at, number = at + 20 * SECOND_MS, number + 1
        end += HOUR_MS
        at = max(at, end + 3 * MINUTE_MS)


def air_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of air records."""
    return [*(station_records(plan, station) for station in plan.stations), spoiled_records(plan)]


def air_entities(plan: Plan) -> list[Entity]:
    """The stations, known since the hour that was being measured when the city began."""
    since = plan.civil_hour_before(plan.start) - HOUR_MS
    return [
        entity("air", "station", known.station_id, area_id=known.area_id, source=SOURCE, valid=(since, None))
        for known in plan.stations
    ]


SIMULATED = Simulated("air", air_sources, air_entities)
