"""What is wrong with a file that people write, where, and what is to be done? All of it at once, one line a problem."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)
_SHOWN = 60
_CREDIT_CODE = re.compile(r"\b[0-9A-Za-z]{18}\b")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: file, line (the first is 1), field, and in words what it is and what to do."""

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.field}: {self.text}"


class ReferenceDataError(ValueError):
    """Reference data cannot be used; `problems` are all that is wrong with it."""

    def __init__(self, what: str, problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([what, *(f"  {problem}" for problem in self.problems)]))


class Problems:
    """Collects what is wrong, and what is only worth knowing."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.notes: list[Problem] = []

    def add(self, file: str, line: int, field: str, text: str) -> None:
        """Something is wrong. What looks like a plain credit code is not repeated."""
        if file.startswith("enterprises"):
            field, text = (
                _CREDIT_CODE.sub("(18 characters)", field),
                _CREDIT_CODE.sub("(18 characters)", text),
            )
        self.found.append(Problem(file, line, field, text))

    def note(self, file: str, line: int, field: str, text: str) -> None:
        """Something is worth knowing, and may be meant."""
        self.notes.append(Problem(file, line, field, text))


def checked(
    model: type[Model],
    values: Mapping[str, Any],
    file: str,
    lines: Mapping[str, int] | int,
    problems: Problems,
) -> Model | None:
    """The values as a model, or None when they are none; every field that is wrong is told.

    `lines` says on which line each field stands, or the one line of them all.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        for wrong in error.errors():
            path = [str(part) for part in wrong["loc"] if part != "[key]"]
            first = path[0] if path else "row"
            line = lines if isinstance(lines, int) else lines.get(first, lines.get("", 1))
            problems.add(file, line, ".".join(path) or "row", _in_words(model, wrong))
        return None


def _in_words(model: type[BaseModel], wrong: Mapping[str, Any]) -> str:
    if wrong["type"] == "missing":
        return "is missing: add it"
    if wrong["type"] == "extra_forbidden":
        return f"is no part of it: remove it, or correct its name to one of {', '.join(names_of(model))}"
    reason = wrong.get("ctx", {}).get("error")
    return str(reason) if reason is not None else f"is {shown(wrong['input'])}: {wrong['msg']}; correct it"


def names_of(model: type[BaseModel]) -> Sequence[str]:
    """The names of a model's fields as files write them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def shown(value: object) -> str:
    """A value as a message shows it: short."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
