"""What is a kind of case? Its states, its clocks with their deadlines, its departments: as `cases/kinds.yaml` declares."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from indicators.service_deadlines import Limit
from indicators.workdays import HolidayYear, WorkCalendar, hours
from indicators.workdays_china import CHINA_YEARS

SUPERVISION = "supervision"
"""The clock of the supervision mark (督办)."""
OUTCOMES = ("handled", "false", "transferred", "withdrawn")
"""How a case of any kind may end."""

_AMOUNT = re.compile(r"([1-9][0-9]*) (second|minute|hour|day|workday|working minute|working hour)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "working minute": 60, "working hour": 3_600}
_DAY_S = 86_400


def limit_of(text: object) -> Limit | None:
    """A limit such as `15 minutes`, `5 workdays` or `2 working hours`; None for `none`. ValueError for another text."""
    if text is None or isinstance(text, Limit) or text == "none":
        return text if isinstance(text, Limit) else None
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if match is None or match[2] == "day":
        raise ValueError(
            f"is {text!r}: write for example `15 minutes`, `5 workdays`, `2 working hours` or `none`"
        )
    amount, unit = int(match[1]), match[2]
    if unit == "workday":
        return Limit(amount, "workdays")
    return Limit(amount * _SECONDS[unit], "working_seconds" if unit.startswith("working") else "seconds")


def _span_of(text: object) -> timedelta:
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if isinstance(text, timedelta):
        return text
    if match is None or match[2].startswith("work"):
        raise ValueError(f"is {text!r}: write for example `48 hours` or `90 days`")
    return timedelta(seconds=int(match[1]) * (_DAY_S if match[2] == "day" else _SECONDS[match[2]]))


OptionalLimit = Annotated[Limit | None, BeforeValidator(limit_of)]
Span = Annotated[timedelta, BeforeValidator(_span_of)]
Word = Annotated[str, Field(min_length=1, max_length=100)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class _Fitting(_Declared):
    """What holds for cases of a type and level; without either, for all."""

    type: Word | None = None
    level: Annotated[int, Field(ge=1, le=4)] | None = None

    def fits(self, type_: str | None, level: int | None) -> bool:
        """Whether it holds for such a case."""
        return self.type in (None, type_) and self.level in (None, level)


class LimitFor(_Fitting):
    """The deadline of a clock for some cases; the first that fits holds."""

    limit: OptionalLimit


class DepartmentsFor(_Fitting):
    """Who leads and assists in some cases; the first that fits holds."""

    lead: Word
    assisting: tuple[Word, ...] = ()


class Clock(_Declared):
    """A clock starts when one of `starts` is entered and ends with one of `ends`, or when the case closes.

    `at_risk_percent` of its limit is the lead at which a case is told to be at risk: 80 is 12 of 15 minutes. With
    `from_source` the deadline that the source says of a case itself goes before the declared ones.
    """

    starts: tuple[Word, ...] = Field(min_length=1)
    ends: tuple[Word, ...] = Field(min_length=1)
    limits: tuple[LimitFor, ...] = ()
    at_risk_percent: Annotated[int, Field(ge=1, le=99)] = 80
    calendar: Word = "office"
    from_source: bool = False

    def limit(self, type_: str | None, level: int | None) -> Limit | None:
        """The declared limit of a case; None where it has none."""
        return next((found.limit for found in self.limits if found.fits(type_, level)), None)


class Supervision(_Declared):
    """Until when a supervised case has to be answered for, where the command does not say."""

    limit: OptionalLimit = None
    calendar: Word = "office"
    at_risk_percent: Annotated[int, Field(ge=1, le=99)] = 80


class Kind(_Declared):
    """A kind of case. The first of `states` is that of opening.

    `transitions`: state to those that may follow; out of a closing state it is a reopening. `marks`: steps that end
    clocks and are no states. `closing`: state to the outcome that it stands for. `steps`: steps of the source to
    state or mark; others say nothing of the case. `verdicts`: what the source says of the end to an outcome.
    `outcome_without`: a state to the outcome of a case that never was in it. `repeats`: states that several units
    may reach, the first counts. With `units` a case closes when each unit that was heard of is free.
    `expires`: without a word for so long an open case is excluded. `kept`: for how long a closed one is remembered.
    """

    id: str
    name_en: Word
    name_zh: Word
    system: str | None = None
    states: tuple[Word, ...] = Field(min_length=2)
    marks: tuple[Word, ...] = ()
    transitions: Mapping[str, tuple[str, ...]]
    closing: Mapping[str, Word] = Field(min_length=1)
    steps: Mapping[str, str] = {}
    verdicts: Mapping[str, Word] = {}
    outcome_without: Mapping[str, Word] = {}
    repeats: tuple[str, ...] = ()
    units: bool = False
    pauses: bool = False
    clocks: Mapping[str, Clock] = {}
    departments: tuple[DepartmentsFor, ...] = Field(min_length=1)
    exclusions: tuple[Word, ...] = ()
    supervision: Supervision = Supervision()
    expires: Span
    kept: Span = timedelta(hours=48)

    @field_validator("states", "marks")
    @classmethod
    def _each_once(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        both = [*info.data.get("states", ()), *names]
        if len(set(both)) != len(both):
            raise ValueError(f"names {', '.join(names)}, and one of them twice: states and marks differ")
        return names

    @field_validator("transitions")
    @classmethod
    def _transitions_known(cls, found: Mapping[str, tuple[str, ...]], info: ValidationInfo) -> Any:
        _known([*found, *(state for states in found.values() for state in states)], info, "states")
        return found

    @field_validator("closing", "outcome_without")
    @classmethod
    def _keys_are_states(cls, found: Mapping[str, str], info: ValidationInfo) -> Any:
        _known(found, info, "states")
        return found

    @field_validator("repeats")
    @classmethod
    def _repeats_known(cls, found: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        _known(found, info, "states")
        return found

    @field_validator("steps")
    @classmethod
    def _steps_lead_somewhere(cls, found: Mapping[str, str], info: ValidationInfo) -> Any:
        _known(found.values(), info, "states", "marks")
        return found

    @field_validator("clocks")
    @classmethod
    def _clocks_run_between_states(cls, found: Mapping[str, Clock], info: ValidationInfo) -> Any:
        if SUPERVISION in found:
            raise ValueError(f"names a clock {SUPERVISION!r}, which is that of the supervision mark")
        for name, clock in found.items():
            _known(clock.starts, info, "states", what=f"{name} starts in")
            _known(clock.ends, info, "states", "marks", what=f"{name} ends with")
        return found

    @field_validator("departments")
    @classmethod
    def _somebody_leads_the_rest(cls, found: tuple[DepartmentsFor, ...]) -> tuple[DepartmentsFor, ...]:
        if not found[-1].fits(None, None):
            raise ValueError(
                "ends with departments of a type or level: the last entry holds for all the rest"
            )
        return found

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome that a case of this kind may have."""
        own = (*self.closing.values(), *self.verdicts.values(), *self.outcome_without.values())
        return tuple(dict.fromkeys((*OUTCOMES, *own)))

    @property
    def slug(self) -> str:
        """The system whose clock it follows; empty where it has none of its own."""
        return self.system or ""

    def departments_of(self, type_: str | None, level: int | None) -> DepartmentsFor:
        """Who leads and assists."""
        return next(found for found in self.departments if found.fits(type_, level))


