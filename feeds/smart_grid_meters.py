"""How much did each home of the Smart Grid Smart City trial use, half hour by half hour?

A poll gives a header and rows. Local time without a zone; the files do not say whether it is the beginning or the end
of the half hour, and it is read as its beginning. The customer's number stays behind, its digest names the meter.
"""

from collections.abc import Iterable

from feeds.civil_time import MINUTE_MS, SECOND_MS, instant_of_civil
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, name_of
from feeds.electricity_gateway import ENERGY_WH
from feeds.pseudonyms import pseudonym
from feeds.quantities import scaled

ZONE = "Australia/Sydney"
CITY = "new-south-wales"
COLUMNS = ("customer_id", "reading_datetime", "general_supply_kwh")
HALF_HOUR_MS = 30 * MINUTE_MS
_WH_PER_KWH = 1_000


def meter_of(customer: str) -> str:
    """The meter of a customer. Raises UnfitError(MISSING_ENTITY)."""
    return pseudonym("meter", name_of(customer, "customer_id"))


def _event(fields: Fields) -> Event:
    meter = meter_of(fields[0])
    event_time = instant_of_civil(fields[1], ZONE, f"{meter}: reading_datetime")
    energy = fields[2].strip()
    if not energy:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{meter} has no energy")
    return {
        "event_id": f"sgsc:{meter}:{event_time // SECOND_MS}",
        "entity_id": meter,
        "area_id": None,
        "event_time": event_time,
        "quality": "good",
        "kind": "meter",
        "covered_s": HALF_HOUR_MS // SECOND_MS,
        "energy_wh": scaled(energy, _WH_PER_KWH, ENERGY_WH, f"{meter}: general_supply_kwh"),
    }


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each half hour."""
    return events_of(raw.payload, COLUMNS, _event)


FEED = Feed("smart-grid-meters", "electricity", "Half-hourly meters of homes", decode, zone=ZONE)
