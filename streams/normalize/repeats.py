"""Has this event been here before? Remembers event ids of one partition for a declared span of event time."""

from datetime import timedelta

BUCKETS = 8


class RepeatFilter:
    """Event ids of one partition and one run, in buckets of event time, so that forgetting is cheap.

    An event keeps its time when it is repeated, so that only one bucket is looked at. Ids older than the span, as
    measured from the newest event, are forgotten: such an event is late anyway, and its window knows its id.
    """

    def __init__(self, span: timedelta) -> None:
        self._bucket_ms = max(1, int(span.total_seconds() * 1000) // BUCKETS)
        self._buckets: dict[int, set[str]] = {}
        self._newest = -1
        self._run_id = ""
        self._added: list[tuple[int, str]] = []

    def is_repeat(self, run_id: str, event_id: str, event_time: int) -> bool:
        """Whether the id was there already; remembers it when not. Another run starts from nothing."""
        if run_id != self._run_id:
            self._start_run(run_id)
        index = event_time // self._bucket_ms
        bucket = self._buckets.get(index)
        if bucket is None:
            bucket = self._buckets[index] = set()
            if index > self._newest:
                self._newest = index
                self._forget()
        elif event_id in bucket:
            return True
        bucket.add(event_id)
        self._added.append((index, event_id))
        return False

    def keep(self) -> None:
        """The batch is committed: what it added stays."""
        self._added.clear()

    def undo(self) -> None:
        """The batch is taken back: what it added is forgotten again."""
        for index, event_id in self._added:
            self._buckets.get(index, set()).discard(event_id)
        self._added.clear()

    def __len__(self) -> int:
        return sum(map(len, self._buckets.values()))

    def _start_run(self, run_id: str) -> None:
        self._run_id = run_id
        self._buckets.clear()
        self._added.clear()
        self._newest = -1

    def _forget(self) -> None:
        for index in [index for index in self._buckets if index < self._newest - BUCKETS]:
            del self._buckets[index]
