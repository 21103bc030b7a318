"""Which row of an indicator and entity is the newest? What stands on `city.indicators.current.v1`, and what may go there."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from schemas.codec import Decoder
from schemas.registry import Registry
from streams.catalog import INDICATORS_CURRENT
from streams.reading import open_reader, read_to_ends


class Place(NamedTuple):
    """Where a row stands among those of its indicator and entity: the later window, then the higher revision."""

    window_start: int
    revision: int


def place_of(row: Mapping[str, Any]) -> Place:
    """The place of a row."""
    return Place(row["window_start"], row["revision"])


class NewestRows:
    """The place of the newest row of each key, one a run: the run that was told last is the one that stands."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Place]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def learn(self, key: str, row: Mapping[str, Any]) -> None:
        """Note that a row stands on the topic."""
        self._known[key] = (row["run_id"], place_of(row))

    def takes(self, key: str, row: Mapping[str, Any]) -> bool:
        """Whether a row of the stream may stand, and if so learn it. One that stands may be written again."""
        known = self._known.get(key)
        place = place_of(row)
        if known is not None and known[0] == row["run_id"] and place < known[1]:
            return False
        self._known[key] = (row["run_id"], place)
        return True

    def is_passed(self, key: str, row: Mapping[str, Any]) -> bool:
        """Whether something newer stands than a row that is told beside the stream, of whatever run."""
        known = self._known.get(key)
        return known is not None and place_of(row) < known[1]


class StandingRows(NewestRows):
    """What stands on the topic, as far as `catch_up` has read. Not for use by several threads at once.

    Errors of the broker and the registry pass through as their clients' errors: reasons to wait.
    """

    def __init__(self, bootstrap: str, registry: Registry) -> None:
        super().__init__()
        self._decoder = Decoder(INDICATORS_CURRENT.record, registry.schema_of)
        self._reader = open_reader(bootstrap, "standing-rows", prefetch_kib=8_192)
        self._next = {(INDICATORS_CURRENT.name, number): 0 for number in range(INDICATORS_CURRENT.partitions)}

    def catch_up(self) -> None:
        """Learn everything that was acknowledged before the call."""
        for key, row in self.news():
            self.learn(key, row)

    def news(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Keys and rows written since the last look, in the order of each partition."""
        for message in read_to_ends(self._reader, dict(self._next)):
            self._next[message.topic() or "", message.partition() or 0] = (message.offset() or 0) + 1
            value = message.value()
            if value is not None:
                yield (message.key() or b"").decode(), self._decoder.decode(value)

    def close(self) -> None:
        """Give the connection back."""
        self._reader.close()
