"""`citybrain calibrate`: what reference data says, worked out from what the line has seen."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.times import moment_of
from citybrain.reference import example
from citybrain.reference.calibration import Calibrated, Window, WindowsOf
from citybrain.reference.folder import reference_of
from citybrain.reference.next_links import History, Written, write_next_links
from citybrain.reference.tables import STANDARD_BASIS, decimal
from citybrain.reference.values import day
from citybrain.reference.writing import entry_text
from citybrain.settings import Settings
from citybrain.waiting import query
from streams.catalog import ROAD
from streams.problems import ReferenceDataError

DAYS_MAX = 100
ROWS_SHOWN = 40
_WINDOWS = """
SELECT entity_id, toUnixTimestamp64Milli(window_start) AS start,
  sums['length_m'] AS length_m, sums['travel_time_ms'] AS travel_time_ms
FROM statistics
WHERE measure = '{measure}' AND entity_type = '{link}' AND step = 0 AND entity_id IN ({links})
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""


def free_flow(
    *,
    begin: Annotated[
        str, typer.Option("--from", help="Begin of the history: ISO 8601, civil time without an offset.")
    ],
    until: Annotated[str, typer.Option("--to", help="Its end, excluded; as --from, or now.")],
    system: Annotated[Literal["road"], typer.Option(help="Whose links; roads alone have some.")] = "road",  # noqa: ARG001
    in_force: Annotated[
        str | None,
        typer.Option("--in-force", help="Civil day from which on the speeds hold; tomorrow by default."),
    ] = None,
    keep_missing: Annotated[
        bool, typer.Option("--keep-missing", help="Links without history keep the speed that they have.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the links into this new file alone, not into the folder.")
    ] = None,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Compute each link's free-flow speed from its history, and write the next version of the links."""
    settings = Settings()
    zone = settings.civil_zone
    start, end = moment_of(begin, "--from", zone), moment_of(until, "--to", zone)
    if not 0 < end - start <= DAYS_MAX * 86_400_000:
        raise ReferenceDataError(f"--to lies after --from, by {DAYS_MAX} days at most: correct one of them")
    if out is None and settings.reference.resolve() == example.FOLDER:
        raise ReferenceDataError(
            f"{settings.reference} is the example as it is shipped: set CITYBRAIN_REFERENCE to a copy of it, or give --out"
        )
    written = write_next_links(
        reference_of(settings.reference),
        _day_in_force(in_force, zone),
        History(windows_in(settings, start, end), start, end, zone),
        keep_missing=keep_missing,
        out=out,
    )
    if output == "json":
        print(json.dumps([_flat(one) for one in written.links], ensure_ascii=False))
    else:
        _pretty(written, into_folder=out is None)


def windows_in(settings: Settings, start: int, end: int) -> WindowsOf:
    """The store's whole windows of some links between two moments, epoch milliseconds."""

    def windows_of(links: Sequence[str]) -> Iterator[Window]:
        # Ids of a checked folder hold letters, digits and a few signs, no quotes.
        sql = _WINDOWS.format(
            measure=ROAD.source.measure,
            link=ROAD.source.counted_once_in,
            links=", ".join(f"'{link}'" for link in links),
            start=start,
            end=end,
        )
        for row in query(settings, sql):
            yield Window(
                row["entity_id"], int(row["start"]), int(row["length_m"]), int(row["travel_time_ms"])
            )

    return windows_of


def _day_in_force(text: str | None, zone: tzinfo) -> date:
    if text is None:
        return (datetime.now(UTC).astimezone(zone) + timedelta(days=1)).date()
    try:
        found: date = day(text)
    except ValueError as error:
        raise ReferenceDataError(f"--in-force {error}") from error
    return found


def _flat(one: Calibrated) -> dict[str, Any]:
    return {
        "link_id": one.row.link_id,
        "before_kmh": float(one.row.free_flow_kmh),
        "before_basis": one.row.free_flow_basis,
        "free_flow_kmh": float(one.speed_kmh),
        "free_flow_basis": one.basis,
        "days": one.found.days,
        "intervals": one.found.intervals,
        "at_limit": one.found.at_limit,
        "windows_left_out": one.left_out,
    }


def _pretty(written: Written, *, into_folder: bool) -> None:
    console = for_tables()
    changed = [one for one in written.links if one.is_changed]
    if changed:
        table = Table(title="Free-flow speeds that change")
        for heading in ("link", "before km/h", "now km/h", "basis", "days", "intervals", "limit km/h"):
            table.add_column(heading, justify="left" if heading in {"link", "basis"} else "right")
        for one in changed[:ROWS_SHOWN]:
            table.add_row(*_cells(one))
        console.print(table)
    if len(changed) > ROWS_SHOWN:
        console.print(f"The first {ROWS_SHOWN} of {len(changed):,} are shown; --format json gives all.")
    console.print(_summary(written.links))
    entry = written.entry
    console.print(
        f"Written: {written.path}, version {entry['version']}, from {entry['in_force']} on.", markup=False
    )
    if into_folder:
        console.print("`citybrain reference load` announces it to the line.")
    else:
        console.print(f"In the folder it is {entry['file']}; its entry in reference.yaml:")
        console.print(entry_text(entry), markup=False, end="")


def _cells(one: Calibrated) -> tuple[str, ...]:
    limit = "" if one.row.limit_kmh is None else str(one.row.limit_kmh)
    return (
        one.row.link_id,
        decimal(one.row.free_flow_kmh),
        decimal(one.speed_kmh),
        one.basis,
        str(one.found.days),
        f"{one.found.intervals} of {one.found.intervals_of_day}",
        f"{limit}, reached" if one.found.at_limit else limit,
    )


def _summary(links: Sequence[Calibrated]) -> str:
    by_standard = sum(one.found.basis == "standard" for one in links)
    seen = sum(one.found.value is not None for one in links)
    text = (
        f"{len(links):,} links: {sum(one.is_changed for one in links):,} change, {by_standard:,} by {STANDARD_BASIS}, "
        f"{seen - by_standard:,} on a short history, {sum(one.found.at_limit for one in links):,} capped at the limit"
    )
    if seen < len(links):
        text += f", {len(links) - seen:,} without history as before"
    left_out = sum(one.left_out for one in links)
    return text + (f"; {left_out:,} windows left out that no vehicle can have made." if left_out else ".")
