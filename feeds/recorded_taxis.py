"""How is a day of three taxis played again? Points in the order of their time, one poll each.

The file is a sheet of points with times of day and no date: they are played on a nominal day, and a label says so. The
taxis' numbers stay in the sheet.
"""

import io
from collections.abc import Sequence
from datetime import time
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from feeds.beijing_taxi import CITY, COLUMNS, DAY, FEED, instant_of
from feeds.recorded_rows import RecordedRows
from feeds.recording import Entity, RecordingError, entity, hour_after, read_bytes

NOMINAL_DAY = "2025-01-01"
_REMEDY = f"Take a workbook whose first sheet has the columns {', '.join(COLUMNS)}."


def _written(cell: object) -> str:
    """A cell as text: a time of day to the second, any other as it is."""
    return cell.isoformat(timespec="seconds") if isinstance(cell, time) else str(cell)


def header_and_points(path: Path) -> tuple[bytes, list[bytes]]:
    """The wanted columns of the first sheet as a header line and rows of text. Raises RecordingError."""
    content = read_bytes(path)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        header, *rows = sheet.to_python()
        places = [header.index(column) for column in COLUMNS]
    # Without a row there is nothing to unpack, and without a column nothing to find.
    except (CalamineError, ValueError) as error:
        raise RecordingError(f"{path} is no sheet of points: {error}.", _REMEDY) from error
    lines = [",".join(_written(row[place]) for place in places) for row in rows]
    return f"{','.join(COLUMNS)}\n".encode(), [f"{line}\n".encode() for line in lines]


class TaxiRecording(RecordedRows):
    """An opened sheet of points."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(
            files,
            FEED.name,
            COLUMNS,
            lambda fields: (instant_of(NOMINAL_DAY, fields[0]), FEED.name),
            _REMEDY,
            context={DAY: NOMINAL_DAY},
            reading=header_and_points,
        )

    def entities(self) -> list[Entity]:
        """The city. The cells of the grid are not announced: nobody expects a taxi in each."""
        valid = (self.start, hour_after(self.end + 1))
        return [
            entity(
                FEED.system,
                "city",
                CITY,
                name="Beijing",
                source=FEED.name,
                valid=valid,
                labels={"day_basis": "nominal"},
            )
        ]
