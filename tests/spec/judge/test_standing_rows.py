"""Which row of an indicator and entity stands, told in rows of the stream and beside it."""

from streams.published import overtaken
from streams.standing import NewestRows

KEY = "road.tpi|city"


def row(window, revision=0, run="run"):
    return {"window_start": window, "revision": revision, "run_id": run}


def standing(*told):
    """Which of these rows of the stream may stand when they are told."""
    newest = NewestRows()
    return [newest.takes(KEY, of) for of in told]


def test_a_later_window_and_a_higher_revision_stand_and_nothing_older_after_them():
    assert standing(row(5, 1), row(5, 9), row(10, 1), row(5, 10), row(10, 0)) == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_row_that_stands_may_be_written_again_after_a_kill():
    assert standing(row(5, 1), row(5, 1)) == [True, True]


def test_another_run_stands_though_its_days_are_long_ago():
    assert standing(row(100, 1, run="a"), row(5, 1, run="b"), row(4, 1, run="b")) == [True, True, False]


def test_what_is_told_beside_the_stream_stands_only_where_nothing_newer_does():
    newest = NewestRows()
    newest.learn(KEY, row(10, 3))

    assert newest.is_passed(KEY, row(5, 1_000))
    assert not newest.is_passed(KEY, row(10, 1_003))
    assert newest.is_passed(KEY, row(5, 1_000, run="of the past"))
    assert not newest.is_passed("unknown", row(0))


def test_a_newer_row_that_was_told_just_before_ours_is_told_again():
    ours, theirs = row(10, 1_003), row(15, 1)

    assert overtaken({KEY: ours}, [(KEY, theirs), (KEY, ours)]) == {KEY: theirs}


def test_a_newer_row_that_was_told_after_ours_stands_by_itself():
    ours, theirs = row(10, 1_003), row(15, 1)

    assert overtaken({KEY: ours}, [(KEY, ours), (KEY, theirs)]) == {}
    assert overtaken({KEY: ours}, [("another", theirs), (KEY, ours)]) == {}
