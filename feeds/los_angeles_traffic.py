"""How fast is each detector of the Los Angeles freeways, every five minutes?

A poll gives a header of detector ids and one row of speeds in mph. The payload has no time: the transport knows it,
as context `observed_at`. Gaps were filled by interpolation before publication and cannot be told apart, so quality
is `good` throughout. The feed has no places; the registry assigns areas.
"""

from collections.abc import Iterable
from functools import lru_cache

from feeds.civil_time import SECOND_MS, instant_with_offset
from feeds.csv_rows import text_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, each, name_of
from feeds.quantities import KMH_PER_MPH, speed

ZONE = "America/Los_Angeles"
OBSERVED_AT = "observed_at"


@lru_cache(maxsize=64)
def detectors_of(header: str) -> tuple[str, ...]:
    """Detector ids of a header line, in order. Raises UnfitError(UNREADABLE)."""
    detectors = tuple(field.strip() for field in header.split(","))
    if len(set(detectors)) < len(detectors) or not all(
        field.isascii() and field.isdigit() for field in detectors
    ):
        raise UnfitError(RejectReason.UNREADABLE, "the header is not a list of different detector numbers")
    return detectors


def _poll(raw: Raw) -> tuple[int, list[tuple[str, str]]]:
    lines = text_of(raw.payload).split("\n")
    lines = [line.rstrip("\r") for line in lines if line.strip()]
    if len(lines) != 2:
        raise UnfitError(
            RejectReason.UNREADABLE, f"a poll is a header and one row, this has {len(lines)} lines"
        )
    detectors = detectors_of(lines[0])
    speeds = lines[1].split(",")
    # A cut row may end inside a number, so none of it can be trusted. Python reads 6_0 as 60; the feed has no such.
    if len(speeds) != len(detectors) or "_" in lines[1]:
        raise UnfitError(
            RejectReason.UNREADABLE, f"the row has {len(speeds)} speeds for {len(detectors)} detectors"
        )
    observed_at = instant_with_offset(raw.context.get(OBSERVED_AT), f"context {OBSERVED_AT}")
    return observed_at, list(zip(detectors, speeds, strict=True))


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each detector."""
    try:
        observed_at, readings = _poll(raw)
    except UnfitError as error:
        return [error.rejected]

    def event(reading: tuple[str, str]) -> Event:
        detector = name_of(reading[0], "detector")
        return {
            "event_id": f"la:{detector}:{observed_at // SECOND_MS}",
            "entity_id": detector,
            "area_id": None,
            "event_time": observed_at,
            "quality": "good",
            "speed_kmh": speed(reading[1].strip(), KMH_PER_MPH, f"detector {detector}"),
        }

    return each(readings, event)


FEED = Feed("los-angeles-traffic", "road", "Los Angeles freeway speeds", decode, zone=ZONE)
