"""How do rows of the native protocol become text? A server's client gets values; people get these formats."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import orjson

Rows = Sequence[Sequence[Any]]


def render(names: Sequence[str], rows: Rows, format: str) -> bytes:  # noqa: A002 -- ClickHouse's own word
    """Rows in one of ClickHouse's formats. Raises ValueError for one that is not known here."""
    if format == "JSONEachRow":
        return b"".join(
            orjson.dumps(dict(zip(names, map(_json, row), strict=True)), option=orjson.OPT_NON_STR_KEYS)
            + b"\n"
            for row in rows
        )
    if format == "CSVWithNames":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_text(item) if item is not None else "\\N" for item in row] for row in rows)
        return buffer.getvalue().encode()
    if format in {"TabSeparated", "TabSeparatedWithNames"}:
        head = [names] if format == "TabSeparatedWithNames" else []
        lines = ("\t".join("\\N" if item is None else _text(item) for item in row) for row in (*head, *rows))
        return "".join(f"{line}\n" for line in lines).encode()
    if format.startswith("Pretty"):
        return _pretty(names, [[_text(item) if item is not None else "NULL" for item in row] for row in rows])
    raise ValueError(
        f"format {format!r} is not known; there are JSONEachRow, CSVWithNames, TabSeparated, Pretty"
    )


def _pretty(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    lines = [list(names), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "".join(f"{text}\n" for text in (line(lines[0]), rule, *map(line, lines[1:]))).encode()


def _text(item: Any) -> str:
    if isinstance(item, bytes):
        return item.decode(errors="replace")
    if isinstance(item, datetime):
        return item.replace(tzinfo=None).isoformat(" ")
    return str(item)


def _json(item: Any) -> Any:
    return _text(item) if isinstance(item, bytes | datetime | date) else item
