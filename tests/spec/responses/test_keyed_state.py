"""What does a fold remember, and what has to be made durable?"""

from streams.keyed_state import KeyedState


def test_changes_are_told_once_with_their_newest_value() -> None:
    state = KeyedState({"a": 1, "b": 2})
    state.put("a", 5)
    state.put("a", 6)

    assert state.take_changes() == {"a": 6}
    assert state.take_changes() == {}


def test_what_is_removed_stays_written_until_the_batch_after() -> None:
    state = KeyedState({"a": 1})
    state.remove("a")

    assert state.get("a") is None
    assert state.take_changes() == {}
    assert state.take_changes() == {"a": None}
    assert state.take_changes() == {}


def test_what_is_put_and_removed_within_a_batch_is_written_before_it_is_removed() -> None:
    state = KeyedState({"a": 1})
    state.put("a", 2)
    state.remove("a")

    assert state.take_changes() == {"a": 2}
    assert state.take_changes() == {"a": None}


def test_what_is_put_again_after_its_removal_stays() -> None:
    state = KeyedState({"a": 1, "b": 1})
    state.remove("a")
    state.remove("b")
    state.put("b", 2)
    assert state.take_changes() == {"b": 2}

    state.put("a", 3)
    assert state.take_changes() == {"a": 3}
    assert state.take_changes() == {}


def test_changes_come_in_the_order_of_each_key_s_last_one() -> None:
    state = KeyedState()
    state.put("seen", 1)
    state.put("closed", 1)
    state.put("seen", 2)
    state.put("closed", 2)

    assert list(state.take_changes()) == ["seen", "closed"]


def test_what_is_already_so_is_no_change() -> None:
    state = KeyedState({"a": {"hours": [1]}})
    state.put("a", {"hours": [1]})
    state.remove("unknown")

    assert state.take_changes() == {}


def test_values_are_found_by_the_start_of_their_key_in_order() -> None:
    state = KeyedState({"run-2|a": 1, "run-1|b": 2, "run-1|a": 3})

    assert list(state.items("run-1|")) == [("run-1|a", 3), ("run-1|b", 2)]


def test_whoever_writes_a_batch_at_once_is_told_of_removals_with_it() -> None:
    state = KeyedState({"a": 1, "b": 1})
    state.put("c", 3)
    state.remove("a")
    state.remove("b")
    state.put("b", 2)

    assert state.take_all() == {"c": 3, "b": 2, "a": None}
    assert state.take_all() == {}
