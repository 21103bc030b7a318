"""How are two months of a Californian detector played again? Each count when its five minutes were over, one poll each.

The file names neither detector nor road, so the link has a nominal length, and a label says so.
"""

from collections.abc import Sequence
from pathlib import Path

from feeds.civil_time import MINUTE_MS
from feeds.pems_flow import COLUMNS, DETECTOR, FEED, began
from feeds.quantities import free_flow_time_ms
from feeds.recorded_rows import RecordedRows
from feeds.recording import Entity, entity, hour_after

CITY = "california"
NAME = "pems-lane-1"
LENGTH_M, FREE_FLOW_KMH = 1_000, 100


class PemsRecording(RecordedRows):
    """An opened file of one detector."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(
            files,
            FEED.name,
            COLUMNS,
            lambda fields: (began(fields[0]) + 5 * MINUTE_MS, NAME),
            "Take one file of the PeMS lane flows.",
            covers_ms=5 * MINUTE_MS,
            context={DETECTOR: NAME},
        )

    def entities(self) -> list[Entity]:
        """The link of the detector, and a city for it to be in."""
        valid = (self.start, hour_after(self.end + 1))
        return [
            entity(FEED.system, "city", CITY, name="California", source=FEED.name, valid=valid),
            entity(
                FEED.system,
                "link",
                NAME,
                area_id=CITY,
                source=FEED.name,
                valid=valid,
                attributes={
                    "length_m": LENGTH_M,
                    "free_flow_time_ms": free_flow_time_ms(LENGTH_M, FREE_FLOW_KMH),
                },
                labels={"length_basis": "nominal", "free_flow_basis": "nominal"},
            ),
        ]
