"""What can a weather station measure? One reading of it, whoever sends it."""

from feeds.decoding import Event, RejectReason, UnfitError

RAIN_LIMITS_UM = (0, 500_000)
"""Half a metre: more than ever fell in an hour."""
WIND_LIMITS_MMS = (0, 120_000)
"""A little above the strongest gust on record."""
TEMPERATURE_LIMITS_MDEGC = (-90_000, 60_000)
"""From the coldest to the hottest air on record, with a margin."""
MEASURED = ("rain_um", "wind_mms", "temperature_mdegc")


def of_reading(event: Event, rain_s: int | None) -> Event:
    """The event of a reading; `rain_s` is the length of its time. Raises UnfitError(MISSING_VALUE)."""
    who = event["entity_id"]
    if all(event.get(name) is None for name in MEASURED):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{who} measured neither rain nor wind nor temperature")
    rained = event.get("rain_um") is not None
    if rained and rain_s is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{who} does not say in which time its rain fell")
    return {**event, "step": "reading", "rain_s": rain_s if rained else None}
