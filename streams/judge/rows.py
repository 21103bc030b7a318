"""What does one row of `city.indicators.v1` look like? Builds rows; decides nothing about values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from indicators.catalog import INDICATORS, Indicator
from indicators.catalog.declaration import Figure
from indicators.standard import Edition
from indicators.targets import TARGETS, CityTarget, targets_of
from indicators.targets.judging import Reading, judge
from indicators.targets.text import wanted
from indicators.validity import Validity

Row = dict[str, Any]
Statistic = Mapping[str, Any]

_NOTHING_CAME = {"reason": "nothing_came"}

DAILY = "_daily"
"""An hour and its day begin together, so a day's indicator has a name of its own."""

FINAL_DATA = 999
FINAL_NO_DATA = 900
"""Revisions of a whole window: data always wins over "no data", in whichever order they come and come again."""
GENERATION = 1_000_000
"""What one generation of statistics adds to a revision: whatever an earlier one told loses."""


class Subject(NamedTuple):
    """Whom and which window a row is about. Times are epoch milliseconds."""

    entity_type: str
    entity_id: str
    area_id: str | None
    window_start: int
    window_end: int
    run_id: str


class Judged(Protocol):
    """What every result of `indicators` says about its standard."""

    @property
    def standard(self) -> str: ...
    @property
    def edition(self) -> str: ...
    @property
    def clause(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Version:
    """How often a window has been computed: the higher revision wins."""

    finality: str
    revision: int


FINAL = Version("final", FINAL_DATA)
NO_DATA = Version("final", FINAL_NO_DATA)


@lru_cache(maxsize=1024)
def version_of_step(step: int) -> Version:
    """Version of a whole window (step 0) or of its n-th partial result. ValueError beyond what revisions hold."""
    if step == 0:
        return FINAL
    if not 0 < step < FINAL_NO_DATA:
        raise ValueError(
            f"step {step} does not fit into a revision: a window has at most {FINAL_NO_DATA - 1} steps"
        )
    return Version("provisional", step)


class Civil:
    """The civil calendar of the city."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self.date_of = lru_cache(maxsize=4096)(self._date_of)

    def _date_of(self, at_ms: int) -> date:
        return datetime.fromtimestamp(at_ms / 1000, self._zone).date()

    def hour_of(self, at_ms: int) -> int:
        """Hour of the civil clock, 0 to 23."""
        return datetime.fromtimestamp(at_ms / 1000, self._zone).hour

    def minute_of(self, at_ms: int) -> int:
        """Minute of the civil day, 0 to 1,439."""
        shown = datetime.fromtimestamp(at_ms / 1000, self._zone)
        return 60 * shown.hour + shown.minute

    def day(self, civil_date: date) -> tuple[int, int]:
        """Start, included, and end, excluded, of a civil day, epoch milliseconds."""
        return self._midnight(civil_date), self._midnight(civil_date + timedelta(days=1))

    def _midnight(self, civil_date: date) -> int:
        return int(
            datetime(civil_date.year, civil_date.month, civil_date.day, tzinfo=self._zone).timestamp() * 1000
        )


class Rows:
    """Builds rows of one line. `computed_at` is filled in by whoever has a wall clock."""

    def __init__(
        self,
        mode: str,
        zone: str,
        catalog: Mapping[str, Indicator] = INDICATORS,
        targets: Mapping[str, CityTarget] = TARGETS,
    ) -> None:
        self._mode = mode
        self._catalog = catalog
        self._targets = {id_: found for id_ in catalog if (found := targets_of(targets, id_))}
        self._edition_on = lru_cache(maxsize=4096)(
            lambda indicator_id, civil_date: catalog[indicator_id].edition_on(civil_date)
        )
        self.civil = Civil(zone)

    def edition(self, indicator_id: str, window_start: int) -> Edition:
        """The edition that judges an indicator on the civil day of a window. Raises LookupError."""
        found: Edition = self._edition_on(indicator_id, self.civil.date_of(window_start))
        return found

    def declared(self, measure: str) -> list[Indicator]:
        """The indicators of a measure."""
        return [found for found in self._catalog.values() if found.measure == measure]

    def data(
        self,
        indicator_id: str,
        subject: Subject,
        judged: Judged,
        version: Version,
        *,
        value: float | None,
        observations: int,
        validity: Validity = "valid",
        grade: str | None = None,
        expected: int | None = None,
        inputs: Mapping[str, int],
        details: Mapping[str, str],
        exact: Fraction | None = None,
    ) -> Row:
        """A judged value. Where a target is set for it, `exact` is what is held against the target."""
        if indicator_id in self._targets:
            details = {**details, **self._against_targets(indicator_id, subject, exact, observations)}
        return {
            "indicator_id": indicator_id,
            "entity_type": subject.entity_type,
            "entity_id": subject.entity_id,
            "area_id": subject.area_id,
            "window_start": subject.window_start,
            "window_end": subject.window_end,
            "value": value,
            "unit": self._catalog[indicator_id].unit,
            "grade": grade,
            "validity": validity,
            "observations": observations,
            "expected": expected,
            "standard": judged.standard,
            "edition": judged.edition,
            "clause": judged.clause,
            "finality": version.finality,
            "revision": version.revision,
            "computed_at": 0,
            "inputs": inputs,
            "details": details,
            "mode": self._mode,
            "run_id": subject.run_id,
        }

    def figure(
        self,
        indicator: Indicator,
        subject: Subject,
        figure: Figure,
        version: Version,
        *,
        observations: int,
        expected: int | None = None,
        sums: Mapping[str, int],
    ) -> Row:
        """What a declared formula says of the sums of a window, with the inputs that the indicator names."""
        return self.data(
            indicator.id,
            subject,
            self.edition(indicator.id, subject.window_start),
            version,
            value=figure.value,
            grade=figure.grade,
            validity=figure.validity,
            observations=observations,
            expected=expected,
            inputs={name: sums[name] for name in indicator.inputs if name in sums},
            details=figure.details,
            exact=figure.exact,
        )

    def _against_targets(
        self, indicator_id: str, subject: Subject, exact: Fraction | None, observations: int
    ) -> dict[str, str]:
        """How each target of an indicator stands by this row: the details that say so."""
        details: dict[str, str] = {}
        year = self.civil.date_of(subject.window_start).year
        for target in self._targets[indicator_id]:
            reading = None if exact is None else Reading(exact, year, observations or None)
            judgement = judge(target, reading)
            details[f"target.{target.id}"] = wanted(target)
            details[f"target_status.{target.id}"] = judgement.status
            if judgement.attainment_float is not None:
                details[f"target_attainment.{target.id}"] = f"{judgement.attainment_float:.3f}"
        return details

    def no_data(self, indicator_id: str, subject: Subject, *, expected: int | None = None) -> Row:
        """The row of an expected entity from which nothing came in the window."""
        return self.data(
            indicator_id,
            subject,
            self.edition(indicator_id, subject.window_start),
            NO_DATA,
            value=None,
            observations=0,
            validity="no_data",
            expected=expected,
            inputs={},
            details=_NOTHING_CAME,
        )


def clock_row(measure: str, start: int, end: int, step: int, run_id: str) -> dict[str, Any]:
    """The statistic of a window that says that time has passed, as a job writes it."""
    return {
        "measure": measure,
        "entity_type": "clock",
        "entity_id": "clock",
        "area_id": None,
        "window_start": start,
        "window_end": end,
        "step": step,
        "observations": 0,
        "sums": {},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": run_id,
        "generation": 0,
    }


def subject_of(statistic: Statistic) -> Subject:
    """Whom and which window a statistic is about."""
    return Subject(
        statistic["entity_type"],
        statistic["entity_id"],
        statistic["area_id"],
        statistic["window_start"],
        statistic["window_end"],
        statistic["run_id"],
    )
