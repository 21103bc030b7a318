"""What has the city declared of its operations? Combinations of joint events, modes, shifts: three YAML files."""

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "operations"
_Kind = TypeVar("_Kind")
METRES_MAX = 5_000
MINUTES_MAX = 120


class OperationsError(ValueError):
    """A declaration that cannot be used; names the file, the field, what is wrong and what to write."""


def _clock(text: object) -> time:
    if not isinstance(text, str):
        raise ValueError('write a time of day in quotes, as "08:00"')  # noqa: TRY004 -- pydantic tells a ValueError
    return time.fromisoformat(text)


def _different(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(items)) != len(items):
        raise ValueError("the same name is there twice: keep one of them")
    return items


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


Name = Annotated[str, Field(min_length=1, max_length=80)]
Names = Annotated[tuple[Name, ...], AfterValidator(_different)]
Clock = Annotated[time, BeforeValidator(_clock)]


class Combination(_Declared):
    """Members of two of these systems (of alerts) or kinds (of cases) are one when they are this near."""

    id: Name
    name_zh: Name
    name_en: Name
    between: Annotated[Names, Field(min_length=2)]
    within_metres: Annotated[int, Field(ge=10, le=METRES_MAX)]
    within_minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)]


class Period(_Declared):
    """Civil days, both included."""

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"ends on {self.last}, before it begins on {self.first}: exchange them")
        return self


class ModeDeclared(_Declared):
    """A mode of the city."""

    id: Name
    name_zh: Name
    name_en: Name
    baseline_class: Name | None = None
    duty_level: Name | None = None
    areas: Names = ()
    key_places: Names = ()
    periods: tuple[Period, ...] = ()


class ShiftDeclared(_Declared):
    """A shift of each civil day; one that ends at or before its begin ends on the day after."""

    id: Name
    begins: Annotated[Clock, Field(alias="from")]
    ends: Annotated[Clock, Field(alias="to")]
    roles: Mapping[Name, Name]


class _Joint(_Declared):
    combinations: tuple[Combination, ...]


class _Modes(_Declared):
    modes: tuple[ModeDeclared, ...]


class Roster(_Declared):
    """Shifts of a day, roles in the order in which they are called, and levels of duty, the usual one first."""

    duty_levels: Annotated[Names, Field(min_length=1)]
    escalation: Annotated[Names, Field(min_length=1)]
    shifts: Annotated[tuple[ShiftDeclared, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _each_once("shifts", [shift.id for shift in self.shifts])
        for shift, following in zip(self.shifts, (*self.shifts[1:], self.shifts[0]), strict=True):
            if missing := set(self.escalation) - set(shift.roles):
                raise ValueError(
                    f"nobody holds {', '.join(sorted(missing))} in shift {shift.id}: name who does"
                )
            if shift.ends != following.begins:
                raise ValueError(
                    f"shift {shift.id} ends at {shift.ends:%H:%M} and {following.id} begins at "
                    f"{following.begins:%H:%M}: somebody must always be on duty"
                )
        return self


class Operations(_Declared):
    """All of it."""

    combinations: tuple[Combination, ...]
    modes: tuple[ModeDeclared, ...]
    roster: Roster

    @model_validator(mode="after")
    def _levels_exist(self) -> Self:
        _each_once("combinations", [one.id for one in self.combinations])
        _each_once("modes", [one.id for one in self.modes])
        for mode in self.modes:
            if mode.duty_level is not None and mode.duty_level not in self.roster.duty_levels:
                levels = ", ".join(self.roster.duty_levels)
                raise ValueError(f"mode {mode.id} asks for duty level {mode.duty_level}; there are {levels}")
        return self

    def mode(self, mode_id: str) -> ModeDeclared | None:
        """The mode of a name, if it is declared."""
        return next((mode for mode in self.modes if mode.id == mode_id), None)


def read_operations(folder: Path = DEFAULT_FOLDER) -> Operations:
    """The declarations of a folder. Raises OperationsError for what is missing or wrong in it."""
    joint = _read(folder / "joint.yaml", _Joint)
    modes = _read(folder / "modes.yaml", _Modes)
    roster = _read(folder / "shifts.yaml", Roster)
    try:
        return Operations(combinations=joint.combinations, modes=modes.modes, roster=roster)
    except ValidationError as error:
        raise OperationsError(f"{folder}: {_words(error)}") from error


def _read(file: Path, kind: type[_Kind]) -> _Kind:
    try:
        found: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        return TypeAdapter(kind).validate_python(found)
    except OSError as error:
        raise OperationsError(f"{file} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise OperationsError(f"{file} is no YAML: {error}") from error
    except ValidationError as error:
        raise OperationsError(f"{file}: {_words(error)}") from error


def _words(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "as a whole"
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"


def _each_once(what: str, names: list[str]) -> None:
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{what} name {', '.join(sorted(twice))} twice: keep one of them")
