"""What do the meters and the equipment of the simulated city's grid report? JSON, as `feeds/gateway.py` says.

A reading covers `covered_s` seconds from `at` (ISO 8601 with its offset) on. It names `asset` and `kind`, and tells
`energy_kwh`, what flowed in that time (a substation's from the grid, a PV plant's from the sun, a feeder's through it,
a meter's billed), or how long its equipment was dead: `out_s` of those seconds, and `outages` that began in them.
"""

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point, one_of, whole

KINDS = ("substation", "feeder", "line", "transformer", "pv", "meter")
ENERGY_WH = (0, 100_000_000_000)
"""More than any substation passes on in a day."""
COVERED_S = (1, 7 * 86_400)
_WH_PER_KWH = 1_000
_OUTAGES_MAX = 10_000


def _completed(event: Event) -> Event:
    """The reading with its dead seconds checked. Raises UnfitError(MISSING_VALUE or OUT_OF_RANGE)."""
    asset, out_s, outages = event["entity_id"], event["out_s"], event["outages"]
    if event["energy_wh"] is None and out_s is None:
        raise UnfitError(
            RejectReason.MISSING_VALUE, f"{asset} tells neither an energy nor whether it was dead"
        )
    if (out_s is None) != (outages is None):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{asset}: out_s and outages are told together")
    if out_s is not None and out_s > event["covered_s"]:
        raise UnfitError(
            RejectReason.OUT_OF_RANGE, f"{asset} was dead for {out_s} of {event['covered_s']} seconds"
        )
    return event


FEED = city_gateway(
    "electricity",
    "Meters and grid equipment",
    "asset",
    {
        "kind": one_of("kind", KINDS),
        "covered_s": whole("covered_s", *COVERED_S),
        "energy_wh": fixed_point("energy_kwh", _WH_PER_KWH, *ENERGY_WH, optional=True),
        "out_s": whole("out_s", 0, COVERED_S[1], optional=True),
        "outages": whole("outages", 0, _OUTAGES_MAX, optional=True),
    },
    completed=_completed,
)
