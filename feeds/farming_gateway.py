"""What do the farms and markets of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `site`, `at` (ISO 8601 with its offset), `kind`, and by the kind: of a `plot` `soil_percent` (of what the soil can hold)
and `temperature_c`, one of which may be absent; of a `chain` `chain_c`; of a `market` `price_yuan` a kilogram and `volume_kg` sold
since the reading before; of a `trap` `pests`. A chain is named by its cold store or its route, never by a vehicle.
"""

from collections.abc import Mapping

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point, one_of, whole

OF_KIND: Mapping[str, tuple[str, ...]] = {
    "plot": ("soil_permille", "temperature_mdegc"),
    "chain": ("chain_mdegc",),
    "market": ("price_fen", "volume_kg"),
    "trap": ("pests",),
}
"""What each kind of site reports."""
SOIL_MAX_PERMILLE = 2_000
"""Flooded soil holds more than it can keep, but not twice as much."""
TEMPERATURE_LIMITS_MDEGC = (-90_000, 60_000)
PRICE_MAX_FEN = 10_000_000
VOLUME_MAX_KG = 100_000_000
PESTS_MAX = 1_000_000
_FIELDS = tuple(field for fields in OF_KIND.values() for field in fields)


def _completed(event: Event) -> Event:
    wanted = OF_KIND[event["kind"]]
    known = [field for field in wanted if event[field] is not None]
    # A market without its price or its volume says nothing; a plot may lack one of its two sensors.
    if not known or (event["kind"] == "market" and len(known) < len(wanted)):
        raise UnfitError(
            RejectReason.MISSING_VALUE, f"{event['entity_id']} has nothing of {', '.join(wanted)}, or not all"
        )
    return {**event, **{field: event[field] if field in wanted else None for field in _FIELDS}}


FEED = city_gateway(
    "farming",
    "Farms, cold chains and markets",
    "site",
    {
        "kind": one_of("kind", OF_KIND),
        "soil_permille": fixed_point("soil_percent", 10, 0, SOIL_MAX_PERMILLE, optional=True),
        "temperature_mdegc": fixed_point("temperature_c", 1_000, *TEMPERATURE_LIMITS_MDEGC, optional=True),
        "chain_mdegc": fixed_point("chain_c", 1_000, *TEMPERATURE_LIMITS_MDEGC, optional=True),
        "price_fen": fixed_point("price_yuan", 100, 0, PRICE_MAX_FEN, optional=True),
        "volume_kg": whole("volume_kg", 0, VOLUME_MAX_KG, optional=True),
        "pests": whole("pests", 0, PESTS_MAX, optional=True),
    },
    completed=_completed,
)
