"""Does the memory of event ids answer as one that packs nothing and forgets by the same rule?"""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from laws import examples

from streams.normalize.repeats import BUCKETS, RepeatFilter, Seen

SPAN = timedelta(seconds=80)
BUCKET_MS = 10_000


class Plain:
    """The same by one dictionary, with copies to go back to."""

    def __init__(self) -> None:
        self.seen: dict[tuple[int, str], int] = {}
        self.newest = -1
        self.kept = (dict(self.seen), self.newest)

    def see(self, event_id: str, at: int, version: int) -> Seen:
        index = at // BUCKET_MS
        known = self.seen.get((index, event_id))
        if known is not None and known >= version:
            return Seen.REPEAT
        if index > self.newest:
            self.newest = index
            self.seen = {key: value for key, value in self.seen.items() if key[0] >= index - BUCKETS}
        self.seen[index, event_id] = version
        return Seen.NEW if known is None else Seen.CORRECTION


# Each batch is kept or taken back; time goes forward a little with each, and events lie about it.
batches = st.lists(
    st.tuples(
        st.booleans(),
        st.integers(0, 2),
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(-3, 0), st.sampled_from([0, 0, 0, 1, 2])), max_size=6
        ),
    ),
    max_size=12,
)


@examples(200)
@given(batches)
def test_packed_ids_are_repeats_and_corrections_as_they_were(
    said: list[tuple[bool, int, list[tuple[int, int, int]]]],
) -> None:
    memory, plain, now = RepeatFilter(SPAN), Plain(), 10
    for taken_back, steps, events in said:
        now += steps
        before = dict(plain.seen)
        for number, back, version in events:
            at = (now + back) * BUCKET_MS
            name = f"event {number}"
            assert memory.see("run", name, at, version) is plain.see(name, at, version)
        if taken_back:
            memory.undo()
            # What was forgotten meanwhile stays forgotten.
            oldest = plain.newest - BUCKETS
            plain.seen = {key: value for key, value in before.items() if key[0] >= oldest}
        else:
            memory.keep()


def test_a_packed_id_takes_a_tenth_of_the_memory_and_is_a_repeat_still() -> None:
    memory = RepeatFilter(SPAN)
    for bucket in range(4):
        for number in range(1_000):
            memory.see("run", f"city:vehicle-{number}:{bucket}", bucket * BUCKET_MS)
        memory.keep()

    packed = [len(bucket.ids) for _, bucket in sorted(memory._buckets.items())]
    assert packed == [0, 0, 1_000, 1_000]
    assert len(memory) == 4_000
    assert memory.see("run", "city:vehicle-7:0", 0) is Seen.REPEAT
    assert memory.see("run", "city:vehicle-7:0", 0, version=1) is Seen.CORRECTION
    assert memory.see("run", "city:vehicle-1000:0", 0) is Seen.NEW