def _known(names: Any, info: ValidationInfo, *among: str, what: str = "names") -> None:
    """Raise ValueError for a name that is none of the kind's states or marks."""
    there = [name for field in among for name in info.data.get(field, ())]
    # What is wrong with the states themselves is told already.
    if "states" in info.data and (unknown := [name for name in names if name not in there]):
        raise ValueError(f"{what} {', '.join(unknown)}: there are {', '.join(there)}")


class DeclaredYear(_Declared):
    """The holidays and make-up working days of one year, and where they were declared."""

    year: int
    holidays: frozenset[date]
    makeup_days: frozenset[date] = frozenset()
    source: Word


class Calendar(_Declared):
    """When an office works: its hours, and the years whose holidays are declared; `china` are the shipped ones."""

    hours: tuple[str, ...]
    years: Literal["china"] | tuple[DeclaredYear, ...] = "china"

    @field_validator("hours")
    @classmethod
    def _hours_are_spans(cls, spans: tuple[str, ...]) -> tuple[str, ...]:
        hours(*spans)
        return spans

    @field_validator("years")
    @classmethod
    def _days_of_their_year(cls, years: Any) -> Any:
        _years(years)
        return years

    def of_zone(self, id_: str, zone: ZoneInfo) -> WorkCalendar:
        """The calendar in a city's civil time."""
        return WorkCalendar(id_, zone, _years(self.years), hours(*self.hours))


def _years(declared: Any) -> tuple[HolidayYear, ...]:
    if declared == "china":
        return CHINA_YEARS
    return tuple(HolidayYear(one.year, one.holidays, one.makeup_days, one.source) for one in declared)


class Kinds:
    """Every kind of case, and the calendars of their clocks in the city's civil time."""

    def __init__(self, kinds: Mapping[str, Kind], calendars: Mapping[str, Calendar], zone: str) -> None:
        self._kinds = dict(kinds)
        civil = ZoneInfo(zone)
        self.calendars = {id_: declared.of_zone(id_, civil) for id_, declared in calendars.items()}

    def get(self, id_: str) -> Kind | None:
        """The kind of a name, None where there is none."""
        return self._kinds.get(id_)

    def __iter__(self) -> Any:
        """Every kind, in the order of the file."""
        return iter(self._kinds.values())

    @property
    def systems(self) -> tuple[str, ...]:
        """Slugs of the systems whose events tell of cases."""
        return tuple(dict.fromkeys(kind.system for kind in self if kind.system))
