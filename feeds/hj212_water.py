"""What do stations of surface water say by HJ 212-2017? One sample a telegram, by `feeds/hj212.py`.

The device (MN) is the station. Live values (CN 2011) and the means of minutes (2051) and of an hour (2061) are read; a sample
counts as often as it is sent, so a gateway hands on one kind of a station's messages.
The codes are those of HJ 525-2009, as public readers give them. pH, mg/L, NTU, µS/cm and °C are what such stations
usually write; the telegram itself names no unit.
"""

from collections.abc import Iterable

from feeds.decoding import Event, Feed, Item, Raw, Rejected, RejectReason, UnfitError, each, name_of, shown
from feeds.hj212 import ZONE, Telegram, data_time, measured, telegrams, worst
from feeds.water_reading import read, with_something

SURFACE_WATER = "21"
CODES = {
    "w01001": "ph_milli",
    "w01009": "dissolved_oxygen_ugl",
    "w01019": "permanganate_ugl",
    "w21003": "ammonia_ugl",
    "w21011": "phosphorus_ugl",
    "w21001": "nitrogen_ugl",
    "w01003": "turbidity_mntu",
    "w01014": "conductivity_nscm",
    "w01010": "temperature_mdegc",
}


def _event(telegram: Telegram) -> Event:
    station = name_of(telegram.device, "MN")
    if telegram.site_kind != SURFACE_WATER:
        raise UnfitError(
            RejectReason.BAD_VALUE, f"{station}: ST={shown(telegram.site_kind)} is not surface water (21)"
        )
    at = data_time(telegram)
    found = {field: value for code, field in CODES.items() if (value := measured(telegram, code))}
    return with_something(
        {
            "event_id": f"hj212:{station}:{telegram.command}:{at}:{telegram.part}",
            "entity_id": station,
            "area_id": None,
            "event_time": at,
            "quality": worst(value.quality for value in found.values()),
            **{field: read(field, value.text, station) for field, value in found.items()},
        }
    )


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each telegram."""
    for found in telegrams(raw.payload):
        yield from [found] if isinstance(found, Rejected) else each([found], _event)


FEED = Feed(
    "hj212-water", "water-quality", "Stations of surface water, HJ 212-2017 telegrams", decode, zone=ZONE
)
