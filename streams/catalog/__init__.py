"""What flows on this line? Every topic and every system, declared once. Read this package first.

A further system is a module of its own, named once in `SYSTEMS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from streams.catalog.access import ACCESS
from streams.catalog.air import AIR
from streams.catalog.bike import BIKE
from streams.catalog.bus import BUS
from streams.catalog.charging import CHARGING
from streams.catalog.community import COMMUNITY
from streams.catalog.crowd import CROWD
from streams.catalog.declaration import HORIZON, Counted, Source, System, Topic
from streams.catalog.device import DEVICE
from streams.catalog.electricity import ELECTRICITY
from streams.catalog.emergency import EMERGENCY
from streams.catalog.facility import FACILITY
from streams.catalog.farming import FARMING
from streams.catalog.gov import GOV
from streams.catalog.hospital import HOSPITAL
from streams.catalog.hotline import HOTLINE
from streams.catalog.incident import INCIDENT
from streams.catalog.industry import INDUSTRY
from streams.catalog.metro import METRO
from streams.catalog.network import NETWORK
from streams.catalog.noise import NOISE
from streams.catalog.parking import PARKING
from streams.catalog.pollution_power import POLLUTION_POWER
from streams.catalog.probe import PROBE
from streams.catalog.reported import REPORTED
from streams.catalog.river import RIVER
from streams.catalog.road import ROAD
from streams.catalog.school import SCHOOL
from streams.catalog.school_bus import SCHOOL_BUS
from streams.catalog.signal import SIGNAL
from streams.catalog.topics import (
    ALARMS,
    ALERTS,
    ALERTS_CURRENT,
    CAP,
    CASES,
    CASES_CURRENT,
    COMMANDS,
    COUNTS,
    DECLARATIONS,
    DELIVERIES,
    ENTITIES,
    INDICATORS,
    INDICATORS_CURRENT,
    JOINT_EVENTS,
    LINE_DEAD_LETTERS,
    LOOKED_INTO,
    MODES,
    PUBLIC,
    RECOMPUTED,
    RESTATEMENTS,
    RULES,
    RUNS,
    SHIFTS,
    SINK_DEAD_LETTERS,
    STATISTICS,
    TARGET_DECLARATIONS,
    key_of,
)
from streams.catalog.traffic_safety import TRAFFIC_SAFETY
from streams.catalog.video import VIDEO
from streams.catalog.waste import WASTE
from streams.catalog.water_quality import WATER_QUALITY
from streams.catalog.weather import WEATHER
from streams.catalog.work_safety import WORK_SAFETY

__all__ = [
    "ACCESS",
    "AIR",
    "ALARMS",
    "ALERTS",
    "ALERTS_CURRENT",
    "BIKE",
    "BUS",
    "CAP",
    "CASES",
    "CASES_CURRENT",
    "CATALOG",
    "CHARGING",
    "COMMANDS",
    "COMMUNITY",
    "COUNTS",
    "CROWD",
    "DECLARATIONS",
    "DELIVERIES",
    "DEVICE",
    "ELECTRICITY",
    "EMERGENCY",
    "ENTITIES",
    "FACILITY",
    "FARMING",
    "GOV",
    "HORIZON",
    "HOSPITAL",
    "HOTLINE",
    "INCIDENT",
    "INDICATORS",
    "INDICATORS_CURRENT",
    "INDUSTRY",
    "JOINT_EVENTS",
    "LINE_DEAD_LETTERS",
    "LOOKED_INTO",
    "METRO",
    "MODES",
    "NETWORK",
    "NOISE",
    "PARKING",
    "POLLUTION_POWER",
    "PROBE",
    "PUBLIC",
    "RECOMPUTED",
    "REPORTED",
    "RESTATEMENTS",
    "RIVER",
    "ROAD",
    "RULES",
    "RUNS",
    "SCHOOL",
    "SCHOOL_BUS",
    "SHIFTS",
    "SIGNAL",
    "SINK_DEAD_LETTERS",
    "STATISTICS",
    "SYSTEMS",
    "TARGET_DECLARATIONS",
    "TRAFFIC_SAFETY",
    "VIDEO",
    "WASTE",
    "WATER_QUALITY",
    "WEATHER",
    "WORK_SAFETY",
    "Catalog",
    "Counted",
    "Source",
    "System",
    "Topic",
    "key_of",
    "systems_named",
]

SYSTEMS: Mapping[str, System] = {
    system.slug: system
    for system in (
        ROAD,
        AIR,
        EMERGENCY,
        BUS,
        METRO,
        BIKE,
        PARKING,
        NOISE,
        RIVER,
        HOTLINE,
        INCIDENT,
        WORK_SAFETY,
        CROWD,
        WASTE,
        PROBE,
        CHARGING,
        GOV,
        HOSPITAL,
        VIDEO,
        ACCESS,
        SCHOOL,
        COMMUNITY,
        NETWORK,
        DEVICE,
        SCHOOL_BUS,
        SIGNAL,
        ELECTRICITY,
        WATER_QUALITY,
        POLLUTION_POWER,
        WEATHER,
        FACILITY,
        REPORTED,
        INDUSTRY,
        TRAFFIC_SAFETY,
        FARMING,
    )
}


def systems_named(slugs: str) -> tuple[System, ...]:
    """The systems of a list with commas between, in the order of the catalog; all of them where it is empty.

    Raises LookupError for a name that no system has.
    """
    named = [slug.strip() for slug in slugs.split(",") if slug.strip()]
    if unknown := [slug for slug in named if slug not in SYSTEMS]:
        raise LookupError(f"no system with {', '.join(unknown)}; there are {', '.join(SYSTEMS)}")
    return tuple(system for slug, system in SYSTEMS.items() if not named or slug in named)


@dataclass(frozen=True)
class Catalog:
    """Every topic of the line by name."""

    topics: Mapping[str, Topic] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Topic:
        return self.topics[name]


def _all_topics() -> dict[str, Topic]:
    shared = [
        STATISTICS,
        RECOMPUTED,
        LOOKED_INTO,
        RESTATEMENTS,
        ALARMS,
        INDICATORS,
        INDICATORS_CURRENT,
        ENTITIES,
        RUNS,
        DECLARATIONS,
        TARGET_DECLARATIONS,
        COUNTS,
        SINK_DEAD_LETTERS,
        LINE_DEAD_LETTERS,
        CASES,
        CASES_CURRENT,
        ALERTS,
        ALERTS_CURRENT,
        COMMANDS,
        RULES,
        JOINT_EVENTS,
        SHIFTS,
        MODES,
        DELIVERIES,
        CAP,
        PUBLIC,
    ]
    for system in SYSTEMS.values():
        shared += [
            system.raw,
            system.dead_letters,
            system.normalized,
            system.current,
            system.source.topic,
            system.source.late,
            system.archive_only,
            system.recompute,
        ]
    return {topic.name: topic for topic in shared}


CATALOG = Catalog(_all_topics())
