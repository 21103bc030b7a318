"""How loud is it at an NGSI-LD `NoiseLevelObserved`? The level `LAeq`, in dB(A): unitCode 2N where one is given.

The station is what `refPointOfInterest` names, else `refDevice`, else the entity itself. An observation over an
interval of up to an hour is one reading, at its beginning; `LAmax`, `LAS` and `LAeq_d` are other quantities.
"""

from feeds.decoding import Event, Feed, RejectReason, UnfitError
from feeds.ngsi_ld import ZONE, Entity, in_unit, ngsi_ld_decoder, number_of, observed_during
from feeds.noise_reading import level_event

MODEL = "NoiseLevelObserved"
DECIBELS = {"2N": 1}


def level_observed_event(entity: Entity) -> Event:
    """The event of one observation. Raises UnfitError."""
    level = entity.attribute("LAeq", "laeq")
    begin, _ = observed_during(entity, level)
    if level is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{entity.id} has no LAeq")
    if level.unit_code is not None:
        in_unit(level, DECIBELS, "2N", f"{entity.id}: LAeq")
    station = entity.related("refPointOfInterest", "refDevice") or entity.id
    event = level_event("ngsi-ld", station, begin, number_of(level, f"{entity.id}: LAeq"))
    return {**event, "event_id": f"ngsi-ld:{station}:{begin}"}


FEED = Feed(
    "ngsi-ld-noise",
    "noise",
    "NGSI-LD NoiseLevelObserved (Smart Data Models)",
    ngsi_ld_decoder(MODEL, level_observed_event),
    ZONE,
    "WGS-84",
)
