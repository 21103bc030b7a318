"""At which city times does a system's clock tick, and what is over then?

Watermarks come from ticks alone, so that no device's clock closes a window for others. Ticks are placed so that the
watermark, which lies behind them by the out-of-orderness, falls on the ends of steps: no result waits for a tick.
"""

from datetime import timedelta

from streams.catalog import System

_MS = timedelta(milliseconds=1)


def ticks(system: System, after: int, until: int) -> range:
    """The ticks in (after, until], epoch milliseconds."""
    step = system.tick // _MS
    return range(last_tick(system, after) + step, until + 1, step)


def last_tick(system: System, at: int) -> int:
    """The newest tick that is not after a moment, epoch milliseconds."""
    step = system.tick // _MS
    phase = (system.source.out_of_orderness // _MS) % step
    return at - (at - phase) % step
