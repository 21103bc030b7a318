"""What do recordings have in common whose rows are each sent at a time of their own? Rows in the order of those times."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from feeds.csv_rows import Fields, row_of
from feeds.decoding import UnfitError
from feeds.recording import RecordingError, TimedRaw, header_and_lines, hour_before, only_file


class TimedRow(NamedTuple):
    """A row: when it is sent, its number in the file from 1, what it is about, and its bytes."""

    at: int
    number: int
    about: str
    line: bytes


_NO_CONTEXT: Mapping[str, str] = {}

Placing = Callable[[Fields], tuple[int, str] | None]
"""The wanted fields of a row to when it is sent and what it is about; None for a row that is another feed's."""


Reading = Callable[[Path], tuple[bytes, list[bytes]]]
"""A file to its header line and its rows, each with its line end. Raises RecordingError."""


def rows_in_order(
    files: Sequence[Path],
    name: str,
    columns: Fields,
    placing: Placing,
    remedy: str,
    *,
    reading: Reading = header_and_lines,
) -> tuple[bytes, list[TimedRow]]:
    """The header of a recording that is one file, and its rows in order. `placing` may raise UnfitError.

    A row without a readable time cannot be played. Raises RecordingError where no row is left.
    """
    path = only_file(files, name)
    header, lines = reading(path)
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            placed = placing(row_of(header + line, columns))
        except UnfitError:
            continue
        if placed is not None:
            rows.append(TimedRow(placed[0], number, placed[1], line))
    if not rows:
        raise RecordingError(
            f"{path} is no file of {name}: no row has the columns {', '.join(columns)} and a readable time.",
            remedy,
        )
    return header, sorted(rows)


class RecordedRows:
    """A recording that is one file, each row of which is a poll of its own with the header before it.

    covers_ms: how long before it is sent what the first row tells of began. context: what the transport knew of every
    row beside its number. reading: how a file that is no text becomes a header and rows.
    """

    def __init__(
        self,
        files: Sequence[Path],
        name: str,
        columns: Fields,
        placing: Placing,
        remedy: str,
        *,
        covers_ms: int = 0,
        context: Mapping[str, str] = _NO_CONTEXT,
        reading: Reading = header_and_lines,
    ) -> None:
        self._header, self._rows = rows_in_order(files, name, columns, placing, remedy, reading=reading)
        self._context = context
        self.count = len(self._rows)
        self.start = hour_before(self._rows[0].at - covers_ms)
        self.end = self._rows[-1].at

    def records(self) -> Iterator[TimedRaw]:
        """Each row at its time."""
        for row in self._rows:
            yield self._sent(row, row.at)

    def _sent(self, row: TimedRow, at: int) -> TimedRaw:
        return TimedRaw(at, row.about, self._header + row.line, {**self._context, "row": str(row.number)})
