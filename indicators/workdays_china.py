"""On which days did China declare a holiday, and on which weekend days is worked instead?

One value for each year, from the yearly notice of the General Office of the State Council (国务院办公厅关于部分节假日
安排的通知) as the press printed it; a further year is a further value in `CHINA_YEARS`. The notice names weekend
days of a holiday too, and so do these. A city in a region with holidays of its own declares them itself.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from indicators.workdays import HolidayYear


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


CHINA_2025 = HolidayYear(
    2025,
    holidays=frozenset(
        (
            date(2025, 1, 1),
            *_days(date(2025, 1, 28), date(2025, 2, 4)),
            *_days(date(2025, 4, 4), date(2025, 4, 6)),
            *_days(date(2025, 5, 1), date(2025, 5, 5)),
            *_days(date(2025, 5, 31), date(2025, 6, 2)),
            *_days(date(2025, 10, 1), date(2025, 10, 8)),
        )
    ),
    makeup_days=frozenset(
        (date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11))
    ),
    source="notice of the General Office of the State Council, 2024-11-12, as printed by the press",
)
CHINA_2026 = HolidayYear(
    2026,
    holidays=frozenset(
        (
            *_days(date(2026, 1, 1), date(2026, 1, 3)),
            *_days(date(2026, 2, 15), date(2026, 2, 23)),
            *_days(date(2026, 4, 4), date(2026, 4, 6)),
            *_days(date(2026, 5, 1), date(2026, 5, 5)),
            *_days(date(2026, 6, 19), date(2026, 6, 21)),
            *_days(date(2026, 9, 25), date(2026, 9, 27)),
            *_days(date(2026, 10, 1), date(2026, 10, 7)),
        )
    ),
    makeup_days=frozenset(
        (
            date(2026, 1, 4),
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 5, 9),
            date(2026, 9, 20),
            date(2026, 10, 10),
        )
    ),
    source="notice of the General Office of the State Council, 2025-11-04, as printed by the press",
)
CHINA_YEARS = (CHINA_2025, CHINA_2026)
