"""What is an indicator, before any value of it?

One declaration an indicator, as data: docs, panels, tables and contracts are generated from it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from indicators.grades import GradeScale
from indicators.standard import Edition, edition_on
from indicators.validity import Validity

SIMULATOR = "simulator"
"""The city of which every number is known."""

Sums = Mapping[str, int]
"""Additive values of a window by name, unit and resolution in the name; exact integers."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What an indicator says of one window.

    `value` is in the indicator's unit, None where none may be published; then `validity` says so and the detail
    `reason` why. `details` are what the standard asks to be said beside it. `exact` is the value before it was
    rounded: what a target of the city is held against.
    """

    value: float | None
    grade: str | None = None
    validity: Validity = "valid"
    details: Mapping[str, str] = field(default_factory=dict)
    exact: Fraction | None = None


Formula = Callable[[str, Sums], Figure]
"""(entity type, sums of the window) to the figure. Raises ValueError or KeyError for sums that cannot be judged."""


class PartOfDay(NamedTuple):
    """One window of a civil day: the hour of the civil clock in which it began, and its sums."""

    hour: int
    sums: Sums


DayFormula = Callable[[str, Sequence[PartOfDay], int], Figure]
"""(entity type, windows of a civil day that are known, how many it has) to the figure. Raises as `Formula`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One published number and everything that a reader has to know to trust it.

    `id` is `<system>.<name>`; `entity_types` are the grains it is published at; `window` is an ISO 8601
    duration aligned to the civil clock; `unit` is "1" for a ratio or an index. `direction` says which way is
    better, None where neither is. `editions` hold every edition that may judge it, one on each civil day;
    `variants` are judged by only where somebody names them.
    `bounds` are the least and greatest value that it can have, None where there is none. `public` numbers may
    leave the centre, but only from a live line. `measure` names the statistic that it is judged from. `judged` is
    its formula where the sums of one window are enough, and `inputs` name the sums to show; None where the system's
    own judge has to remember more than the window. `judged_of_day` is its formula where it is of a civil day and the
    sums of that day's windows are enough; it sees the sums that `inputs` name. Where its window is an hour and the measure's is shorter, the
    sums of the hour are added first. `proved_by` names the recordings, and the simulator, against which it was checked
    by an independent calculation. `coverage_of` names the entity type whose reporting it counts.
    Targets that a city has set for it are declared beside the catalog, in `indicators.targets`.
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
    variants: tuple[Edition, ...] = ()
    bounds: tuple[int | None, int | None] = (None, None)
    judged: Formula | None = None
    judged_of_day: DayFormula | None = None
    inputs: tuple[str, ...] = ()
    coverage_of: str | None = None
    proved_by: tuple[str, ...] = (SIMULATOR,)
    grades: GradeScale | None = None

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

    def edition_named(self, name: str) -> Edition:
        """The edition or variant that people mean by a name such as `HJ-633-2012` or `HJ 633-2012/text`.

        A name without a variant is the edition by that year; where only variants of it judge, the first of them.
        Raises LookupError with the names that there are.
        """
        wanted = name.replace(" ", "-").casefold()
        known = {
            edition.name.replace(" ", "-").casefold(): edition for edition in (*self.editions, *self.variants)
        }
        for key, edition in known.items():
            if key == wanted or key.partition("/")[0] == wanted:
                return edition
        names = ", ".join(edition.name.replace(" ", "-") for edition in known.values())
        raise LookupError(f"{self.id} is not judged by {name}: it knows {names}")


def by_id(*declared: Iterable[Indicator]) -> Mapping[str, Indicator]:
    """All declarations under their ids, in order. Raises ValueError when an id is declared twice."""
    found: dict[str, Indicator] = {}
    for indicator in (indicator for group in declared for indicator in group):
        if indicator.id in found:
            raise ValueError(f"indicator {indicator.id} is declared twice: give one of them another id")
        found[indicator.id] = indicator
    return found
