"""Has this event been here before? Remembers event ids of one partition for a declared span of event time."""

from datetime import timedelta
from enum import Enum

BUCKETS = 8


class Seen(Enum):
    """What an event is to what was there before."""

    NEW = "new"
    REPEAT = "repeat"
    CORRECTION = "correction"


class RepeatFilter:
    """Event ids of one partition and one run with their source's version, in buckets of event time.

    Buckets make forgetting cheap. An event keeps its time when it is repeated or corrected, so that only one bucket
    is looked at. Ids older than the span, as measured from the newest event, are forgotten: such an event is late
    anyway, and its window knows its id.
    """

    def __init__(self, span: timedelta) -> None:
        self._bucket_ms = max(1, int(span.total_seconds() * 1000) // BUCKETS)
        self._buckets: dict[int, dict[str, int]] = {}
        self._newest = -1
        self._run_id = ""
        self._before: list[tuple[int, str, int | None]] = []

    def see(self, run_id: str, event_id: str, event_time: int, version: int = 0) -> Seen:
        """What an event is; remembers it, and its version where that is higher. Another run starts from nothing."""
        if run_id != self._run_id:
            self._start_run(run_id)
        index = event_time // self._bucket_ms
        bucket = self._buckets.get(index)
        known = None
        if bucket is None:
            bucket = self._buckets[index] = {}
            if index > self._newest:
                self._newest = index
                self._forget()
        else:
            known = bucket.get(event_id)
            if known is not None and known >= version:
                return Seen.REPEAT
        bucket[event_id] = version
        self._before.append((index, event_id, known))
        return Seen.NEW if known is None else Seen.CORRECTION

    def keep(self) -> None:
        """The batch is committed: what it added stays."""
        self._before.clear()

    def undo(self) -> None:
        """The batch is taken back: what it added is forgotten again."""
        for index, event_id, known in reversed(self._before):
            bucket = self._buckets.get(index, {})
            if known is None:
                bucket.pop(event_id, None)
            else:
                bucket[event_id] = known
        self._before.clear()

    def __len__(self) -> int:
        return sum(map(len, self._buckets.values()))

    def _start_run(self, run_id: str) -> None:
        self._run_id = run_id
        self._buckets.clear()
        self._before.clear()
        self._newest = -1

    def _forget(self) -> None:
        for index in [index for index in self._buckets if index < self._newest - BUCKETS]:
            del self._buckets[index]
