"""How do prices move? The mean price of an hour against that of the hour before, product by product."""

from collections.abc import Iterable

from indicators.farming import price_change, sales_of
from indicators.rounding import as_float
from streams.judge.rows import FINAL, Row, Rows, Statistic, subject_of
from streams.judge.window import HourBefore, WindowFold
from streams.keyed_state import KeyedState

INDICATOR = "farming.price_change_ratio"


class PriceFold(WindowFold):
    """One measure. What it remembers is what was sold at each site in its last hours."""

    adds = (INDICATOR,)
    looks_back = True

    def __init__(self, rows: Rows, state: KeyedState, measure: str) -> None:
        super().__init__(rows, state, measure)
        self._sales = HourBefore(state, measure, "sales")

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """The change since the hour before; without sales in both of them there is none."""
        subject, sums = subject_of(statistic), statistic["sums"]
        if subject.entity_type != "site" or not sums.get("volume_kg_sum"):
            return
        sold = {name: sums[name] for name in ("turnover_fen_sum", "volume_kg_sum")}
        before = self._sales.put(subject, sold)
        change = None if before is None else price_change(sales_of(before), sales_of(sold))
        if before is None or change is None:
            return
        yield self._rows.data(
            INDICATOR,
            subject,
            self._rows.edition(INDICATOR, subject.window_start),
            FINAL,
            value=as_float(change),
            observations=2,
            inputs={
                "turnover_fen": sold["turnover_fen_sum"],
                "volume_kg": sold["volume_kg_sum"],
                "turnover_fen_before": before["turnover_fen_sum"],
                "volume_kg_before": before["volume_kg_sum"],
            },
            details={},
        )
