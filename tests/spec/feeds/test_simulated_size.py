"""Does a simulated city of another size keep its word: as many records as it says, and a truth as exact?"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from feeds.decoding import Raw, Rejected
from feeds.directory import decode
from feeds.simulated_size import DISTRICTS, LARGE, SMALL, Size
from feeds.simulated_systems import BUSY
from feeds.simulator import SimulatedCity
from streams.catalog import SYSTEMS

START = 1_772_406_000_000
MINUTES = 40
WIDE = replace(
    LARGE,
    links=2,
    probe_links=3,
    metro_stations=3,
    tap_ms=30_000,
    gates=3,
    noise_monitors=3,
    meters=3,
    car_parks=3,
    signals=3,
    school_buses=3,
    bus_routes=10,
    vehicles=2,
)
"""All districts and more than one of everything, but not much of it."""


@pytest.fixture(scope="module")
def wide() -> SimulatedCity:
    return SimulatedCity(seed=5, start=START, size=WIDE)


def test_every_record_of_a_wide_city_becomes_what_the_city_knows(wide: SimulatedCity) -> None:
    seen: set[tuple[str, str]] = set()
    fates: dict[str, Counter[str]] = {system: Counter() for system in SYSTEMS}
    for record in wide.records(MINUTES):
        raw = record.raw
        for item in decode(Raw(record.feed, raw.payload, raw.context, raw.at, "simulator", "run", 0)):
            if isinstance(item, Rejected):
                fate = item.reason.value
            elif item["event_time"] > raw.at + 60_000:
                fate = "future_event_time"
            elif any(str(name).endswith("-nowhere") for name in (item["entity_id"], item.get("route_id"))):
                fate = "unknown_entity"
            else:
                known = (record.system, item["event_id"])
                fate = "repeat" if known in seen else "event"
                seen.add(known)
            fates[record.system][fate] += 1

    for system, counts in wide.truth(MINUTES).counts.items():
        assert fates[system] == +Counter(counts.rejected, event=counts.events, repeat=counts.repeats), system


def test_every_district_is_known_to_every_system_and_no_entity_twice(wide: SimulatedCity) -> None:
    entities = wide.entities()

    known = Counter((one["system"], one["entity_type"], one["entity_id"]) for one in entities)
    assert set(known.values()) == {1}
    assert {(system, "area", f"simcity/{name}") for system in SYSTEMS for name in DISTRICTS} <= set(known)
    areas = {one["entity_id"] for one in entities if one["entity_type"] in ("area", "city")}
    assert {one["area_id"] for one in entities if one["entity_type"] != "city"} <= areas


def of_systems(size: Size) -> dict[str, tuple[int, int]]:
    """Entities, and records of some minutes, by system."""
    city = SimulatedCity(seed=5, start=START, size=size)
    records = Counter(record.system for record in city.records(6))
    entities = Counter(one["system"] for one in city.entities())
    return {system: (entities[system], records[system]) for system in SYSTEMS}


@pytest.fixture(scope="module")
def few() -> dict[str, tuple[int, int]]:
    return of_systems(SMALL)


@pytest.mark.parametrize("field", [name for name in Size.__slots__ if name not in ("districts", "tap_ms")])
def test_more_of_one_thing_is_more_of_one_system_alone(field: str, few: dict[str, tuple[int, int]]) -> None:
    many = of_systems(replace(SMALL, **{field: getattr(SMALL, field) + 1}))

    changed = [system for system in SYSTEMS if few[system] != many[system]]
    assert len(changed) == 1
    assert many[changed[0]] > few[changed[0]]


def test_busy_systems_can_begin_later_and_the_others_say_the_same() -> None:
    later = START + 10 * 60_000
    whole, short = (
        SimulatedCity(seed=5, start=START, starts=dict.fromkeys(some, later)) for some in ((), BUSY)
    )

    quiet = [record for record in whole.records(MINUTES) if record.system not in BUSY]
    assert [record for record in short.records(MINUTES) if record.system not in BUSY] == quiet
    busy = [record for record in short.records(MINUTES) if record.system in BUSY]
    assert {record.system for record in busy} == BUSY
    assert min(record.raw.at for record in busy) >= later
    assert all(SYSTEMS[name].source.window <= timedelta(minutes=15) for name in BUSY)


def test_the_city_of_up_says_as_much_as_the_readme_tells() -> None:
    """Some 380 records a second by day, 420 in the rush hour when most people take the metro."""
    noon, rush = (START + hour * 3_600_000 for hour in (5, 1))

    for start, least, most in ((noon, 360, 400), (rush, 400, 445)):
        city = SimulatedCity(seed=1, start=start, zone=ZoneInfo("Asia/Shanghai"), size=LARGE)
        until = start + 150_000
        # The first half minute is left out: not everything has reported yet.
        records = (record.raw.at for record in city.records(3))
        found = sum(start + 30_000 <= at < until for at in records)
        assert least <= found / 120 <= most
