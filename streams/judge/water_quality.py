"""Which share of a place's stations keeps the class of its section? Counts stations when an hour is over."""

from collections import Counter
from collections.abc import Iterable, Sequence

from indicators.rounding import ratio_to_float
from indicators.water_stations import class_of_hour, keeps_target
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Statistic, Subject
from streams.judge.window import Entity, Place, WindowFold, places_of

INDICATOR = "water-quality.meeting_target_ratio"
KEPT_WINDOWS = 24
"""Longer than windows stay open beside each other."""


class TargetsKept(WindowFold):
    """One measure. What it remembers is which stations of an hour could be judged, and what came of it."""

    adds = (INDICATOR,)

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """Nothing yet: a place is told of when all of its stations were heard."""
        if statistic["entity_type"] == "station" and statistic["sums"]:
            key = f"{self._prefix(statistic['run_id'])}{statistic['window_start']:015d}|{statistic['entity_id']}"
            kept = keeps_target(class_of_hour(statistic["sums"]))
            if kept is None:
                self._state.remove(key)
            else:
                self._state.put(key, {"area": statistic["area_id"], "kept": kept})
        return ()

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """One row for each place in which a station stands."""
        prefix = self._prefix(run_id)
        judged: Counter[Place] = Counter()
        keeping: Counter[Place] = Counter()
        for key, found in list(self._state.items(prefix)):
            start = int(key[len(prefix) :].partition("|")[0])
            if start == span.start:
                for place in places_of(found["area"]):
                    judged[place] += 1
                    keeping[place] += found["kept"]
            elif start < span.start - KEPT_WINDOWS * (span.end - span.start):
                self._state.remove(key)
        expected = Counter(
            place
            for entity in roster
            if entity["entity_type"] == "station"
            for place in places_of(entity["area_id"])
        )
        for place in sorted(expected.keys() | judged.keys()):
            subject = Subject(*place, place[1], span.start, span.end, run_id)
            yield self._row(subject, keeping[place], judged[place], expected[place])

    def _row(self, subject: Subject, keeping: int, judged: int, expected: int) -> Row:
        return self._rows.data(
            INDICATOR,
            subject,
            self._rows.edition(INDICATOR, subject.window_start),
            FINAL,
            value=ratio_to_float(keeping, judged) if judged else None,
            validity="valid" if judged else "no_data",
            observations=judged,
            expected=expected,
            inputs={"keeping": keeping, "judged": judged},
            details={} if judged else {"reason": "no_station_was_judged"},
        )

    def _prefix(self, run_id: str) -> str:
        return f"{self._measure}|{run_id}|kept|"
