"""What does one value say of the levels of a rule? Which levels it raises, and of which it says that they are over."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from indicators.targets import TARGETS
from indicators.validity import Validity
from streams.alerts.level_steps import MISSED, LevelStep
from streams.alerts.levels import MILDEST
from streams.alerts.rule import Rule

NO_LEVEL = MILDEST + 1
_RANK: Mapping[str, int] = {"valid": 2, "valid_by_exceedance": 1, "insufficient": 0}
_UNTOLD: frozenset[Validity] = frozenset(("no_data", "not_applicable"))
_JUDGED_TARGET = frozenset(("met", "on_track", "behind"))


class Verdict(NamedTuple):
    """`raises`: the gravest level that the value raises, `NO_LEVEL` for none; all milder ones are raised with it.
    `over`: the mildest level that the value shows to be over, 0 for none; all graver ones are over with it.
    """

    raises: int
    over: int


def verdict_of(rule: Rule, row: Mapping[str, Any]) -> Verdict | None:
    """The verdict of a rule on a row of `city.indicators.v1`; None where the row says nothing of its levels."""
    if row["validity"] == "not_applicable":
        # There was nothing to be judged, so nothing can be bad.
        return _good(rule)
    if row["validity"] in _UNTOLD or _RANK[row["validity"]] < _RANK[rule.validity]:
        return None
    told = [(number, _says(rule, step, row)) for number, step in sorted(rule.levels.items())]
    if not told or any(said is None for _, said in told):
        return None
    raised = [number for number, said in told if said is not None and said[0]]
    over = [number for number, said in told if said is not None and said[1]]
    return Verdict(min(raised, default=NO_LEVEL), max(over, default=0))


def measured(rule: Rule, row: Mapping[str, Any]) -> float | None:
    """What is held against the levels: the value, or the detail that the rule names; None where there is none."""
    if rule.detail is None:
        return None if row["value"] is None else float(row["value"])
    try:
        return float(row.get("details", {})[rule.detail])
    except (KeyError, ValueError):
        return None


def threshold_of(rule: Rule, level: int) -> float | None:
    """The value at which a level begins, in the indicator's unit; None for grades and changes against a baseline."""
    step = rule.levels.get(level)
    if step is None or step.grades:
        return None
    if step.target is not None:
        target = TARGETS[step.target]
        return None if target.is_change else float(target.value)
    return step.raise_at


def _good(rule: Rule) -> Verdict:
    return Verdict(NO_LEVEL, max(rule.levels, default=0))


def _says(rule: Rule, step: LevelStep, row: Mapping[str, Any]) -> tuple[bool, bool] | None:
    """Whether the value raises a level, and whether it shows it to be over; None where it says neither."""
    if step.target is not None:
        status = row["details"].get(f"target_status.{step.target}")
        return (status in MISSED, status not in MISSED) if status in _JUDGED_TARGET else None
    if step.grades:
        return None if row["grade"] is None else _graded(rule, step, row["grade"])
    value, limit = measured(rule, row), step.raise_at
    if value is None or limit is None:
        return None
    sign = 1 if rule.bad_side == "above" else -1
    raises = sign * value > sign * limit or (rule.inclusive and value == limit)
    if step.clear is None or step.clear == limit:
        return raises, not raises
    return raises, sign * value <= sign * step.clear


def _graded(rule: Rule, step: LevelStep, grade: str) -> tuple[bool, bool] | None:
    scale = rule.declared.grades
    rank = {found.word: found.level for found in scale.grades} if scale else {}
    if grade not in rank:
        return None
    raises = rank[grade] >= min(rank[word] for word in step.grades)
    return raises, not raises
