"""What does a subscription hand out, and what may go wrong? Changes, positions to go on from, and errors for people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class SubscriptionError(RuntimeError):
    """A subscription cannot go on; says why and what to do."""


class PositionLostError(SubscriptionError):
    """The topic does not hold the position any more: kept too long, or of another cluster."""


class NotReachableError(SubscriptionError):
    """Kafka or the schema registry does not answer, or the topic is not there."""


@dataclass(frozen=True)
class Position:
    """How far a topic has been read: partition to the offset after the last record. `str` and `parse` keep it as text.

    One that lies inside a snapshot has `in_snapshot`: who goes on from there begins the snapshot again.
    """

    topic: str
    offsets: Mapping[int, int]
    in_snapshot: bool = False

    def __str__(self) -> str:
        """One line of JSON."""
        offsets = {str(partition): offset for partition, offset in sorted(self.offsets.items())}
        return json.dumps({"topic": self.topic, "offsets": offsets, "in_snapshot": self.in_snapshot})

    @classmethod
    def parse(cls, text: str) -> "Position":
        """What `str` wrote. Raises ValueError for anything else."""
        try:
            found = json.loads(text)
            offsets = {int(partition): int(offset) for partition, offset in found["offsets"].items()}
            return cls(str(found["topic"]), offsets, bool(found["in_snapshot"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a position of a subscription: {text[:100]!r}") from error


@dataclass(frozen=True)
class Change(Generic[R_co]):
    """One record that was told.

    of_snapshot: how the thing stood when the subscription began, and not a change since. position: keep it when the
    change is dealt with; a subscription from there goes on with the next.
    """

    record: R_co
    of_snapshot: bool
    position: Position
