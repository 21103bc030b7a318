"""How is a week of Los Angeles freeway speeds played again?

The file is a header of detector ids and a row of speeds every five minutes, without times: by its publication it
starts at 2012-03-01 00:00 local. It has no lengths, places or districts either. Lengths are nominal, and the
detectors are divided into six equal groups in the order of their ids, so that districts exist; labels say so.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.civil_time import milliseconds
from feeds.decoding import UnfitError
from feeds.los_angeles_traffic import FEED, OBSERVED_AT, ZONE, detectors_of
from feeds.quantities import KMH_PER_MPH, speed
from feeds.recording import (
    Entity,
    RecordingError,
    TimedRaw,
    entity,
    header_and_lines,
    hour_after,
    hour_before,
    only_file,
)

CITY = "los-angeles"
DISTRICTS = ("north", "northeast", "southeast", "south", "southwest", "northwest")
FIRST_ROW = datetime(2012, 3, 1)  # noqa: DTZ001  civil time of the file; the zone is put on it below
ROW_MINUTES = 5
LENGTH_M = 1_000

INTERVAL_MINUTES = 15
DAY_STARTS_MINUTE = 6 * 60
DAY_MINUTES = 24 * 60


def free_flow_mph(speeds: Sequence[tuple[int, float]]) -> float | None:
    """Free-flow speed from pairs of minute of the day and speed, by GB/T 33171-2016, 7.2.1.2.

    06:00 to 24:00 in intervals of 15 minutes: the mean speed of each interval over the days, then the mean of the
    highest ninth of the intervals (8 of 72). The standard wants 30 days; who calls with fewer must say so.
    None without a speed in that part of the day.
    """
    intervals: dict[int, list[float]] = {}
    for minute, mph in speeds:
        if minute >= DAY_STARTS_MINUTE:
            intervals.setdefault(minute // INTERVAL_MINUTES, []).append(mph)
    means = sorted((math.fsum(values) / len(values) for values in intervals.values()), reverse=True)
    best = means[: max(1, len(means) // 9)]
    return math.fsum(best) / len(best) if best else None


class LosAngelesRecording:
    """An opened speed file."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._path = only_file(files, FEED.name)
        self._header, self._rows = header_and_lines(self._path)
        try:
            self._detectors = detectors_of(self._header.decode("utf-8-sig").strip())
        except (UnfitError, UnicodeDecodeError) as error:
            raise RecordingError(
                f"{self._path} does not start with a line of detector numbers: {error}.",
                "Take a speed file in the layout of los_speed.csv.",
            ) from error
        self.count = len(self._rows)
        self.start = hour_before(self._at(0))
        self.end = self._at(self.count - 1)

    @staticmethod
    def _local(row: int) -> datetime:
        # Added to the instant, not to the civil time: five minutes stay five minutes when the clock is changed.
        first = FIRST_ROW.replace(tzinfo=ZoneInfo(ZONE)).timestamp()
        return datetime.fromtimestamp(
            first + timedelta(minutes=ROW_MINUTES * row).total_seconds(), ZoneInfo(ZONE)
        )

    def _at(self, row: int) -> int:
        return milliseconds(self._local(row))

    def records(self) -> Iterator[TimedRaw]:
        """One poll for each row, sent when it was observed."""
        for number, row in enumerate(self._rows):
            local = self._local(number)
            context = {OBSERVED_AT: local.isoformat(), "row": str(number + 1)}
            yield TimedRaw(milliseconds(local), FEED.name, self._header + row, context)

    @cached_property
    def _free_flow_time_ms(self) -> list[int | None]:
        """For each detector the time to pass its nominal length in free flow; None where nothing was measured."""
        minutes = [self._local(row).hour * 60 + self._local(row).minute for row in range(self.count)]
        columns: list[list[tuple[int, float]]] = [[] for _ in self._detectors]
        for minute, row in zip(minutes, self._rows, strict=True):
            for column, text in zip(columns, row.decode("ascii", "replace").split(","), strict=False):
                try:
                    column.append((minute, speed(text.strip(), KMH_PER_MPH, "") / KMH_PER_MPH))
                except UnfitError:
                    continue  # It is played all the same, and rejected by the decoder with its reason.
        times: list[int | None] = []
        for column in columns:
            mph = free_flow_mph(column)
            times.append(None if mph is None else round(LENGTH_M * 3600 / (mph * KMH_PER_MPH)))
        return times

    def entities(self) -> list[Entity]:
        """Links with nominal lengths, six assigned areas, and the city."""
        valid = (self.start, hour_after(self._at(self.count)))
        city = entity(FEED.system, "city", CITY, name="Los Angeles freeways", source=FEED.name, valid=valid)
        areas = [
            entity(
                FEED.system,
                "area",
                f"{CITY}/{district}",
                area_id=CITY,
                source=FEED.name,
                valid=valid,
                labels={"area_basis": "assigned"},
            )
            for district in DISTRICTS
        ]
        order = sorted(range(len(self._detectors)), key=lambda index: int(self._detectors[index]))
        links = []
        for rank, index in enumerate(order):
            free_flow_time_ms = self._free_flow_time_ms[index]
            if free_flow_time_ms is None:
                continue
            district = DISTRICTS[rank * len(DISTRICTS) // len(order)]
            links.append(
                entity(
                    FEED.system,
                    "link",
                    self._detectors[index],
                    area_id=f"{CITY}/{district}",
                    name=f"Detector {self._detectors[index]}",
                    source=FEED.name,
                    valid=valid,
                    attributes={"length_m": LENGTH_M, "free_flow_time_ms": free_flow_time_ms, "weight": 1},
                    labels={
                        "length_basis": "nominal",
                        "free_flow_basis": "short_history",
                        "area_basis": "assigned",
                    },
                )
            )
        return [city, *areas, *links]
