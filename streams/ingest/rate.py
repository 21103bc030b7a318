"""May this sender send now? A token bucket for each; the clock is given, in seconds that only go forward."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """So many requests a second in the long run, and so many at once."""

    requests_per_second: float
    burst: int


class Bucket:
    """One sender's tokens. A new bucket is full."""

    def __init__(self, limit: Limit, now: float) -> None:
        self.limit = limit
        self._tokens = float(limit.burst)
        self._at = now

    def wait_seconds(self, now: float) -> float:
        """0 when a request may pass, which takes a token; else how long until the next one may. Takes none then."""
        passed = max(0.0, now - self._at)
        self._tokens = min(float(self.limit.burst), self._tokens + passed * self.limit.requests_per_second)
        self._at = max(self._at, now)
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self.limit.requests_per_second


class Buckets:
    """The buckets of all senders, by name; a sender whose limit was changed begins with a full one."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def wait_seconds(self, name: str, limit: Limit, now: float) -> float:
        """See `Bucket`. Names come from the operator's file, so that there are only so many."""
        bucket = self._buckets.get(name)
        if bucket is None or bucket.limit != limit:
            bucket = self._buckets[name] = Bucket(limit, now)
        return bucket.wait_seconds(now)
