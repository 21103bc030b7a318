"""How does an indicator become public? Rows wait until their delay is over, and are read again until then."""

from collections.abc import Mapping
from typing import Any

import structlog

from indicators.public_data import LIVE, Release, figure_of, public_key, release_of, withdrawn
from streams.catalog import PUBLIC
from streams.cloud_events import headers_of
from streams.deliver.book import Book
from streams.deliver.outbox import Outbox
from streams.deliver.reading import Read

HELD_MAX = 200_000
"""Rows that wait for their delay; at so many nothing more is read until some may go."""

Record = dict[str, Any]
log = structlog.get_logger("deliver")


class Publishing:
    """Public figures of one line. On a line that is not live it publishes nothing and holds nothing."""

    def __init__(self, line_mode: str, book: Book, outbox: Outbox) -> None:
        self._mode = line_mode
        self._book = book
        self._outbox = outbox
        self._held: dict[str, tuple[Release, Read]] = {}

    @property
    def is_full(self) -> bool:
        """Whether nothing more can wait."""
        return len(self._held) >= HELD_MAX

    def take(self, read: Read) -> None:
        """The next row of an indicator. Of several that wait for one figure the highest revision counts."""
        release = release_of(read.record, self._mode)
        if release is None:
            return
        key = public_key(read.record)
        held = self._held.get(key)
        if held is None or held[1].record["revision"] <= read.record["revision"]:
            self._held[key] = (release, read)

    async def publish_due(self, now_ms: int) -> int:
        """Publish what may be published now; returns how many figures were."""
        due = [key for key, (release, _) in self._held.items() if release.at_ms <= now_ms]
        count = 0
        for key in due:
            release, read = self._held[key]
            figure = figure_of(read.record, release, self._book.newest(key), now_ms)
            if figure is not None:
                await self._write(key, figure)
                count += 1
            del self._held[key]
        return count

    async def on_command(self, command: Record, now_ms: int) -> None:
        """A `public.correct`: the figure that it names is taken back, with its reason. Others are for others."""
        if command["command"] != "public.correct":
            return
        figure = self._book.newest(command["target"])
        if self._mode != LIVE or command["mode"] != LIVE or figure is None:
            log.warning(
                "no such public figure",
                target=command["target"],
                command_id=command["command_id"],
                remedy="name it as indicator|entity type|entity|window start in epoch milliseconds, on a live line",
            )
        elif figure["change"] != "withdrawn":
            await self._write(command["target"], withdrawn(figure, command["reason"], now_ms))

    def safe_offsets(self, read: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
        """From where indicators are to be read again after a kill now."""
        safe = dict(read)
        for _, held in self._held.values():
            place = (held.topic, held.partition)
            safe[place] = min(safe[place], held.offset)
        return safe

    async def _write(self, key: str, figure: Record) -> None:
        event_id = f"{key}|{figure['revision']}|{figure['change']}"
        headers = headers_of(PUBLIC.name, event_id, figure["entity_id"], figure["window_end"], LIVE)
        await self._outbox.write(PUBLIC, key, figure, headers)
        self._book.put(figure)
