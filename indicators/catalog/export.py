"""What does a declaration say, as plain data? One row an indicator, from which tables, pages and contracts are made."""

from typing import Any

from indicators.catalog.declaration import Indicator
from indicators.grades import GradeScale
from indicators.standard import Edition


def catalog_row(indicator: Indicator, owner: str | None = None) -> dict[str, Any]:
    """Text, numbers and flat maps alone; every value of a map is a text. `owner` answers for it, the declared one by default."""
    low, high = indicator.bounds
    scale = indicator.grades
    return {
        "indicator_id": indicator.id,
        "system": indicator.system,
        "name_zh": indicator.name_zh,
        "name_en": indicator.name_en,
        "question": indicator.question,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "lowest": None if low is None else float(low),
        "highest": None if high is None else float(high),
        "entity_types": ",".join(indicator.entity_types),
        "window": indicator.window,
        "formula": indicator.formula,
        "editions": {edition.name: edition_text(edition) for edition in indicator.editions},
        "variants": {edition.name: edition_text(edition) for edition in indicator.variants},
        "grades": {} if scale is None else {grade.word: grade.colour for grade in scale.grades},
        "grading": "" if scale is None else f"{scale.quantity}: {scale_text(scale)}",
        "measure": indicator.measure,
        "owner_department": owner or indicator.owner_department,
        "public": indicator.public,
        "proved_by": ",".join(indicator.proved_by),
    }


def edition_text(edition: Edition) -> str:
    """The days on which an edition judges, and its clauses."""
    start = f"from {edition.in_force_from}" if edition.in_force_from else ""
    end = f"to {edition.in_force_to}" if edition.in_force_to else ""
    days = " ".join(part for part in (start, end) if part) or "on every day"
    return f"{days}: {edition.clause}"


def scale_text(scale: GradeScale) -> str:
    """Grades in ascending order with the cuts between them; the sign says to which side a cut belongs."""
    sign = "≤ {cut} <" if scale.cut_belongs == "below" else "< {cut} ≤"
    words = [f"{grade.word} ({grade.word_en})" for grade in scale.grades]
    joined = words[0]
    for cut, word in zip(scale.cuts, words[1:], strict=True):
        joined += f" {sign.format(cut=cut)} {word}"
    return joined
