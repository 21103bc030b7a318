"""How are 25 days of Hangzhou's metro played again? The counts of all stations whenever ten minutes are over, one poll.

The file is an array of MATLAB, station by day by ten minutes, without times: by its publication it starts on 1 January
2019 and leaves out the hours before 06:00, in which no train runs. It names no stations either: they are numbered as
in the file, from 0. An array has no lines that could be sent, so that each poll is written here.
"""

import io
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from feeds import hangzhou_crowd, hangzhou_metro
from feeds.civil_time import milliseconds
from feeds.decoding import Feed
from feeds.hangzhou_metro import CITY, COLUMNS, COUNTED_UNTIL, PERIOD_S, ZONE
from feeds.recording import Entity, RecordingError, TimedRaw, entity, hour_after, only_file, read_bytes

VARIABLE = "tensor"
FIRST_COUNT = datetime(2019, 1, 1, 6, tzinfo=ZoneInfo(ZONE))
COUNTS_A_DAY = 108
_PERIOD = timedelta(seconds=PERIOD_S)
_REMEDY = (
    f"Take a MATLAB file whose `{VARIABLE}` is an array of stations, days and {COUNTS_A_DAY} counts a day."
)


def _array(path: Path) -> Any:
    """The counts, station by day by ten minutes; the file's library keeps its own type. Raises RecordingError."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    content = read_bytes(path)
    try:
        array = loadmat(io.BytesIO(content), variable_names=[VARIABLE])[VARIABLE]
        stations, days, counts = array.shape
    # What is wrong with a file shows in its library as any of these; 7.3 is another format.
    except (MatReadError, KeyError, ValueError, TypeError, NotImplementedError, OSError, zlib.error) as error:
        raise RecordingError(f"{path} cannot be taken for an array of counts: {error}.", _REMEDY) from error
    if not stations or not days or counts != COUNTS_A_DAY or array.dtype.kind not in "iu":
        raise RecordingError(f"{path} has an array of {array.shape} {array.dtype}.", _REMEDY)
    return array


class HangzhouRecording:
    """An opened array, its stations as those of the metro."""

    feed: Feed = hangzhou_metro.FEED
    entity_type = "station"

    def __init__(self, files: Sequence[Path]) -> None:
        array = _array(only_file(files, self.feed.name))
        self._stations, self._days, _ = array.shape
        # By day and ten minutes, then station: as it is sent.
        self._polls: list[list[int]] = array.reshape(self._stations, -1).T.tolist()
        self.count = len(self._polls)
        self.start = milliseconds(FIRST_COUNT)
        self.end = milliseconds(self._until(self.count - 1))

    @staticmethod
    def _until(number: int) -> datetime:
        # Hangzhou's clock is never changed, so that days may be added to the civil time.
        day, count = divmod(number, COUNTS_A_DAY)
        return FIRST_COUNT + timedelta(days=day) + (count + 1) * _PERIOD

    def records(self) -> Iterator[TimedRaw]:
        """One poll for each ten minutes, sent when they are over."""
        for number, counts in enumerate(self._polls):
            until = self._until(number)
            lines = [",".join(COLUMNS), *(f"{station},{count}" for station, count in enumerate(counts))]
            context = {COUNTED_UNTIL: until.isoformat(), "row": str(number + 1)}
            yield TimedRaw(milliseconds(until), self.feed.name, ("\n".join(lines) + "\n").encode(), context)

    def entities(self) -> list[Entity]:
        """The stations by their numbers, and the city. The file knows no districts."""
        system, source = self.feed.system, self.feed.name
        valid = (self.start, hour_after(self.end + 1))
        return [
            entity(system, "city", CITY, name="Hangzhou", source=source, valid=valid),
            *(
                entity(
                    system,
                    self.entity_type,
                    str(station),
                    area_id=CITY,
                    name=f"Station {station}",
                    source=source,
                    valid=valid,
                )
                for station in range(self._stations)
            ),
        ]


class HangzhouCrowdRecording(HangzhouRecording):
    """An opened array, its stations as places where crowds gather."""

    feed = hangzhou_crowd.FEED
    entity_type = "site"
