"""What is a service, before any runtime? A fold of one partition, the records it takes in and those it leads to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from streams.catalog import Topic
from streams.keyed_state import KeyedState


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read. `arrived_ms` is the broker's append time, epoch milliseconds."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    arrived_ms: int
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One record to write; without a partition it goes where its key belongs. `value` is None for a tombstone."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


class Fold(Protocol):
    """What a service does with one partition of its sources, or with all of them."""

    def on_record(self, record: Record) -> Iterable[Output]:
        """Take one record in and answer what it leads to. A record that cannot be read becomes an output too."""
        ...


@dataclass(frozen=True)
class Service:
    """A fold and its sources. `name` is the consumer group and the start of the changelog's name.

    `fold` makes a fold around its state; it is called again after every rebalance. By itself there is a fold for
    each partition, and sources have equally many of them. A service that is `whole` has one fold for all
    partitions of all its sources, of any number, and runs in one process only: what looks across the city.

    `each_second` is what time alone leads to: it is asked with the fold and the clock on the wall, epoch milliseconds.
    """

    name: str
    sources: tuple[Topic, ...]
    fold: Callable[[KeyedState], Fold]
    whole: bool = False
    each_second: Callable[[Any, int], Iterable[Output]] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for sources that cannot be read side by side."""
        if not self.whole and len({source.partitions for source in self.sources}) != 1:
            raise ValueError(f"{self.name}: sources of one fold a partition have equally many partitions")

    def state_of(self, partition: int) -> int:
        """The number under which the state of a partition's fold is kept."""
        return 0 if self.whole else partition

    @property
    def state_partitions(self) -> int:
        """Into how many partitions the state is written."""
        return 1 if self.whole else self.sources[0].partitions
