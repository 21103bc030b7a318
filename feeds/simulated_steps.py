"""What does a thing of the simulated city report that tells of several kinds of events? One at a time, by its weight."""

from collections.abc import Callable, Iterable, Mapping
from random import Random

from feeds.simulated_plan import Plan
from feeds.simulated_reporters import Said, Thing

Step = Callable[[Plan, Thing, int, Random], Said]
"""What an event of one kind says, and those sums that it adds to."""


def one_of_steps(sums: Iterable[str], steps: Mapping[str, tuple[int, Step]]) -> Step:
    """The reading of a thing: at each moment one of the steps, drawn by its weight.

    sums: the names of all sums of the system; what a step does not add to, it adds 0 to.
    """
    nothing = dict.fromkeys(sums, 0)
    names, weights = tuple(steps), tuple(weight for weight, _ in steps.values())

    def reading(plan: Plan, thing: Thing, at: int, rng: Random) -> Said:
        (name,) = rng.choices(names, weights)
        said = steps[name][1](plan, thing, at, rng)
        return Said({"step": name, **said.body}, {**nothing, **said.adds})

    return reading
