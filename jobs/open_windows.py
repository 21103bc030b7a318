"""Where does a job with other SQL begin? At the offsets before which no event of a window still open can lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.codec import Decoder, UndecodableError
from schemas.registry import Registry
from streams.catalog import STATISTICS, System
from streams.kafka import Consumer, Message, TopicPartition
from streams.reading import last_records, open_reader, read_to_ends

LOOKED_BACK = (2_000, 20_000, 200_000)
"""How many of the newest statistics are searched for a clock row, in turn."""
REQUEST_SECONDS = 30.0


@dataclass(frozen=True)
class Beginning:
    """The oldest window that is open, by its start (epoch milliseconds), and the offsets to read it from."""

    since: int
    offsets: Mapping[int, int]


class OpenWindows:
    """Looks at what the jobs of a line have read and told."""

    def __init__(self, bootstrap: str, registry: Registry) -> None:
        self._bootstrap = bootstrap
        self._statistics = Decoder(STATISTICS.record, registry.schema_of)
        self._registry = registry

    def of(self, system: System, run_id: str, run_start: Mapping[int, int]) -> Beginning | None:
        """The oldest open window of a run that starts at these offsets; None while none was closed.

        Every event of it lies behind the returned offsets: an event may be ahead of the city clock, but by no more
        than the system tolerates, and the ticks on its own partition say how late it was.
        """
        reader = open_reader(self._bootstrap, "citybrain-open-windows")
        try:
            since = self._newest_clock(reader, system, run_id)
            if since is None:
                return None
            ahead = (system.future_tolerance + system.source.out_of_orderness) // timedelta(milliseconds=1)
            events = Decoder(system.source.topic.record, self._registry.schema_of)
            offsets = {
                partition: self._last_tick(
                    reader,
                    events,
                    TopicPartition(system.source.topic.name, partition, run_start.get(partition, 0)),
                    since - ahead,
                )
                for partition in range(system.source.topic.partitions)
            }
            return Beginning(since, offsets)
        finally:
            reader.close()

    def _newest_clock(self, reader: Consumer, system: System, run_id: str) -> int | None:
        """Start of the window in which the newest clock row of a run lies; windows before it are over."""
        for count in LOOKED_BACK:
            starts: list[int] = [
                statistic["window_start"]
                for partition in range(STATISTICS.partitions)
                for message in last_records(reader, STATISTICS, partition, count)
                if (message.key() or b"").startswith(f"{system.slug}.".encode())
                and (statistic := _decoded(self._statistics, message))["entity_type"] == "clock"
                and statistic["run_id"] == run_id
            ]
            if starts:
                return max(starts)
        return None

    def _last_tick(self, reader: Consumer, events: Decoder, begin: TopicPartition, until: int) -> int:
        """Offset of the last tick up to a city time, or where the run begins: ticks only go forward in a run."""
        low, high = reader.get_watermark_offsets(begin, timeout=REQUEST_SECONDS)
        found = below = max(low, begin.offset)
        above = high
        while below < above:
            middle = (below + above) // 2
            tick = self._tick_from(reader, events, (begin.topic, begin.partition), middle, above)
            if tick is None or tick[1] > until:
                above = middle
            else:
                found, below = tick[0], tick[0] + 1
        return found

    def _tick_from(
        self, reader: Consumer, events: Decoder, place: tuple[str, int], begin: int, end: int
    ) -> tuple[int, int] | None:
        """Offset and city time of the first tick in [begin, end)."""
        for message in read_to_ends(reader, {place: begin}):
            offset = message.offset() or 0
            if offset >= end:
                return None
            event = _decoded(events, message)
            if event["entity_id"] is None:
                return offset, event["event_time"]
        return None


def _decoded(decoder: Decoder, message: Message) -> dict[str, Any]:
    """The record; what is none is a dead letter of whoever follows the topic, and nothing here."""
    try:
        return decoder.decode(message.value() or b"")
    except UndecodableError:
        return {"entity_type": "", "entity_id": ""}
