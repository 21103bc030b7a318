"""From where does each job go on, and what replaces what?"""

from pathlib import Path

import pytest

from jobs import bookkeeping
from jobs.bookkeeping import Bookkeeping, drop_savepoint
from jobs.queries import Version, statements
from streams.catalog import AIR, ROAD


@pytest.fixture
def book(tmp_path: Path) -> Bookkeeping:
    return Bookkeeping(tmp_path / "jobs.json")


def test_the_first_jobs_of_a_line_are_generation_zero(book: Bookkeeping) -> None:
    assert [book.entry(system, "live").generation for system in (ROAD, AIR)] == [0, 0]


def test_each_new_beginning_is_a_later_generation_than_any_on_the_line(book: Bookkeeping) -> None:
    begun = [(ROAD, "live"), (AIR, "live"), (ROAD, "run-2"), (AIR, "run-2"), (ROAD, "run-3"), (AIR, "run-2")]

    assert [book.entry(system, run).generation for system, run in begun] == [0, 0, 1, 2, 3, 2]


def test_a_job_with_other_sql_succeeds_the_one_before_and_one_of_another_run_does_not(
    book: Bookkeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.entry(ROAD, "live").job_ids.append("old")
    assert not book.is_changed(ROAD, "live")

    monkeypatch.setattr(bookkeeping, "fingerprint", lambda _: "of other SQL")
    assert book.is_changed(ROAD, "live")
    assert not book.is_changed(ROAD, "run-2")
    changed = book.entry(ROAD, "live")
    changed.job_ids.append("new")
    assert (changed.predecessors, changed.generation) == (["old"], 1)

    assert book.entry(ROAD, "run-2").predecessors == []


def test_the_book_is_the_same_when_it_is_opened_again(book: Bookkeeping, tmp_path: Path) -> None:
    entry = book.entry(ROAD, "live")
    entry.job_ids, entry.since, entry.start_offsets = ["a"], 60_000, {"0": 7}
    book.save()

    assert Bookkeeping(tmp_path / "jobs.json").entry(ROAD, "live") == entry


def test_a_job_that_began_amid_its_run_tells_nothing_of_windows_before() -> None:
    first, later = statements(ROAD)[0], statements(ROAD, Version(3, 1_772_406_900_000))[0]

    assert "window_start >= TIMESTAMP '2026-03-01 23:15:00'" in later
    assert "window_start >= TIMESTAMP" not in first


def test_savepoints_are_dropped_and_checkpoints_are_left_to_flink(tmp_path: Path) -> None:
    for name in ("savepoint-1a2b", "chk-7"):
        (tmp_path / name).mkdir()
        drop_savepoint(f"file:{tmp_path / name}")
    drop_savepoint(None)

    assert [path.name for path in tmp_path.iterdir()] == ["chk-7"]
