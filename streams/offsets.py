"""How far is everybody? Asked of the broker for many topics and groups at once, for a city has hundreds of partitions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from streams.catalog import Topic
from streams.kafka import TopicPartition, committed_offsets, first_offsets, last_offsets
from streams.reading import Places, open_reader, read_to_ends

MARKERS_AT_MOST = 30


class Rest(NamedTuple):
    """What somebody has not read of a partition: from an offset to the end offset as it was."""

    topic: str
    partition: int
    offset: int
    end: int


def ends_of(bootstrap: str, topics: Iterable[Topic]) -> dict[str, dict[int, int]]:
    """For each topic and partition the offset after its last committed record."""
    found: dict[str, dict[int, int]] = {}
    for at, offset in last_offsets(bootstrap, _places(topics)).items():
        found.setdefault(at.topic, {})[at.partition] = offset
    return found


def committed_of(bootstrap: str, group: str, topics: Iterable[Topic]) -> dict[str, dict[int, int]]:
    """For each topic and partition what a group has committed; -1 where nothing is."""
    found: dict[str, dict[int, int]] = {}
    for at, offset in committed_offsets(bootstrap, {group: _places(topics)})[group].items():
        found.setdefault(at.topic, {})[at.partition] = offset
    return found


def lags(bootstrap: str, groups: Mapping[str, Iterable[Topic]]) -> dict[str, int]:
    """How many records each group has not committed of its topics.

    The end of a transaction takes an offset of its own, so that a reader of everything seems to lag by a few; short
    rests are read to know.
    """
    read = {group: list(topics) for group, topics in groups.items()}
    ends = ends_of(bootstrap, dict.fromkeys(topic for topics in read.values() for topic in topics))
    committed = committed_offsets(bootstrap, {group: _places(topics) for group, topics in read.items()})
    rests = [
        (group, Rest(at.topic, at.partition, max(0, offset), ends[at.topic][at.partition]))
        for group, offsets in committed.items()
        for at, offset in offsets.items()
    ]
    found = dict.fromkeys(read, 0)
    for (group, _), left in zip(rests, records_left(bootstrap, [rest for _, rest in rests]), strict=True):
        found[group] += left
    return found


def records_left(bootstrap: str, rests: Iterable[Rest]) -> list[int]:
    """How many records lie in each rest, in their order: of a short one without the ends of transactions."""
    asked = list(rests)
    counts = [max(0, rest.end - rest.offset) for rest in asked]
    short: dict[tuple[str, int], list[int]] = {}
    for number, rest in enumerate(asked):
        if 0 < counts[number] <= MARKERS_AT_MOST:
            short.setdefault((rest.topic, rest.partition), []).append(number)
            counts[number] = 0
    begin = {place: min(asked[number].offset for number in numbers) for place, numbers in short.items()}
    for topic, partition, offset in _offsets(bootstrap, begin):
        for number in short[topic, partition]:
            counts[number] += asked[number].offset <= offset < asked[number].end
    return counts


def _offsets(bootstrap: str, begin: Places) -> Iterable[tuple[str, int, int]]:
    if not begin:
        return
    reader = open_reader(bootstrap, "citybrain-rest")
    try:
        for message in read_to_ends(reader, begin):
            yield message.topic() or "", message.partition() or 0, message.offset() or 0
    finally:
        reader.close()


def last_places(bootstrap: str, topics: Iterable[Topic], count: int) -> Places:
    """Where the last `count` offsets of each partition begin; without the partitions that are empty."""
    return last_of(bootstrap, _places(topics), count)


def last_of(bootstrap: str, places: Sequence[TopicPartition], count: int | None) -> Places:
    """Where the last `count` offsets of these partitions begin, or all; without the partitions that are empty."""
    first, last = first_offsets(bootstrap, places), last_offsets(bootstrap, places)
    return {
        (at.topic, at.partition): first[at] if count is None else max(first[at], last[at] - count)
        for at in places
        if last[at] > first[at]
    }


def _places(topics: Iterable[Topic]) -> list[TopicPartition]:
    return [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
