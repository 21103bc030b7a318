"""What can be measured of surface water, in which units do feeds write it, and what can it not be?"""

from collections.abc import Mapping
from typing import NamedTuple

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.quantities import scaled


class Quantity(NamedTuple):
    """How many of its units are one of the feeds', and what it can be, both ends in its own unit."""

    per_unit: int
    low: int
    high: int


QUANTITIES: Mapping[str, Quantity] = {
    "ph_milli": Quantity(1_000, 0, 14_000),
    "dissolved_oxygen_ugl": Quantity(1_000, 0, 50_000),
    "permanganate_ugl": Quantity(1_000, 0, 1_000_000),
    "ammonia_ugl": Quantity(1_000, 0, 1_000_000),
    "phosphorus_ugl": Quantity(1_000, 0, 1_000_000),
    "nitrogen_ugl": Quantity(1_000, 0, 1_000_000),
    "turbidity_mntu": Quantity(1_000, 0, 10_000_000),
    "conductivity_nscm": Quantity(1_000, 0, 200_000_000),
    "temperature_mdegc": Quantity(1_000, -5_000, 60_000),
}
"""Field of the event to its quantity. Feeds write pH, mg/L, NTU, µS/cm and °C.

Above these no sonde measures; the temperature is that of liquid water with a margin for the sensor.
"""


def read(field: str, text: str, who: str) -> int:
    """A quantity as a feed wrote it, in the event's unit. Raises UnfitError(BAD_VALUE or OUT_OF_RANGE)."""
    found = QUANTITIES[field]
    return scaled(text, found.per_unit, (found.low, found.high), f"{who}: {field}")


def with_something(event: Event) -> Event:
    """The event, if anything of the water was measured. Raises UnfitError(MISSING_VALUE)."""
    if all(event.get(field) is None for field in QUANTITIES):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{event['entity_id']} measured nothing of the water")
    return event
