"""What is last known of each entity, told in batches of events."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streams.normalize.current import CurrentEvents


def event(entity, at, *, of=None, quality="good", run="run"):
    return {
        "entity_id": entity,
        "event_time": at,
        "event_id": of or f"{entity}@{at}",
        "quality": quality,
        "run_id": run,
    }


def told(current, *events):
    """What a batch of events writes: entity to the number of its event in the batch."""
    for number, given_event in enumerate(events):
        current.see(given_event, str(number).encode())
    written = {entity: int(value) for entity, value in current.batch()}
    current.keep()
    return written


def test_each_entity_is_told_once_a_batch_with_its_newest_event():
    assert told(CurrentEvents(), event("a", 1), event("b", 1), event("a", 3), event("a", 2)) == {
        "a": 2,
        "b": 1,
    }


def test_an_older_event_of_a_later_batch_takes_no_newer_ones_place():
    current = CurrentEvents()
    told(current, event("a", 5))

    assert told(current, event("a", 4)) == {}
    assert told(current, event("a", 5, of="another of the same moment")) == {"a": 0}


def test_a_correction_of_the_newest_event_takes_its_place_and_one_of_an_older_event_does_not():
    current = CurrentEvents()
    told(current, event("a", 1), event("a", 2))

    assert told(current, event("a", 1)) == {}
    assert told(current, event("a", 2)) == {"a": 0}


def test_a_withdrawn_event_takes_only_its_own_place_and_says_that_it_was_taken_back():
    current = CurrentEvents()
    told(current, event("a", 2))

    assert told(current, event("a", 3, quality="withdrawn")) == {}
    assert told(current, event("b", 3, quality="withdrawn")) == {}
    assert told(current, event("a", 2, quality="withdrawn")) == {"a": 0}


def test_a_batch_that_was_taken_back_is_as_if_it_had_never_been():
    current = CurrentEvents()
    told(current, event("a", 1))
    current.see(event("a", 9), b"")
    current.see(event("b", 9, run="another"), b"")
    current.undo()

    assert told(current, event("a", 2), event("b", 1)) == {"a": 0, "b": 1}


def test_another_run_begins_with_nothing_known_though_its_days_are_long_ago():
    current = CurrentEvents()
    told(current, event("a", 1_000), event("b", 1_000))

    assert told(current, event("a", 1, run="another")) == {"a": 0}
    assert len(current) == 1


def test_what_stands_on_the_topic_is_known_again_after_a_restart():
    current = CurrentEvents()
    current.remember([event("a", 7), event("b", 5)])

    assert told(current, event("a", 6), event("b", 6)) == {"b": 1}


def test_who_was_heard_of_longest_ago_is_forgotten_first():
    current = CurrentEvents(limit=2)
    told(current, event("a", 2), event("b", 1), event("c", 3))

    assert len(current) == 1
    assert told(current, event("c", 2), event("b", 0)) == {"b": 1}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=40),
    st.lists(st.integers(0, 40), max_size=4),
)
def test_however_batches_are_cut_what_stands_at_the_end_is_the_newest_of_each_entity(seen, cuts):
    edges = sorted({0, len(seen), *(cut for cut in cuts if cut < len(seen))})
    current, standing = CurrentEvents(), {}
    for start, end in pairwise(edges):
        for entity, at in seen[start:end]:
            current.see(event(entity, at), b"%d" % at)
        standing |= {entity: int(at) for entity, at in current.batch()}
        current.keep()

    assert standing == {entity: max(at for of, at in seen if of == entity) for entity, _ in seen}
