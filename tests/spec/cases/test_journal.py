"""What of a batch is there after a kill? All or nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.folds import Output
from streams.journal import PIECE_CHARACTERS, Batch, newest_batch, pieces_of

BATCH = Batch(
    7,
    {("city.alerts.v1", 0): 41, ("city.cases.v1", 3): 12},
    {"kept": {"level": 2}, "gone": None},
    (
        Output("city.alerts.v1", b"\x00key", b"\xffvalue", None, (("ce_id", b"a"),)),
        Output("city.alerts.current.v1", b"key", None, 2),
    ),
)


def stored(*batches: Batch) -> dict[str, Any]:
    return {key: value for batch in batches for key, value in pieces_of(batch)}


def test_what_was_written_down_is_read_again() -> None:
    assert newest_batch(stored(BATCH)) == BATCH


def test_without_a_journal_nothing_was_done() -> None:
    assert newest_batch({"joint|x": 1}) == Batch(0)


def test_the_newer_of_two_batches_counts() -> None:
    assert newest_batch(stored(BATCH, Batch(8), Batch(9, changes={"a": 1}))).number == 9


def test_a_batch_that_was_cut_off_was_not_and_the_one_before_stands() -> None:
    large = Batch(8, changes={"text": "x" * (3 * PIECE_CHARACTERS)})
    pieces = list(pieces_of(large))
    assert len(pieces) == 4
    for kept in range(4):
        assert newest_batch(stored(BATCH) | dict(pieces[:kept])) == BATCH
    assert newest_batch(stored(BATCH) | dict(pieces)) == large


def test_pieces_of_a_larger_batch_before_do_not_mix_with_a_smaller_one() -> None:
    large = Batch(7, changes={"text": "y" * (3 * PIECE_CHARACTERS)})
    assert newest_batch(stored(large, Batch(8), Batch(9, changes={"a": 1}))) == Batch(9, changes={"a": 1})


@given(
    changes=st.dictionaries(
        st.text(max_size=8), st.one_of(st.none(), st.integers(-9, 9), st.text()), max_size=5
    ),
    values=st.lists(st.one_of(st.none(), st.binary(max_size=40)), max_size=5),
)
def test_any_batch_comes_back_as_it_was(changes: dict[str, Any], values: list[bytes | None]) -> None:
    batch = Batch(1, {("t", 0): 5}, changes, tuple(Output("t", value, value, 1) for value in values))
    assert newest_batch(stored(batch)) == batch
