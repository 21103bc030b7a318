"""What would kept statistics say under another edition? Judges them again, beside what was published.

Reads the store and writes nothing: no raw event is needed, and what was published stays as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from citybrain.judged_days import DayOf, milliseconds
from citybrain.settings import Settings
from citybrain.waiting import query
from indicators.catalog import Indicator
from indicators.standard import Edition
from streams.catalog import SYSTEMS
from streams.judge.rows import Civil

_PUBLISHED = """
SELECT entity_type, entity_id, window_start, value, grade, validity, standard, edition, details FROM indicators
WHERE indicator_id = '{indicator}' AND finality IN ('final', 'restated')
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""

Key = tuple[int, str, str]
"""Window start (milliseconds), entity type, entity id."""


@dataclass(frozen=True)
class Verdict:
    """What one edition says of one window. `edition` names standard and edition."""

    value: float | None
    grade: str | None
    validity: str
    edition: str
    primary: str


@dataclass(frozen=True)
class Comparison:
    """One window of one entity: as published (None where nothing was), and judged again."""

    window_start: int
    entity_type: str
    entity_id: str
    published: Verdict | None
    again: Verdict

    @property
    def differs(self) -> bool:
        """Whether value or grade would have been another."""
        before = (self.published.value, self.published.grade) if self.published else None
        return before != (self.again.value, self.again.grade)


def rejudged(
    settings: Settings, indicator: Indicator, edition: Edition, start: int, end: int
) -> Iterator[Comparison]:
    """Every window of an indicator that starts in [start, end) (milliseconds), oldest first.

    Whole civil days are read, so that a day is judged from all its hours. Errors of the store pass through.
    """
    civil = Civil(settings.zone)
    day, last = civil.date_of(start), civil.date_of(end - 1)
    while day <= last:
        # A variant may look back over the hours of the day before.
        again = DayOf(
            settings,
            SYSTEMS[indicator.system],
            day,
            chosen={indicator.id: edition},
            look_back=edition in indicator.variants,
        ).rows()
        published = _published(settings, indicator, civil.day(day))
        found = {
            (window_start, entity_type, entity_id): _verdict(row)
            for (indicator_id, entity_type, entity_id, window_start), row in again.items()
            if indicator_id == indicator.id
        }
        for key in sorted(found):
            if start <= key[0] < end:
                yield Comparison(*key, published.get(key), found[key])
        day += timedelta(days=1)


def _published(settings: Settings, indicator: Indicator, span: tuple[int, int]) -> Mapping[Key, Verdict]:
    sql = _PUBLISHED.format(indicator=indicator.id, start=span[0], end=span[1])
    return {
        (milliseconds(row["window_start"]), row["entity_type"], row["entity_id"]): _verdict(row)
        for row in query(settings, sql)
    }


def _verdict(row: Mapping[str, Any]) -> Verdict:
    return Verdict(
        None if row["value"] is None else float(row["value"]),
        row["grade"],
        row["validity"],
        f"{row['standard']}-{row['edition']}",
        row["details"].get("primary", ""),
    )
