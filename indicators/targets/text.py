"""What does a target say, as plain data and in words? One row a target, from which tables and pages are made."""

from fractions import Fraction
from typing import Any

from indicators.rounding import as_float
from indicators.targets.declaration import CityTarget


def wanted(target: CityTarget) -> str:
    """What the city wants, in short: `>= 0.9`, with the year where one is set."""
    value = f"{target.comparator} {as_float(target.value):g}"
    return value if target.due is None else f"{value} by {target.due}"


def target_row(target: CityTarget, owner: str | None = None) -> dict[str, Any]:
    """Text, numbers and nulls alone. `owner` answers for it, the declared one by default."""
    baseline = target.baseline
    return {
        "target_id": target.id,
        "indicator_id": target.indicator,
        "name_zh": target.name_zh,
        "name_en": target.name_en,
        "comparator": target.comparator,
        "target": as_float(target.value),
        "kind": target.kind,
        "reading": target.reading,
        "counts": target.counts,
        "denominator": target.denominator,
        "due_year": target.due,
        "baseline": None if baseline is None else as_float(Fraction(baseline.value)),
        "baseline_year": None if baseline is None else baseline.year,
        "baseline_period": "" if baseline is None else baseline.period,
        "baseline_like": "" if baseline is None else baseline.like,
        "owner_department": owner or target.owner_department,
    }
