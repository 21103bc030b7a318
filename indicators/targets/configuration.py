"""What has this city set instead of the defaults?

The values, baselines and due years are plain data (text, as a settings file holds it), keyed by target id.
A refusal names the target and says what to write instead.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from indicators.targets.declaration import Baseline, CityTarget

Targets = Mapping[str, CityTarget]
# Short enough that no setting can ask for a number of a million digits.
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_YEAR = re.compile(r"[0-9]{4}")
_REQUIRED = frozenset({"value", "year", "period"})
_FIELDS = _REQUIRED | {"like"}


def configured(targets: Targets, chosen: Mapping[str, object]) -> Targets:
    """The targets with all that a city has set: "values", "baselines" and "due_years", each as below.

    Raises LookupError for an unknown target, ValueError for anything else that is not as described.
    """
    unknown = sorted(repr(name) for name in chosen if name not in _SECTIONS)
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no part of it: its parts are {', '.join(_SECTIONS)}")
    for name, apply in _SECTIONS.items():
        section = chosen.get(name, {})
        if not isinstance(section, Mapping):
            raise ValueError(f"{name} is {section!r}: write each target's id and what it is set to")  # noqa: TRY004
        targets = apply(targets, section)
    return targets


def with_values(targets: Targets, values: Mapping[str, str]) -> Targets:
    """The targets as high as the city sets them: target id -> decimal text, for example "0.92".

    Raises LookupError for an unknown target, ValueError for what is no decimal or cannot be its value.
    """
    _check_known(targets, values)
    changed = {
        id_: replace(targets[id_], value=_decimal(text, f"the value of {id_}"))
        for id_, text in values.items()
    }
    return {**targets, **changed}


def with_baselines(targets: Targets, baselines: Mapping[str, Mapping[str, str]]) -> Targets:
    """The targets with their baselines: target id -> value, year, period and, where it matters, like.

    Raises LookupError for an unknown target, ValueError for a field that is missing, unknown or wrong.
    """
    _check_known(targets, baselines)
    changed = {
        id_: replace(targets[id_], baseline=_baseline(fields, id_)) for id_, fields in baselines.items()
    }
    return {**targets, **changed}


def with_due_years(targets: Targets, years: Mapping[str, str]) -> Targets:
    """The targets with their due years: target id -> four digits; a number of years from the base year gives way.

    Raises LookupError for an unknown target, ValueError for what is no year or not after the base year.
    """
    _check_known(targets, years)
    changed = {
        id_: replace(targets[id_], due_year=_year(text, f"the due year of {id_}"), due_within_years=None)
        for id_, text in years.items()
    }
    return {**targets, **changed}


def _check_known(targets: Targets, settings: Iterable[str]) -> None:
    unknown = sorted(repr(id_) for id_ in settings if id_ not in targets)
    if unknown:
        raise LookupError(f"no target is called {', '.join(unknown)}: the targets are {', '.join(targets)}")


def _baseline(fields: object, id_: str) -> Baseline:
    what = f"the baseline of {id_}"
    if not isinstance(fields, Mapping):
        raise ValueError(f"{what} is {fields!r}: give its value, year and period")  # noqa: TRY004
    missing = sorted(_REQUIRED - set(fields))
    if missing:
        raise ValueError(f"{what} lacks {', '.join(missing)}: add it")
    unknown = sorted(repr(field) for field in fields if field not in _FIELDS)
    if unknown:
        raise ValueError(f"{what} has {', '.join(unknown)}: its fields are {', '.join(sorted(_FIELDS))}")
    return Baseline(
        value=_decimal(fields["value"], f"{what}, its value,"),
        year=_year(fields["year"], f"{what}, its year,"),
        period=_text(fields["period"], f"{what}, its period,"),
        like=_text(fields.get("like", ""), f"{what}, its like,"),
    )


def _decimal(text: object, what: str) -> Fraction:
    if not isinstance(text, str) or _DECIMAL.fullmatch(text) is None:
        raise ValueError(f'{what} is {text!r}: write a decimal as text, for example "0.9"')
    return Fraction(text)


def _year(text: object, what: str) -> int:
    if not isinstance(text, str) or _YEAR.fullmatch(text) is None:
        raise ValueError(f'{what} is {text!r}: write four digits as text, for example "2027"')
    return int(text)


def _text(text: object, what: str) -> str:
    if not isinstance(text, str):
        raise ValueError(f"{what} is {text!r}: write it as text")  # noqa: TRY004
    return text


# Baselines first: a due year has to lie after its base year.
_SECTIONS: Mapping[str, Callable[[Targets, Mapping[str, Any]], Targets]] = {
    "baselines": with_baselines,
    "values": with_values,
    "due_years": with_due_years,
}
