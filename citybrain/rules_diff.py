"""What does one set of rules say otherwise than another? Field by field, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from citybrain.alert_rules import rules_in, rules_of
from streams.alerts.levels import LEVELS
from streams.alerts.rule import Rule, declaration_of


@dataclass(frozen=True)
class RuleDifference:
    """How a rule differs. word: `added`, `removed` or `changed`; lines: each field that is otherwise, in words."""

    rule_id: str
    word: str
    lines: tuple[str, ...] = ()


def rules_at(path: Path, beside: Sequence[Rule] = ()) -> tuple[Rule, ...]:
    """The rules of a folder, or of one file; rules of a file may name inhibitors that stand in `beside`.

    Raises RuleFileError.
    """
    if path.is_dir():
        return rules_in(path)
    known = {rule.id for rule in beside}
    return rules_of({path.name: path.read_bytes()}, str(path), known)


def differences(before: Sequence[Rule], after: Sequence[Rule], *, whole: bool) -> list[RuleDifference]:
    """What changes from one set to the other, by rule; `whole`: what is not in `after` is gone."""
    old, new = ({rule.id: rule for rule in rules} for rules in (before, after))
    found = []
    for rule_id in sorted({*old, *new}):
        if rule_id not in old:
            found.append(RuleDifference(rule_id, "added", tuple(_says(new[rule_id]))))
        elif rule_id not in new:
            if whole:
                found.append(RuleDifference(rule_id, "removed"))
        elif lines := tuple(_changed(old[rule_id], new[rule_id])):
            found.append(RuleDifference(rule_id, "changed", lines))
    return found


def _says(rule: Rule) -> Iterator[str]:
    yield f"{rule.name_zh} {rule.name_en}, of {rule.indicator}"
    flat = _flat(rule)
    for name in flat:
        if name.startswith(("levels", "no_data", "hold", "clear_hold")):
            yield f"{_in_words(name)}: {flat[name]}"


def _changed(before: Rule, after: Rule) -> Iterator[str]:
    old, new = _flat(before), _flat(after)
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield f"{_in_words(name)}: was {old[name]}, is no more"
        elif name not in old:
            yield f"{_in_words(name)}: is new, {new[name]}"
        elif old[name] != new[name]:
            yield f"{_in_words(name)}: from {old[name]} to {new[name]}{_tendency(old[name], new[name])}"


def _flat(rule: Rule) -> dict[str, str]:
    found: dict[str, str] = {}
    _into(found, "", orjson.loads(declaration_of(rule)))
    return found


def _into(found: dict[str, str], name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _into(found, f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, inner in enumerate(value):
            key = inner.get("rule") or inner.get("name") or inner.get("duty") or number
            _into(found, f"{name}.{key}", inner)
    elif isinstance(value, list):
        found[name] = ", ".join(str(item) for item in value) or "nothing"
    else:
        found[name] = f"{value:g}" if isinstance(value, float) else str(value)


def _in_words(name: str) -> str:
    parts = name.split(".")
    if parts[0] in {"levels", "plans"} and len(parts) > 1 and parts[1].isdigit():
        level = LEVELS[int(parts[1])]
        parts[:2] = [f"{'plan' if parts[0] == 'plans' else 'level'} {level.roman} ({level.colour_en})"]
    return " ".join(parts).replace("_", " ")


def _tendency(old: str, new: str) -> str:
    try:
        change = float(new) - float(old)
    except ValueError:
        return ""
    return f" ({change:+g})"
