"""How fast does the water rise? The mean level of an hour against that of the hour before, station by station."""

from collections.abc import Iterable

from indicators.rounding import divide_half_even
from indicators.water_level import Reading, rise_rate
from streams.judge.rows import FINAL, Row, Rows, Statistic, subject_of
from streams.judge.window import HOUR_MS, HourBefore, WindowFold
from streams.keyed_state import KeyedState

INDICATOR = "river.rise_mmh"


class RiseFold(WindowFold):
    """One measure. What it remembers is the mean level of each station's last hours."""

    adds = (INDICATOR,)

    def __init__(self, rows: Rows, state: KeyedState, measure: str) -> None:
        super().__init__(rows, state, measure)
        self._levels = HourBefore(state, measure, "level")

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """The rise since the hour before; without a level in both of them there is none."""
        subject, sums = subject_of(statistic), statistic["sums"]
        if not sums.get("level_count"):
            return
        mean = divide_half_even(sums["level_mm_sum"], sums["level_count"])
        before = self._levels.put(subject, mean)
        if before is None:
            return
        rise = rise_rate(Reading(subject.window_start - HOUR_MS, before), Reading(subject.window_start, mean))
        yield self._rows.data(
            INDICATOR,
            subject,
            rise,
            FINAL,
            value=rise.value_float,
            observations=2,
            inputs={"level_mm_mean": mean, "level_mm_mean_before": before},
            details={},
        )
