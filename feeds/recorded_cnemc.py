"""How is one hour of China's air monitoring network played again? In pages, as a paged feed would answer.

The whole file is above what a broker takes as one message by default (1 MB).
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.cnemc_air import FEED, event_time_of, features_of
from feeds.decoding import UnfitError
from feeds.recording import Entity, RecordingError, TimedRaw, entity, only_file, read_bytes

PAGE_FEATURES = 200
PUBLISHED_AFTER_MS = 25 * MINUTE_MS


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _position(feature: Any) -> tuple[float, float] | None:
    geometry = feature.get("geometry")
    match geometry:
        case {"type": "Point", "coordinates": [int() | float() as longitude, int() | float() as latitude]}:
            return float(longitude), float(latitude)
    return None


class CnemcRecording:
    """An opened FeatureCollection of one or more hours."""

    def __init__(self, files: Sequence[Path]) -> None:
        path = only_file(files, FEED.name)
        try:
            features = features_of(read_bytes(path))
        except UnfitError as error:
            raise RecordingError(
                f"{path} is not a GeoJSON FeatureCollection of stations: {error}.",
                "Take a file in the layout of the monitoring centre's live feed.",
            ) from error
        hours: dict[int, list[Any]] = {}
        unplaced: list[Any] = []
        for feature in features:
            try:
                hours.setdefault(event_time_of(_properties(feature).get("timepoint"), "feature"), []).append(
                    feature
                )
            except UnfitError:
                unplaced.append(feature)  # Sent with the first hour, to be rejected with its reason.
        if not hours:
            raise RecordingError(f"{path} has no station with a timepoint.", "Take a file of the live feed.")
        self.start = min(hours)
        self._valid = (self.start, max(hours) + HOUR_MS)
        hours[self.start].extend(unplaced)
        self._pages = [
            (hour, hours[hour][first : first + PAGE_FEATURES])
            for hour in sorted(hours)
            for first in range(0, len(hours[hour]), PAGE_FEATURES)
        ]
        self.count = len(self._pages)
        self.end = self._sent(max(hours))

    @staticmethod
    def _sent(hour: int) -> int:
        return hour + HOUR_MS + PUBLISHED_AFTER_MS

    def records(self) -> Iterator[TimedRaw]:
        """One record for each page of at most 200 stations, 25 minutes after the end of the hour."""
        for number, (hour, features) in enumerate(self._pages):
            page = {"features": features, "type": "FeatureCollection"}
            yield TimedRaw(self._sent(hour), FEED.name, json.dumps(page).encode(), {"page": str(number + 1)})

    def entities(self) -> list[Entity]:
        """The stations at their places, and their cities; the feed has no districts."""
        stations: dict[str, Entity] = {}
        cities: dict[str, Entity] = {}
        for _, features in self._pages:
            for feature in features:
                properties = _properties(feature)
                code, city = properties.get("stationcode"), properties.get("area")
                if not code or not city:
                    continue
                stations[code] = entity(
                    FEED.system,
                    "station",
                    code,
                    area_id=city,
                    name=properties.get("positionname") or code,
                    position=_position(feature),
                    source=FEED.name,
                    valid=self._valid,
                )
                cities[city] = entity(FEED.system, "city", city, source=FEED.name, valid=self._valid)
        return [*cities.values(), *stations.values()]
