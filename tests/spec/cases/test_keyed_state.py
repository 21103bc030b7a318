"""What does a fold remember, and what has to be made durable?"""

from streams.keyed_state import KeyedState


def test_changes_are_told_once_with_their_newest_value() -> None:
    state = KeyedState({"a": 1, "b": 2})
    state.put("a", 5)
    state.put("a", 6)
    state.remove("b")

    assert state.take_changes() == {"a": 6, "b": None}
    assert state.take_changes() == {}


def test_what_is_already_so_is_no_change() -> None:
    state = KeyedState({"a": {"hours": [1]}})
    state.put("a", {"hours": [1]})
    state.remove("unknown")

    assert state.take_changes() == {}


def test_values_are_found_by_the_start_of_their_key_in_order() -> None:
    state = KeyedState({"run-2|a": 1, "run-1|b": 2, "run-1|a": 3})

    assert list(state.items("run-1|")) == [("run-1|a", 3), ("run-1|b", 2)]
