"""What do the declarations say, in words? Writes the generated pages of docs/; `--check` says whether they are stale."""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from citybrain import typed_records
from citybrain.asyncapi import asyncapi_text
from citybrain.channels_page import channels_page
from citybrain.owners import DECLARED, Owners, city_owners
from citybrain.reference import example
from citybrain.settings import Settings
from feeds.decoding import RejectReason
from feeds.directory import FEEDS
from indicators.catalog import INDICATORS, Indicator
from indicators.catalog.declaration import SIMULATOR
from indicators.catalog.export import edition_text, scale_text
from indicators.standard import Edition
from indicators.targets import TARGETS, targets_of
from indicators.targets.text import wanted
from schemas.records import record_names, schema
from sinks.tables import tables_of_topics
from streams.catalog import CATALOG, SYSTEMS, System, Topic

DOCS = Path(__file__).resolve().parent.parent / "docs"
_GENERATED = "This page is generated from {sources}; change those and run `make docs`."
_DIRECTIONS = {"lower": "lower is better", "higher": "higher is better", None: "neither direction is better"}
_WINDOWS = {
    "PT1M": "1 minute",
    "PT5M": "5 minutes",
    "PT15M": "15 minutes",
    "PT1H": "1 hour",
    "P1D": "civil day",
}


def pages(owners: Owners = DECLARED) -> Mapping[str, Callable[[], str]]:
    """File name under docs/ to what makes its text."""
    return {
        "INDICATORS.md": partial(indicators_page, owners),
        "TOPICS.md": topics_page,
        "CHANNELS.md": channels_page,
        "asyncapi.yaml": asyncapi_text,
    }


def indicators_page(owners: Owners = DECLARED) -> str:
    """Every indicator of the catalog: what it asks, how it is computed and who answers for it."""
    lines = [
        "# Indicators",
        "",
        _GENERATED.format(sources="`indicators/catalog/`"),
        "Which row of an indicator counts, and when, is law in [specs/time.md](specs/time.md).",
        "",
    ]
    names = {system.slug: f"{system.name_en} {system.name_zh}" for system in SYSTEMS.values()}
    names["feed"] = "Feeds of every system 数据归集"
    for slug in dict.fromkeys(indicator.system for indicator in INDICATORS.values()):
        declared = [indicator for indicator in INDICATORS.values() if indicator.system == slug]
        lines += [f"## {names.get(slug, 'The city as a whole 城市总体')}", ""]
        lines += _table(
            ("indicator", "question", "unit", "window", "for"),
            ((f"[`{i.id}`](#{_anchor(i.id)})", i.question, i.unit, _window(i), _joined(i)) for i in declared),
        )
        for indicator in declared:
            lines += indicator_section(indicator, owners)
    lines += [
        "## Targets of the city",
        "",
        "As shipped; a city sets its own (see [README.md](../README.md)).",
        "",
    ]
    lines += _table(
        ("target", "indicator", "wanted", "what is counted", "over", "owner"),
        (
            (f"`{t.id}`", f"`{t.indicator}`", wanted(t), t.counts, t.denominator, owners.of_target(t))
            for t in TARGETS.values()
        ),
    )
    return _text(lines)


def indicator_section(indicator: Indicator, owners: Owners = DECLARED) -> Iterator[str]:
    """What one indicator means, line by line, as Markdown."""
    yield from (f"### {indicator.id}", "", f"{indicator.name_en}, {indicator.name_zh}.", "")
    yield f"- Question: {indicator.question}"
    yield f"- Formula: {indicator.formula}."
    yield f"- Unit: {indicator.unit}; {_DIRECTIONS[indicator.direction]}{_bounds(indicator)}."
    yield f"- Window: {_window(indicator)}, for {_joined(indicator)}."
    yield f"- Measured by: `{indicator.measure}`."
    for edition in indicator.editions:
        yield f"- Standard: {_edition(edition)}."
    for edition in indicator.variants:
        yield f"- Only where it is named: {_edition(edition)}."
    if indicator.grades is not None:
        yield f"- Grades, by {indicator.grades.quantity}: {scale_text(indicator.grades)}."
    for target in targets_of(TARGETS, indicator.id):
        yield f"- Target: {wanted(target)}, {target.name_en} {target.name_zh}."
    yield f"- Checked against: {', '.join(_proof(name) for name in indicator.proved_by)}."
    public = "public, from a live line only" if indicator.public else "not public"
    yield f"- Owner: {owners.of_indicator(indicator)}; {public}."
    yield ""


def _proof(name: str) -> str:
    return "the simulated city" if name == SIMULATOR else f"the recording `{name}`"


def _edition(edition: Edition) -> str:
    name = (
        f"the project's own definition {edition.edition}" if edition.standard == "project" else edition.name
    )
    return f"{name}, {edition_text(edition)}"


def _bounds(indicator: Indicator) -> str:
    low, high = indicator.bounds
    if low is None and high is None:
        return ""
    if high is None:
        return f"; from {low}"
    return f"; up to {high}" if low is None else f"; {low} to {high}"


def _window(indicator: Indicator) -> str:
    return _WINDOWS.get(indicator.window, indicator.window)


def _joined(indicator: Indicator) -> str:
    return ", ".join(indicator.entity_types)


