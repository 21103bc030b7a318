"""A town of a few links whose gateway says what a test writes down, minute by minute."""

import json
from datetime import UTC, datetime
from typing import Any

from citybrain.player import Envelope, Pace, Player
from citybrain.runs import begin_run
from citybrain.waiting import Patience, wait_until_stored
from feeds.recording import TimedRaw
from schemas.registry import Registry
from streams.catalog import ROAD
from streams.clock import ticks

MINUTE = 60_000


class SmallTown:
    """Links of 1 km that take a minute in free flow, so that 60 km/h is an index of 1, for one run from `begin` on."""

    def __init__(self, run_id: str, begin: str, links: str) -> None:
        self.run_id = run_id
        self.begin = int(datetime.fromisoformat(begin).timestamp() * 1000)
        self._links = links

    def reading(
        self, link: str, minute: float, speed_kmh: float, sent_at: float, **written: object
    ) -> TimedRaw:
        """What the gateway sends at a minute of a link at another minute; every link on the same partition."""
        at = datetime.fromtimestamp(self._at(minute) / 1000, UTC).isoformat()
        payload = json.dumps({"link": link, "measured_at": at, "speed_kmh": speed_kmh, **written})
        return TimedRaw(at=self._at(sent_at), key="one partition", payload=payload.encode())

    def play(self, line: Any, readings: list[TimedRaw], until: int, *, after: int = 0) -> None:
        """Send them in order, with the clock up to a minute; return when all is in the store.

        What was played up to a minute before goes on from there.
        """
        settings = line.settings
        if not after:
            begin_run(settings, [ROAD], self.run_id, self.begin, source="test", note=print)
        player = Player(
            settings.kafka, Registry(settings.registry), Envelope(self.run_id, "test"), Pace(None)
        )
        if not after:
            player.announce(self._entities())
        player.set_clock(ROAD, self._at(after))
        in_order = sorted(readings, key=lambda reading: reading.at)
        sent = player.play((ROAD, "city-gateway-road", reading) for reading in in_order)
        for city_time in ticks(ROAD, sent.clocks.get("road", self._at(after)), self._at(until)):
            player.set_clock(ROAD, city_time)
        player.flush()
        wait_until_stored(settings, self.run_id, {ROAD: self._at(until)}, Patience(120.0))

    def indices(self, line: Any) -> dict[tuple[str, int], dict[str, Any]]:
        """The newest travel time index of each place and window, the window by its first minute.

        The revision is that within its generation.
        """
        rows = line.rows(
            "SELECT entity_id, toUnixTimestamp64Milli(window_start) AS start, value, validity, finality, "
            "revision % 1000000 AS revision, "
            "details['restated_because'] AS why FROM indicators WHERE indicator_id = 'road.tti' "
            f"AND run_id = '{self.run_id}' ORDER BY start, entity_id"
        )
        return {(row.pop("entity_id"), (int(row.pop("start")) - self.begin) // MINUTE): row for row in rows}

    def _at(self, minute: float) -> int:
        return self.begin + round(minute * MINUTE)

    def _entities(self) -> list[dict[str, Any]]:
        places = [
            self._entity("city", "fixtown", "fixtown"),
            self._entity("area", "fixtown/east", "fixtown/east"),
        ]
        attributes = {"length_m": 1_000, "free_flow_time_ms": 60_000, "weight": 1}
        return [*places, *(self._entity("link", name, "fixtown/east", attributes) for name in self._links)]

    def _entity(
        self, entity_type: str, entity_id: str, area_id: str, attributes: dict[str, int] | None = None
    ) -> dict[str, Any]:
        return {
            "system": "road",
            "entity_type": entity_type,
            "entity_id": entity_id,
            "area_id": area_id,
            "name": entity_id,
            "longitude_deg": None,
            "latitude_deg": None,
            # Long before the run, so that what comes from then is of somebody known.
            "valid_from": self._at(-100 * 24 * 60),
            "valid_to": self._at(120),
            "attributes": attributes or {},
            "labels": {},
            "source": "test",
            "run_id": self.run_id,
        }
