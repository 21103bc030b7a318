"""What do the sums of one window say by themselves? Judges any measure by the formulas that its indicators declare."""

from collections.abc import Iterable, Mapping

from indicators.catalog import Indicator
from streams.judge.rows import Row, Rows, Statistic, subject_of, version_of_step


class SumsJudge:
    """Needs no memory: a district or city arrives as sums of its own. `declared` are the indicators of the measure."""

    def __init__(self, rows: Rows, declared: Iterable[Indicator]) -> None:
        self._rows = rows
        self._by_type: dict[str, list[Indicator]] = {}
        for indicator in declared:
            for entity_type in indicator.entity_types:
                self._by_type.setdefault(entity_type, []).append(indicator)
        self.published: Mapping[str, tuple[str, ...]] = {
            entity_type: tuple(indicator.id for indicator in indicators)
            for entity_type, indicators in self._by_type.items()
        }

    def judged(self, statistic: Statistic) -> Iterable[Row]:
        """One row an indicator of this grain. Raises what the formulas raise for sums that cannot be judged."""
        subject = subject_of(statistic)
        version = version_of_step(statistic["step"])
        sums = statistic["sums"]
        for indicator in self._by_type.get(subject.entity_type, ()):
            if indicator.judged is None:
                continue
            figure = indicator.judged(subject.entity_type, sums)
            yield self._rows.figure(
                indicator, subject, figure, version, observations=statistic["observations"], sums=sums
            )
