"""`citybrain reference`: the city's links, sites, areas and more: are they right, and what does the line know of them?"""

import json
import re
from collections import Counter
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.times import moment_of
from citybrain.owners import owners_in, today
from citybrain.prepare import declare
from citybrain.reference.entities import ANNOUNCED
from citybrain.reference.folder import Reference, reference_of
from citybrain.reference.loading import Change, load
from citybrain.reference.manifest import KINDS, Held
from citybrain.settings import Settings
from citybrain.waiting import LineTimeoutError, query
from feeds.directory import FEEDS
from feeds.recording import RecordingError
from indicators.catalog import INDICATORS
from schemas.registry import Registry
from streams.catalog import ENTITIES
from streams.entities import EntityReader
from streams.kafka import KafkaException
from streams.publishing import publish

SHOWN_MAX = 1_000
_PLAIN = re.compile(r"[\w./:-]{1,200}")
_HOLDING = """
SELECT system, entity_type, entity_id, area_id, name, longitude_deg, latitude_deg,
  toUnixTimestamp64Milli(valid_from) AS from_ms, toUnixTimestamp64Milli(valid_to) AS to_ms,
  attributes, labels, source
FROM entities
WHERE system = '{system}' {of_entity}
  AND valid_from <= fromUnixTimestamp64Milli({at}) AND (valid_to IS NULL OR valid_to > fromUnixTimestamp64Milli({at}))
ORDER BY entity_type, entity_id, valid_from DESC LIMIT 1 BY entity_type, entity_id LIMIT {most}
"""

Folder = Annotated[
    Path | None, typer.Argument(help="Folder of the reference data; CITYBRAIN_REFERENCE by default.")
]


def check(folder: Folder = None) -> None:
    """Check a folder of reference data: what there is and from when on, or everything that is wrong with it."""
    reference = reference_of(folder or Settings().reference)
    console = _console()
    console.print(_versions(reference))
    absent = [f"{kind}.{ending}" for kind, ending in KINDS.items() if not reference.held.get(kind)]
    if absent:
        console.print(f"Not there: {', '.join(absent)}.", markup=False)
    for note in reference.notes:
        console.print(f"Worth a look: {note}", markup=False)
    console.print("Everything fits together.")


def load_command(folder: Folder = None) -> None:
    """Announce reference data to the registry of a running line; the same again changes nothing."""
    settings = Settings()
    reference = reference_of(folder or settings.reference)
    registry = Registry(settings.registry)
    reader = EntityReader(settings.kafka, registry)
    try:
        reader.catch_up()
        change = load(
            reference,
            settings.civil_zone,
            reader,
            lambda records: publish(settings.kafka, registry, ENTITIES, records),
        )
        # Whose indicators are whose may have changed with it.
        declare(settings, registry, owners_in(reference.folder, today(settings)))
    except KafkaException as error:
        raise LineTimeoutError(
            f"Kafka at {settings.kafka} does not answer: {error}. `citybrain status` says whether the line is up."
        ) from error
    finally:
        reader.close()
    _tell(reference, change)


def departments(folder: Folder = None) -> None:
    """Show who answers for what today: feeds and indicators, and kinds of cases that are not their system's."""
    settings = Settings()
    chosen = folder or settings.reference
    owners = owners_in(chosen, today(settings))
    console = _console()
    if owners.departments is None:
        console.print(f"{chosen} has no departments in force; the declared owners count.", markup=False)
        return
    table = Table(title="Departments")
    for heading in ("department", "feeds", "systems and kinds of cases", "indicators"):
        table.add_column(heading, overflow="fold")
    feeds = Counter(owners.of_feed(feed) for feed in FEEDS)
    indicators = Counter(owners.of_indicator(one) for one in INDICATORS.values())
    for one in owners.departments.by_id.values():
        kinds = ", ".join((*one.systems, *one.case_kinds))
        table.add_row(one.name, str(feeds[one.name]), kinds, str(indicators[one.name]))
    console.print(table)


