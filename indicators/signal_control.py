"""Is green time used, and does traffic flow better than in the base period? Ours: no standard defines either.

A green is used by the vehicles that passed, each taking the saturation headway that was measured at its stop line. It is
above 1 where they followed closer than that.

As with the efficiency of arterial roads (`arterial_efficiency`) a change is an exact ratio against the base period, like
with like: every vehicle and every cycle is held against the baseline of its own signal before anything is summed.
"""

from fractions import Fraction

from indicators.counting import checked_count
from indicators.standard import Edition

SIGNAL_CONTROL_V1 = Edition(
    "project",
    "signal-control-1",
    None,
    None,
    "green used at saturation headway / green; stops and flow of each signal against its own base period",
)


def change(now: int, base: int, per: int = 1) -> Fraction | None:
    """Now / base - 1, exact, where the base counts in a unit of which there are `per`; None where the base is nothing.

    0.15 is 15 % more, negative is less. Raises ValueError for what is no count.
    """
    counted, expected = checked_count(now, "what was counted"), checked_count(base, "what was expected")
    return Fraction(counted * per, expected) - 1 if expected else None
