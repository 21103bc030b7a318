"""What is an indicator, before any value of it?

One declaration an indicator, as data: docs, panels, tables and contracts are generated from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from indicators.grades import GradeScale
from indicators.standard import Edition, edition_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One published number and everything that a reader has to know to trust it.

    `id` is `<system>.<name>`; `entity_types` are the grains it is published at; `window` is an ISO 8601
    duration aligned to the civil clock; `unit` is "1" for a ratio or an index. `direction` says which way is
    better, None where neither is. `editions` hold every edition that may judge it, one on each civil day.
    `target` is in `unit`, None where the city has not set one. `public` numbers may leave the centre,
    but only from a live line. `measure` names the statistic that it is judged from.
    """

    id: str
    name_en: str
    name_zh: str
    question: str
    unit: str
    direction: Literal["lower", "higher"] | None
    entity_types: tuple[str, ...]
    window: str
    formula: str
    editions: tuple[Edition, ...]
    measure: str
    owner_department: str
    public: bool
    grades: GradeScale | None = None
    target: Fraction | None = None

    @property
    def system(self) -> str:
        """The slug that also names the topic, the tables, the job and the dashboard page."""
        return self.id.partition(".")[0]

    @property
    def standard(self) -> str:
        """The standard's number without its year; "project" where the definition is ours."""
        return self.editions[0].standard

    @property
    def clause(self) -> str:
        """The clauses, edition by edition."""
        return "; ".join(f"{edition.edition}: {edition.clause}" for edition in self.editions)

    def edition_on(self, civil_date: date) -> Edition:
        """The edition that judges this indicator on a civil day; LookupError where there is none."""
        return edition_on(self.editions, civil_date)


def by_id(*declared: Iterable[Indicator]) -> Mapping[str, Indicator]:
    """All declarations under their ids, in order. Raises ValueError when an id is declared twice."""
    found: dict[str, Indicator] = {}
    for indicator in (indicator for group in declared for indicator in group):
        if indicator.id in found:
            raise ValueError(f"indicator {indicator.id} is declared twice: give one of them another id")
        found[indicator.id] = indicator
    return found
