"""What do the sums of one window say by themselves? Judges any measure by the formulas that its indicators declare."""

from collections.abc import Collection, Iterable, Mapping

from indicators.catalog import Indicator
from streams.judge.rows import Row, Rows, Statistic, subject_of, version_of_step


class SumsJudge:
    """Needs no memory: a district or city arrives as sums of its own.

    `declared` are the indicators of the measure, `grains` the entity types that it is counted for; others are folded.
    """

    def __init__(
        self, rows: Rows, declared: Collection[Indicator], grains: Collection[str] | None = None
    ) -> None:
        self._rows = rows
        self._by_type: dict[str, list[Indicator]] = {}
        for indicator in declared:
            for entity_type in indicator.entity_types:
                if grains is not None and entity_type not in grains:
                    continue
                self._by_type.setdefault(entity_type, []).append(indicator)
        self._inputs = {name for found in declared if found.judged for name in found.inputs}
        self.published: Mapping[str, tuple[str, ...]] = {
            entity_type: tuple(indicator.id for indicator in indicators)
            for entity_type, indicators in self._by_type.items()
        }

    def judged(self, statistic: Statistic) -> Iterable[Row]:
        """One row an indicator of this grain. Raises what the formulas raise for sums that cannot be judged."""
        subject = subject_of(statistic)
        version = version_of_step(statistic["step"])
        sums = statistic["sums"]
        of_other_code = any(name in sums for name in self._inputs) and not sums.keys() >= self._inputs
        for indicator in self._by_type.get(subject.entity_type, ()):
            # What an older release counted may lack what a newer one judges: then there is nothing to tell.
            if indicator.judged is None or (of_other_code and not sums.keys() >= set(indicator.inputs)):
                continue
            figure = indicator.judged(subject.entity_type, sums)
            yield self._rows.figure(
                indicator, subject, figure, version, observations=statistic["observations"], sums=sums
            )
