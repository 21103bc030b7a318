"""What is the last that is known of each entity? The events of one partition by entity, for `city.<system>.current.v1`."""

from collections.abc import ItemsView, Iterable, Mapping
from typing import Any

from feeds.decoding import WITHDRAWN

REMEMBERED_ENTITIES = 100_000
"""How many entities of a partition are remembered; those that were heard of longest ago are forgotten."""

_Seen = tuple[int, str]
"""Time and id of an event."""


class CurrentEvents:
    """The newest event of each entity on one partition and in one run.

    An older event never takes the place of a newer one, whatever the order in which they come, and a withdrawn one
    takes only its own: there it says of itself that it was taken back. `batch` has each entity once, however many of
    its events came; `keep` and `undo` say what became of the batch.
    """

    def __init__(self, limit: int = REMEMBERED_ENTITIES) -> None:
        self._limit = limit
        self._run_id = ""
        self._newest: dict[str, _Seen] = {}
        self._seen: dict[str, _Seen] = {}
        self._values: dict[str, bytes] = {}
        self._run_before: tuple[str, dict[str, _Seen]] | None = None

    def __len__(self) -> int:
        return len(self._newest)

    def remember(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Take over what stands on the topic, in its order: of the run of the last one."""
        for event in events:
            self.see(event, b"")
        self.keep()

    def see(self, event: Mapping[str, Any], value: bytes) -> None:
        """Look at an event and its encoded value. The first event of another run begins that run."""
        entity_id, at = event["entity_id"], event["event_time"]
        if event["run_id"] != self._run_id:
            self._begin_run(event["run_id"])
        known = self._seen.get(entity_id) or self._newest.get(entity_id)
        if known is not None and known[0] > at:
            return
        event_id = event["event_id"]
        if event["quality"] == WITHDRAWN and (known is None or known[1] != event_id):
            return
        self._seen[entity_id] = (at, event_id)
        self._values[entity_id] = value

    def batch(self) -> ItemsView[str, bytes]:
        """What to write of the batch: entities and the values of their newest events."""
        return self._values.items()

    def keep(self) -> None:
        """The batch is committed."""
        self._newest.update(self._seen)
        self._seen, self._values, self._run_before = {}, {}, None
        if len(self._newest) > self._limit:
            newest_last = sorted(self._newest.items(), key=lambda item: item[1][0])
            # A tenth more than has to be, so that it is not sorted again at once.
            self._newest = dict(newest_last[-max(1, self._limit * 9 // 10) :])

    def undo(self) -> None:
        """The batch is taken back: what it said is forgotten."""
        if self._run_before is not None:
            self._run_id, self._newest = self._run_before
        self._seen, self._values, self._run_before = {}, {}, None

    def _begin_run(self, run_id: str) -> None:
        self._run_before = self._run_before or (self._run_id, self._newest)
        self._run_id, self._newest = run_id, {}
        self._seen, self._values = {}, {}
