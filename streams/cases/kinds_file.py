"""Which kinds of cases does this city have? Reads and checks `cases/kinds.yaml`, or a city's own file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from streams.cases.adapters import ADAPTERS
from streams.cases.kinds import Calendar, Kind, Kinds
from streams.problems import Problems, shown
from streams.yaml_lines import Document, read_yaml

SHIPPED = Path(__file__).resolve().parents[2] / "cases" / "kinds.yaml"
FILE_BYTES = 1_000_000


class KindFileError(ValueError):
    """The file of kinds cannot be used; tells everything that is wrong with it, each with its line and field."""


def kinds_of_file(path: str, zone: str) -> Kinds:
    """The kinds of a YAML file; without a path the shipped ones. Raises KindFileError."""
    file = Path(path) if path else SHIPPED
    try:
        data = file.read_bytes()
    except OSError as error:
        raise KindFileError(f"the kinds of cases in {file} cannot be read: {error}") from error
    if len(data) > FILE_BYTES:
        raise KindFileError(f"{file} is larger than {FILE_BYTES:,} bytes: is it another file?")
    return kinds_of(data, zone, file.name)


def kinds_of(data: bytes, zone: str, name: str = "kinds.yaml") -> Kinds:
    """The kinds that a file's bytes declare. Raises KindFileError."""
    problems = Problems()
    document = read_yaml(name, data, problems)
    kinds: dict[str, Kind] = {}
    calendars: dict[str, Calendar] = {}
    if document is not None:
        reading = _Reading(name, document, problems)
        calendars = reading.each("calendars", Calendar)
        kinds = reading.each("kinds", Kind, named="id")
        for kind in kinds.values():
            reading.together(kind, calendars)
    if problems.found:
        listed = "\n".join(f"  {problem}" for problem in sorted(problems.found))
        raise KindFileError(f"the kinds of cases cannot be used:\n{listed}")
    return Kinds(kinds, calendars, zone)


class _Reading:
    def __init__(self, file: str, document: Document, problems: Problems) -> None:
        self._file = file
        self._document = document
        self._problems = problems

    def each(self, section: str, model: type[Any], named: str | None = None) -> dict[str, Any]:
        """The entries of a section by their names; what is wrong with one is told."""
        content = self._document.content
        entries = content.get(section) if isinstance(content, Mapping) else None
        if not isinstance(entries, Mapping):
            self._wrong((section,), f"is missing: write `{section}:` and below it one entry a name")
            return {}
        found = {}
        for name, values in entries.items():
            if not isinstance(values, Mapping):
                self._wrong((section, name), "has no fields: write `name: value`")
                continue
            try:
                found[name] = model.model_validate({**values, named: name} if named else values)
            except ValidationError as error:
                self._tell(error, model, (section, name))
        return found

    def together(self, kind: Kind, calendars: Mapping[str, Calendar]) -> None:
        """What a kind needs of what is around it."""
        path = ("kinds", kind.id)
        if kind.system is not None and kind.system not in ADAPTERS:
            self._wrong((*path, "system"), f"is {kind.system}: cases are told of {', '.join(ADAPTERS)}")
        for name, clock in kind.clocks.items():
            if clock.calendar not in calendars:
                there = ", ".join(calendars)
                self._wrong((*path, "clocks", name, "calendar"), f"is {clock.calendar}: there are {there}")
        if kind.supervision.calendar not in calendars:
            self._wrong(
                (*path, "supervision"), f"names the calendar {kind.supervision.calendar}, which is not there"
            )

    def _tell(self, error: ValidationError, model: type[BaseModel], path: tuple[str, ...]) -> None:
        for wrong in error.errors():
            reason = wrong.get("ctx", {}).get("error")
            text = str(reason) if reason is not None else f"is {shown(wrong['input'])}: {wrong['msg']}"
            if wrong["type"] == "missing":
                text = "is missing: add it"
            if wrong["type"] == "extra_forbidden":
                text = f"is no part of it; at the top there are {', '.join(model.model_fields)}"
            self._wrong((*path, *wrong["loc"]), text)

    def _wrong(self, path: tuple[str | int, ...], text: str) -> None:
        field = ".".join(str(part) for part in path if part != "[key]")
        self._problems.add(self._file, self._document.line(*path), field, text)
