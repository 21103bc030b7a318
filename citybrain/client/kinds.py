"""What can be subscribed to? For each kind its topics, and how to tell newer from older."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from citybrain.client.records import Alert, CaseChange, Indicator
from streams.catalog import (
    ALERTS,
    ALERTS_CURRENT,
    CASES,
    CASES_CURRENT,
    INDICATORS,
    INDICATORS_CURRENT,
    Topic,
)

R = TypeVar("R")
Decoded = Mapping[str, Any]


@dataclass(frozen=True)
class Kind(Generic[R]):
    """A history and its current topic.

    thing: what a record is about. version: which of its records is newer, the higher one. told_once: what two
    records share that say the same; of them the one with the higher `count` is news.
    is_over: whether nothing stands of the thing after the record.
    """

    history: Topic
    current: Topic
    typed: Callable[[Decoded], R]
    thing: Callable[[Decoded], Hashable]
    version: Callable[[Decoded], tuple[int, ...]]
    told_once: Callable[[Decoded], Hashable]
    count: Callable[[Decoded], int]
    is_over: Callable[[Decoded], bool]


INDICATOR = Kind(
    INDICATORS,
    INDICATORS_CURRENT,
    Indicator.of,
    thing=lambda row: (row["indicator_id"], row["entity_type"], row["entity_id"]),
    version=lambda row: (row["window_start"], row["revision"]),
    told_once=lambda row: (
        row["run_id"],
        row["indicator_id"],
        row["entity_type"],
        row["entity_id"],
        row["window_start"],
    ),
    count=lambda row: int(row["revision"]),
    is_over=lambda _: False,
)
ALERT = Kind(
    ALERTS,
    ALERTS_CURRENT,
    Alert.of,
    thing=lambda row: row["alert_id"],
    version=lambda row: (row["sequence"],),
    told_once=lambda row: row["alert_id"],
    count=lambda row: int(row["sequence"]),
    is_over=lambda row: row["state"] == "closed",
)
CASE = Kind(
    CASES,
    CASES_CURRENT,
    CaseChange.of,
    thing=lambda row: (row["case_id"], row["run_id"]),
    version=lambda row: (row["sequence"],),
    told_once=lambda row: (row["case_id"], row["run_id"]),
    count=lambda row: int(row["sequence"]),
    is_over=lambda row: row["status"] != "open",
)