def topics_page() -> str:
    """Every topic, the time policy of each system, every feed, every reason to reject, and every record."""
    lines = [
        "# Topics and records",
        "",
        _GENERATED.format(sources="`streams/catalog/`, `schemas/avro/`, `feeds/` and `sinks/tables.py`"),
        "What their names mean is law in [specs/naming.md](specs/naming.md).",
        "",
        "## Topics",
        "",
    ]
    lines += _table(
        ("topic", "record", "key", "partitions", "kept", "views in the store"),
        (_topic_row(topic) for topic in CATALOG.topics.values()),
    )
    lines += ["## Systems and their time policy", ""]
    lines += _policy_table()
    lines += ["## Feeds", ""]
    lines += _table(
        ("feed", "system", "what it is", "civil time", "coordinates"),
        (
            (f"`{f.name}`", f.system, f.title, f.zone or "–", f.reference_system or "–")
            for f in FEEDS.values()
        ),
    )
    lines += [
        "## Why a record is rejected",
        "",
        "The normalizer gives one of these reasons; `too_large` is given by the MQTT bridge.",
        "",
    ]
    lines += _table(
        ("reason", "what it means", "what to do"),
        ((f"`{reason.value}`", reason.meaning, reason.remedy) for reason in RejectReason),
    )
    lines += ["## Records", ""]
    for record in record_names():
        lines += _record(record)
    return _text(lines)


def _topic_row(topic: Topic) -> tuple[str, ...]:
    kept = "for ever" if topic.retention is None else _span(topic.retention)
    views = ", ".join(f"`{table.view}`" for table in tables_of_topics().get(topic.name, ()))
    return (
        f"`{topic.name}`",
        f"[`{topic.record}`](#{_anchor(topic.record)})",
        topic.key,
        str(topic.partitions),
        f"{kept}, compacted" if topic.compacted else kept,
        views or "–",
    )


def _policy_table() -> Iterator[str]:
    asked: tuple[tuple[str, Callable[[System], str]], ...] = (
        ("system", lambda s: f"{s.name_en} {s.name_zh}"),
        ("slug", lambda s: f"`{s.slug}`"),
        ("windowed topic", lambda s: f"`{s.source.topic.name}`"),
        ("measure", lambda s: f"`{s.source.measure}`"),
        ("window", lambda s: _span(s.source.window)),
        ("a partial result each", lambda s: _span(s.source.step)),
        ("out of order by at most", lambda s: _span(s.source.out_of_orderness)),
        ("ahead of the city clock by at most", lambda s: _span(s.future_tolerance)),
        ("a repeat is known for", lambda s: _span(s.repeat_span)),
        ("step of the city clock", lambda s: _span(s.tick)),
        ("results after the last event for", lambda s: _span(s.settle)),
    )
    return _table(
        tuple(name for name, _ in asked),
        (tuple(answer(system) for _, answer in asked) for system in SYSTEMS.values()),
    )


def _record(record: str) -> Iterator[str]:
    declared = schema(record)
    yield from (f"### {record}", "", *_sentences(declared["doc"]), "")
    yield from _table(
        ("field", "type", "what it is"),
        ((f"`{field['name']}`", _type(field["type"]), field["doc"]) for field in declared["fields"]),
    )


def _sentences(text: str) -> list[str]:
    """One sentence a line."""
    return re.split(r"(?<=\.) (?=[A-Z])", text)


def _type(avro_type: Any) -> str:
    if isinstance(avro_type, list):
        (some,) = (branch for branch in avro_type if branch != "null")
        return f"{_type(some)} or null"
    if isinstance(avro_type, dict):
        if avro_type.get("logicalType") == "timestamp-millis":
            return "time"
        if avro_type["type"] == "array":
            return f"list of {_type(avro_type['items'])}"
        return f"map of {_type(avro_type['values'])}"
    return str(avro_type)


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds and seconds % size == 0 and (unit != "day" or seconds > size * 3):
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(headings)
    yield _row(names)
    yield _row("---" for _ in names)
    for row in rows:
        yield _row(cell.replace("|", "\\|") for cell in row)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _anchor(heading: str) -> str:
    """The anchor that a Markdown heading of this name has."""
    return "".join(letter for letter in heading.lower() if letter.isalnum() or letter in "-_ ").replace(
        " ", "-"
    )


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def stale(folder: Path = DOCS, *, owners: Owners = DECLARED) -> list[str]:
    """Names of the pages in a folder that are absent or differ from what the declarations say."""
    return [
        name
        for name, page in pages(owners).items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != page()
    ]


def main() -> None:
    """Write the pages, or only look at them. Exit code 1 when `--check` finds one stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    checking = parser.parse_args().check
    # First what the pages read themselves.
    old_example = example.stale()
    if checking and old_example:
        print(
            f"{', '.join(old_example)} of the example's reference data: run `make docs` and commit",
            file=sys.stderr,
        )
    elif old_example:
        example.write()
        print(f"reference/simcity written: {', '.join(old_example)}")
    owners = city_owners(Settings())
    old = stale(owners=owners)
    for name in old:
        if checking:
            print(f"docs/{name} is stale: run `make docs` and commit it", file=sys.stderr)
        else:
            (DOCS / name).write_text(pages(owners)[name](), encoding="utf-8")
            print(f"docs/{name} written")
    old_records = typed_records.stale()
    if checking and old_records:
        print(f"{', '.join(old_records)} of the client: run `make docs` and commit", file=sys.stderr)
    elif old_records:
        typed_records.write()
        print(f"citybrain/client/records written: {', '.join(old_records)}")
    sys.exit(1 if checking and (old or old_records or old_example) else 0)


if __name__ == "__main__":
    main()
