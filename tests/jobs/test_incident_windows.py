"""Which steps of sudden incidents does the SQL count as in time? Given steps, expected sums."""

from typing import Any

import pytest

from streams.catalog import INCIDENT

HOUR = 1_772_409_600_000
AREA, CELL = "city/north", "city/north:accident:2"


@pytest.fixture
def sums_of(question: Any, event_of: Any) -> Any:
    """The city's sums of steps given as (step, seconds since the report, limit)."""

    def asked(*steps: tuple[str, int | None, int | None]) -> dict[str, int]:
        events = [
            event_of(
                "incident",
                event_id=f"e{number}",
                entity_id=f"inc-{number}",
                area_id=AREA,
                cell_id=CELL,
                level=2,
                step=step,
                since_report_s=since_s,
                limit_s=limit_s,
                event_time=HOUR + 1_000 * number,
                ingest_time=HOUR + 1_000 * number,
            )
            for number, (step, since_s, limit_s) in enumerate(steps)
        ]
        ticks = [event_of("incident", event_time=HOUR + 2_000_000)]
        rows = question.ask(INCIDENT, [*events, *ticks])
        (row,) = [row for row in rows if row["entity_type"] == "city" and row["step"] == 0]
        return {name: value for name, value in row["sums"].items() if value}

    return asked


def test_the_very_limit_is_in_time_and_a_second_more_is_not(sums_of: Any) -> None:
    assert sums_of(
        ("arrived", 899, None),
        ("arrived", 900, None),
        ("arrived", 901, None),
        ("dispatched", 900, None),
        ("dispatched", 901, None),
        ("reported_up", 1_800, 1_800),
        ("reported_up", 1_801, 1_800),
    ) == {
        "arrived_timed": 3,
        "arrived_within_15min": 2,
        "dispatched_timed": 2,
        "dispatched_within_15min": 1,
        "reported_up_due": 2,
        "reported_up_on_time": 1,
    }


def test_a_step_without_duration_or_limit_is_in_no_share(sums_of: Any) -> None:
    assert sums_of(
        ("reported", None, None),
        ("arrived", None, None),
        ("reported_up", 60, None),
        ("reported_up", None, 1_800),
        ("closed", None, None),
        ("closed", 600, None),
    ) == {"opened": 1, "opened_level2": 1, "closed": 2, "closed_timed": 1, "closing_s_sum": 600}
