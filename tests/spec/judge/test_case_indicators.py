"""What do the judged indicators of cases say of one minute, and up to when has everything been told?"""

from judge_stories import at, judge_of, judged, newest, statistic

from streams.cases.counts import clock_of
from streams.told import Told

EIGHT = at("2026-04-01 08:00")
SUMS = {"open": 12, "at_risk": 3, "overdue": 2, "due_30min": 5, "supervised": 1}


def test_each_count_of_a_minute_is_a_figure_of_its_own() -> None:
    for entity_type in ("case_kind", "area", "department", "city"):
        row = statistic("case.now", entity_type, "hotline", EIGHT, 60_000, sums=SUMS)
        found = {name: row["value"] for (name, _, _), row in newest(judged(judge_of(), [row])).items()}

        assert found == {
            "case.open": 12.0,
            "case.at_risk": 3.0,
            "case.overdue": 2.0,
            "case.due_30min": 5.0,
            "case.supervised": 1.0,
        }


def test_the_row_of_the_clock_says_that_a_minute_is_told() -> None:
    judge = judge_of()
    row = clock_of(EIGHT + 60_000, "run-1")

    assert judge.on_statistic(row) == []
    assert judge.told_by(row) == Told("case.now", "run-1", EIGHT + 60_000)
