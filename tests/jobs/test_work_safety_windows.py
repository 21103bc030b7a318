"""Which readings does the SQL of work safety count as above a limit? Given reports, expected sums."""

from typing import Any

import pytest

from streams.catalog import WORK_SAFETY

QUARTER = 1_772_409_600_000


@pytest.fixture
def sums_of(question: Any, event_of: Any) -> Any:
    """The sums of one site's reports, those that are not 0."""

    def asked(*reports: dict[str, Any]) -> dict[str, int]:
        events = [
            event_of(
                "work-safety",
                entity_id="site-1",
                area_id="city/north",
                item="tank-4",
                event_id=f"e{number}",
                event_time=QUARTER + number,
                ingest_time=QUARTER + number,
                **{"interval_s": 60, **report},
            )
            for number, report in enumerate(reports)
        ]
        rows = question.ask(WORK_SAFETY, [*events, event_of("work-safety", event_time=QUARTER + 600_000)])
        (row,) = [row for row in rows if row["entity_type"] == "site" and row["step"] == 0]
        return {name: value for name, value in row["sums"].items() if value}

    return asked


def test_just_at_the_limit_is_not_above_it_and_without_a_limit_there_is_nothing_to_exceed(
    sums_of: Any,
) -> None:
    reading = {"step": "reading", "gas_limit_permille": 250}

    assert sums_of(
        {**reading, "gas_permille": 250},
        {**reading, "gas_permille": 251},
        {**reading, "gas_permille": 900, "interval_s": 30},
        {**reading, "gas_permille": 900, "gas_limit_permille": None},
        {**reading, "gas_permille": None, "level_mm": 1},
    ) == {
        "gas_readings": 4,
        "gas_limited": 3,
        "gas_exceeded": 2,
        "gas_exceeded_s": 90,
        "level_readings": 1,
    }


def test_what_is_rectified_at_its_very_limit_is_on_time(sums_of: Any) -> None:
    rectified = {"step": "rectified", "major": 0, "limit_s": 3_600}

    assert sums_of(
        {"step": "found", "major": 1},
        {**rectified, "since_found_s": 3_600},
        {**rectified, "since_found_s": 3_601},
        {**rectified, "since_found_s": None},
        {**rectified, "since_found_s": 1, "limit_s": None},
    ) == {
        "findings": 1,
        "findings_major": 1,
        "rectified": 4,
        "rectified_due": 2,
        "rectified_on_time": 1,
    }
