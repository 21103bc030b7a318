"""What is a service, before any runtime? A fold of one partition, the records it takes in and those it leads to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Output:
    """One record to write; without a partition it goes where its key belongs."""

    topic: str
    key: bytes | None
    value: bytes
    partition: int | None = None


class Fold(Protocol):
    """What a service does with one partition of its source."""

    def on_record(self, record: Record) -> Iterable[Output]:
        """Take one record in and answer what it leads to. A record that cannot be read becomes an output too."""
        ...


@dataclass(frozen=True)
class Service:
    """A fold and its source. `name` is the consumer group and the start of the changelog's name.

    `fold` makes the fold of one partition around its state; it is called again after every rebalance.
    """

    name: str
    source: Topic
    fold: Callable[[KeyedState], Fold]
