"""What will the normalizer make of a record, as far as its bytes say? Told to the sender before it is acknowledged.

What only the registry of entities knows (an unknown station) is not asked here: such items are accepted, and are
dead letters later.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from feeds.decoding import Feed, Raw, Rejected
from streams.catalog import SYSTEMS
from streams.normalize.normalizer import ahead_of_the_clock

REASONS_MAX = 100
"""How many rejected items an answer explains; the others are counted."""


@dataclass(frozen=True)
class Verdict:
    """How many items of a record become events, and each other item by its number, with its reason."""

    accepted: int
    rejected: tuple[tuple[int, Rejected], ...]

    @property
    def is_hopeless(self) -> bool:
        """Whether there are items and none of them is good."""
        return bool(self.rejected) and not self.accepted

    def as_answer(self, reasons_max: int = REASONS_MAX) -> dict[str, Any]:
        """For JSON."""
        return {
            "accepted": self.accepted,
            "rejected": len(self.rejected),
            "reasons": [
                {
                    "item": number,
                    "reason": rejected.reason.value,
                    "message": rejected.message,
                    "remedy": rejected.reason.remedy,
                }
                for number, rejected in self.rejected[:reasons_max]
            ],
        }


def verdict_on(raw: Raw, feed: Feed) -> Verdict:
    """Decode a record and look at its times. The items have the numbers that dead letters have."""
    tolerance_ms = SYSTEMS[feed.system].future_tolerance // timedelta(milliseconds=1)
    accepted, rejected = 0, []
    for number, item in enumerate(feed.decode(raw)):
        bad = item if isinstance(item, Rejected) else ahead_of_the_clock(item, raw.ingest_time, tolerance_ms)
        if bad is None:
            accepted += 1
        else:
            rejected.append((number, bad))
    return Verdict(accepted, tuple(rejected))
