"""What does one event of the simulated city add to the windows that it belongs to? The same for every counted system."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from feeds.civil_time import MINUTE_MS
from feeds.simulated_order import EVENT, REPEAT, Fault, Planned, Sent
from feeds.simulated_plan import Plan

Place = tuple[str, str]
"""Entity type and entity."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event: its places, what it adds to each of them in its window, and its payload."""

    event_time: int
    window_ms: int
    places: tuple[Place, ...]
    values: tuple[tuple[str, int], ...]
    payload: bytes

    def write(self, offset_ms: int) -> bytes:  # noqa: ARG002  written when it was made
        """The payload."""
        return self.payload


def sent_twice_at_times(sent: Sent, planned: int, rng: Random, again_after_ms: int) -> Iterator[Planned]:
    """A record, and one in fifty of them once more."""
    yield planned, sent
    if rng.randrange(50) == 0:
        yield planned, Sent(sent.system, sent.at + again_after_ms, sent.key, REPEAT, sent.body)


Reading = Callable[[int, Random], tuple[str, Told]]
"""A moment and chance to the key and the event of a good record."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often something reports, how long a record is on its way (arguments of a range), when it comes again."""

    every_ms: int
    delay_ms: tuple[int, ...]
    again_after_ms: int


def reported(system: str, pace: Pace, at: int, rng: Random, reading: Reading) -> Iterator[Planned]:
    """The records of something that reports at an even pace from a moment on, endless."""
    while True:
        key, told = reading(at, rng)
        arrives = at + rng.randrange(*pace.delay_ms)
        yield from sent_twice_at_times(event(system, arrives, key, told), at, rng, pace.again_after_ms)
        at += pace.every_ms


def spoiled(system: str, plan: Plan, faults: tuple[Fault, ...], reading: Reading) -> Iterator[Planned]:
    """One spoiled record every four minutes, the faults in turn, endless. `reading` gives a key and a good one."""
    rng = plan.random("spoiled", system)
    at, number = plan.start + 45_000, 0
    while True:
        key, told = reading(at, rng)
        fault = faults[number % len(faults)]
        yield at, Sent(system, at, key, fault.reason.value, fault.spoil(told.payload))
        at, number = at + 4 * MINUTE_MS, number + 1


def event(system: str, at: int, key: str, told: Told) -> Sent:
    """A good record."""
    return Sent(system, at, key, EVENT, told)
