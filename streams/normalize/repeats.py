"""Has this event been here before? Remembers event ids of one partition for a declared span of event time."""

from datetime import timedelta
from enum import Enum
from typing import Any

import numpy as np

BUCKETS = 8
OPEN_BUCKETS = 2
"""The newest ones, which nearly every event falls into, are kept as they are; older ones are packed."""


class Seen(Enum):
    """What an event is to what was there before."""

    NEW = "new"
    REPEAT = "repeat"
    CORRECTION = "correction"


class _Bucket:
    """Ids of a stretch of event time: as they are, or packed into 64 bits of hash each.

    An id that was corrected stays as it is, with its version. Packed, two ids of a million are taken for one with a
    chance of 5e-14 each, and an event takes 8 bytes of memory in place of some 150.
    """

    __slots__ = ("_packed", "ids")

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self._packed: Any = None

    def version(self, event_id: str) -> int | None:
        """The version of an id, None where it is not there."""
        known = self.ids.get(event_id)
        return 0 if known is None and self.is_packed(event_id) else known

    def is_packed(self, event_id: str) -> bool:
        """Whether an id is among the packed ones."""
        if self._packed is None:
            return False
        wanted = hash(event_id)
        place = int(np.searchsorted(self._packed, wanted))
        return bool(place < len(self._packed) and self._packed[place] == wanted)

    def pack(self) -> None:
        """Pack what was never corrected."""
        plain = [hash(event_id) for event_id, version in self.ids.items() if version == 0]
        if plain:
            # Python's hash of a text is 64 bits wide, and the same as long as the process lives.
            added = np.array(plain, dtype=np.int64)
            self._packed = np.sort(added if self._packed is None else np.concatenate([self._packed, added]))
            self.ids = {event_id: version for event_id, version in self.ids.items() if version}

    def __len__(self) -> int:
        return len(self.ids) + (0 if self._packed is None else len(self._packed))


class RepeatFilter:
    """Event ids of one partition and one run with their source's version, in buckets of event time.

    Buckets make forgetting cheap. An event keeps its time when it is repeated or corrected, so that only one bucket
    is looked at. Ids older than the span, as measured from the newest event, are forgotten: such an event is late
    anyway, and its window knows its id.
    """

    def __init__(self, span: timedelta) -> None:
        self._bucket_ms = max(1, int(span.total_seconds() * 1000) // BUCKETS)
        self._buckets: dict[int, _Bucket] = {}
        self._packed_below = 0
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
            bucket = self._buckets[index] = _Bucket()
            if index > self._newest:
                self._newest = index
                self._forget()
        else:
            known = bucket.version(event_id)
            if known is not None and known >= version:
                return Seen.REPEAT
        bucket.ids[event_id] = version
        self._before.append((index, event_id, known))
        return Seen.NEW if known is None else Seen.CORRECTION

    def keep(self) -> None:
        """The batch is committed: what it added stays."""
        self._before.clear()
        # Only now: what is taken back is not looked for among what is packed.
        bound = self._newest - OPEN_BUCKETS + 1
        if bound > self._packed_below:
            self._packed_below = bound
            for index, bucket in self._buckets.items():
                if index < bound:
                    bucket.pack()

    def undo(self) -> None:
        """The batch is taken back: what it added is forgotten again."""
        for index, event_id, known in reversed(self._before):
            bucket = self._buckets.get(index)
            if bucket is None:
                continue
            if known is None or (known == 0 and bucket.is_packed(event_id)):
                bucket.ids.pop(event_id, None)
            else:
                bucket.ids[event_id] = known
        self._before.clear()

    def __len__(self) -> int:
        return sum(map(len, self._buckets.values()))

    def _start_run(self, run_id: str) -> None:
        self._run_id = run_id
        self._buckets.clear()
        self._before.clear()
        self._newest = -1
        self._packed_below = 0

    def _forget(self) -> None:
        for index in [index for index in self._buckets if index < self._newest - BUCKETS]:
            del self._buckets[index]