def show(
    system: Annotated[str, typer.Argument(help="A system, as road; or city, for areas and enterprises.")],
    entity: Annotated[str | None, typer.Argument(help="Only this link, site or area.")] = None,
    *,
    at: Annotated[
        str, typer.Option("--at", help="At which moment: ISO 8601, civil time without an offset; or now.")
    ] = "now",
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Show what the line's registry knows of a system's entities at a moment, whoever announced it."""
    for name in (system, entity):
        if name is not None and not _PLAIN.fullmatch(name):
            raise RecordingError(
                f"{name!r} is no name of the registry.", "`citybrain reference show road` lists some."
            )
    settings = Settings()
    moment = moment_of(at, "--at", settings.civil_zone)
    of_entity = "" if entity is None else f"AND entity_id = '{entity}'"
    found = query(settings, _HOLDING.format(system=system, of_entity=of_entity, at=moment, most=SHOWN_MAX))
    if output == "json":
        print(json.dumps(found, ensure_ascii=False))
        return
    console = _console()
    if not found:
        console.print("Nothing holds at that moment; `citybrain reference load`, or another --at.")
        return
    table = Table(title=f"{system}: known to the registry")
    for heading in ("type", "entity", "area", "from", "to", "attributes", "labels", "source"):
        table.add_column(heading, overflow="fold")
    for row in found:
        table.add_row(*_cells(row, settings.civil_zone))
    console.print(table)
    if len(found) == SHOWN_MAX:
        console.print(
            f"The first {SHOWN_MAX:,} are shown; name an entity, or ask the view `entities` in SQL."
        )


def _cells(row: dict[str, Any], zone: tzinfo) -> tuple[str, ...]:
    return (
        row["entity_type"],
        row["entity_id"],
        row["area_id"] or "",
        _day(row["from_ms"], zone),
        "" if row["to_ms"] is None else _day(row["to_ms"], zone),
        ", ".join(f"{name} {value}" for name, value in sorted(row["attributes"].items())),
        ", ".join(f"{name} {value}" for name, value in sorted(row["labels"].items())),
        row["source"],
    )


def _day(milliseconds: Any, zone: tzinfo) -> str:
    moment = datetime.fromtimestamp(int(milliseconds) / 1000, UTC).astimezone(zone)
    return f"{moment:%Y-%m-%d}" if moment.hour == moment.minute == 0 else f"{moment:%Y-%m-%d %H:%M}"


def _versions(reference: Reference) -> Table:
    table = Table(title=f"Reference data in {reference.folder}")
    for heading in ("file", "version", "from", "to", "holds", "source"):
        table.add_column(heading, no_wrap=heading != "source")
    for kind in KINDS:
        for held in reference.held.get(kind, ()):
            entry = held.entry
            begin, end = f"{held.begin}", "" if held.end is None else f"{held.end}"
            table.add_row(entry.file, str(entry.version), begin, end, _holds(held), entry.source)
    return table


def _holds(held: Held) -> str:
    kind = held.entry.kind
    if kind == "areas":
        return f"{len(held.content.by_id):,} areas"
    if kind == "departments":
        return f"{len(held.content.by_id):,} departments"
    if kind == "calendar":
        return f"years {', '.join(str(year.year) for year in held.content)}"
    return f"{len(held.content):,} rows"


def _tell(reference: Reference, change: Change) -> None:
    console = _console()
    console.print(
        f"{reference.folder}: {len(change.announced):,} entities announced, {len(change.closed):,} closed, "
        f"{len(change.withdrawn):,} withdrawn, {change.unchanged:,} known already.",
        markup=False,
    )
    begins = min((held.begin for kind in ANNOUNCED for held in reference.held.get(kind, ())), default=None)
    if change.records and begins is not None:
        console.print(
            f"They hold from {begins} on; windows that were counted before keep what they said until `citybrain restate "
            "--from … --to …`."
        )


def _console() -> Console:
    return for_tables()
