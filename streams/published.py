"""Under which key and name does an indicator leave? The same from the stream, from a restatement and from history."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schemas.registry import Registry
from streams.catalog import INDICATORS, INDICATORS_CURRENT
from streams.cloud_events import Headers, headers_of
from streams.publishing import publish
from streams.standing import StandingRows, place_of

Row = Mapping[str, Any]
LOOKS = 10


def indicator_key(row: Row) -> str:
    """The record's key."""
    return f"{row['indicator_id']}|{row['entity_id']}"


def indicator_headers(row: Row, moment_ms: int) -> Headers:
    """The record's headers; `moment_ms` is the moment of the city that it speaks of, epoch milliseconds."""
    event_id = (
        f"{row['run_id']}|{row['indicator_id']}|{row['entity_type']}|{row['entity_id']}|"
        f"{row['window_start']}|{row['revision']}"
    )
    return headers_of(INDICATORS.name, event_id, row["entity_id"], moment_ms, row["mode"])


def publish_indicators(bootstrap: str, registry: Registry, rows: Iterable[Row]) -> int:
    """Write rows of whole windows beside the stream; returns how many. Raises NotPublishedError.

    Those that are newer than what stands of their indicator and entity stand from now on.
    """
    newest: dict[str, Row] = {}

    def keyed() -> Iterator[tuple[str, Row]]:
        for row in rows:
            key = indicator_key(row)
            if key not in newest or place_of(newest[key]) <= place_of(row):
                newest[key] = row
            yield key, row

    sent = publish(bootstrap, registry, INDICATORS, keyed(), _headers)
    if newest:
        _publish_current(bootstrap, registry, newest)
    return sent


def _publish_current(bootstrap: str, registry: Registry, rows: Mapping[str, Row]) -> None:
    """Let rows stand that nothing newer stands before.

    The judge writes to the same topic. Where it told a newer row just before ours was written, that one is written
    once more, until what stands last is the newest.
    """
    standing = StandingRows(bootstrap, registry)
    try:
        standing.catch_up()
        wanted = {key: row for key, row in rows.items() if not standing.is_passed(key, row)}
        for _ in range(LOOKS):
            if not wanted:
                return
            publish(bootstrap, registry, INDICATORS_CURRENT, wanted.items(), _headers)
            wanted = overtaken(wanted, standing.news())
        raise RuntimeError(
            f"{len(wanted)} rows of {INDICATORS_CURRENT.name} were overtaken {LOOKS} times; publish them again"
        )
    finally:
        standing.close()


def overtaken(written: Mapping[str, Row], news: Iterable[tuple[str, Row]]) -> dict[str, Row]:
    """Of keys that we wrote, those where what was written last is not the newest, with the newest."""
    newest: dict[str, Row] = {}
    last: dict[str, Row] = {}
    for key, row in news:
        if key in written:
            last[key] = row
            if key not in newest or place_of(newest[key]) <= place_of(row):
                newest[key] = row
    return {key: row for key, row in newest.items() if place_of(last[key]) < place_of(row)}


def _headers(row: Row) -> Headers:
    return indicator_headers(row, row["window_end"])
