"""From which value on is a rule's alert how grave? Each level's raise and clear value, and that they fit each other."""

import itertools
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from indicators.catalog import Indicator
from indicators.targets import TARGETS
from streams.alerts.fields import Span

MISSED = frozenset({"behind"})
"""Statuses of a target at which it is missed; a value on its way to it (`on_track`) is not."""


class LevelStep(BaseModel):
    """What raises one level: a value, the grades of the indicator's scale, or a missed target of the city.

    `clear` is the value at which the level is over, on the good side of `raise`; without it, where `raise` no longer
    holds. `hold` takes the place of the rule's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    raise_at: FiniteFloat | None = Field(default=None, alias="raise")
    clear: FiniteFloat | None = None
    grades: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    target: str | None = None
    hold: Span | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> "LevelStep":
        given = [self.raise_at is not None, bool(self.grades), self.target is not None]
        if sum(given) != 1:
            raise ValueError("needs exactly one of raise, grades and target")
        if self.clear is not None and self.raise_at is None:
            raise ValueError("has clear without raise: grades and targets are over where they no longer hold")
        return self


def check_steps(indicator: Indicator, bad_side: str, levels: Mapping[int, LevelStep]) -> None:
    """Raise ValueError, which names the level and the field, for levels that do not fit the indicator or each other."""
    for number, step in levels.items():
        _check_step(indicator, bad_side, number, step)
    if levels and len({_source(step) for step in levels.values()}) > 1:
        raise ValueError("levels: raise, grades and target are mixed; use one of them for all levels")
    sign = 1 if bad_side == "above" else -1
    steps = [(number, levels[number]) for number in sorted(levels)]
    for (grave, graver), (mild, milder) in itertools.pairwise(steps):
        for field, worse, better in (
            ("raise", graver.raise_at, milder.raise_at),
            ("clear", _clear(graver), _clear(milder)),
        ):
            if worse is not None and better is not None and sign * worse < sign * better:
                raise ValueError(
                    f"levels.{grave}.{field}: {worse:g} is milder than {better:g} of level {mild}, which is less "
                    f"grave; values go further {bad_side} from IV to I"
                )
        if graver.raise_at is not None and graver.raise_at == milder.raise_at:
            raise ValueError(f"levels.{grave}.raise: is the same as that of level {mild}; keep one of them")
        if graver.grades and milder.grades and _best(indicator, graver) <= _best(indicator, milder):
            raise ValueError(
                f"levels.{grave}.grades: are no worse than those of level {mild}; graver levels have worse grades"
            )
        if twice := set(graver.grades) & set(milder.grades):
            raise ValueError(
                f"levels.{grave}.grades: {twice.pop()} is in level {mild}, too; keep one of them"
            )


def _best(indicator: Indicator, step: LevelStep) -> int:
    """The best grade of a step; all that are worse belong to it, too."""
    scale = indicator.grades
    return min(grade.level for grade in scale.grades if grade.word in step.grades) if scale else 0


def _source(step: LevelStep) -> str:
    return "target" if step.target else "grades" if step.grades else "raise"


def _clear(step: LevelStep) -> float | None:
    return step.raise_at if step.clear is None else step.clear


def _check_step(indicator: Indicator, bad_side: str, number: int, step: LevelStep) -> None:
    where = f"levels.{number}"
    if step.grades:
        known = [grade.word for grade in indicator.grades.grades] if indicator.grades else []
        if unknown := [word for word in step.grades if word not in known]:
            there = ", ".join(known) or "none: use raise"
            raise ValueError(f"{where}.grades: {unknown[0]} is no grade of {indicator.id}; there are {there}")
    if step.target is not None:
        target = TARGETS.get(step.target)
        if target is None or target.indicator != indicator.id:
            there = ", ".join(found.id for found in TARGETS.values() if found.indicator == indicator.id)
            raise ValueError(
                f"{where}.target: {step.target} is no target of {indicator.id}; there are {there or 'none'}"
            )
    if step.raise_at is not None:
        low, high = indicator.bounds
        if (low is not None and step.raise_at < low) or (high is not None and step.raise_at > high):
            raise ValueError(
                f"{where}.raise: {step.raise_at:g} lies beyond what {indicator.id} can be, {low} to {high}, "
                f"in {indicator.unit}"
            )
        sign = 1 if bad_side == "above" else -1
        if step.clear is not None and sign * step.clear > sign * step.raise_at:
            raise ValueError(
                f"{where}.clear: {step.clear:g} is on the bad side of raise {step.raise_at:g}; "
                f"bad values are {bad_side}, so clear is not further {bad_side}"
            )
