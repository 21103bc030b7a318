"""What does the line offer, for people? The page of `docs/asyncapi.yaml`."""

from collections.abc import Iterable, Iterator

from citybrain.asyncapi import DEPRECATION, LAST, Offer, has_headers, headers_told, kept, offers

_EXAMPLE = """```python
from citybrain.client import Subscriber

subscribe = Subscriber("127.0.0.1:19090", "http://127.0.0.1:19091/apis/ccompat/v7")
with subscribe.alerts(area="simcity/d01", severity=2) as changes:
    for change in changes:
        print(change.record.state, change.record.title)
```"""


def channels_page() -> str:
    """The page as Markdown."""
    offered = list(offers())
    lines = [
        "# Channels",
        "",
        "This page is generated from `streams/catalog/` and `schemas/avro/`; change those and run `make docs`.",
        "For programs the same is in [asyncapi.yaml](asyncapi.yaml), AsyncAPI 3.0.",
        "What a subscriber can rely on is law in [specs/subscribing.md](specs/subscribing.md).",
        "Every field of every record is in [TOPICS.md](TOPICS.md#records).",
        "",
        "## Begin",
        "",
        *_EXAMPLE.splitlines(),
        "",
        "First comes how everything stands, then every change.",
        "The same with `async for`, a group that Kafka keeps, and a position that one keeps oneself is in `examples/`.",
        "Addresses: `citybrain status` shows those of a line on this machine.",
        "",
        "## Which channel",
        "",
        *_table(
            ("You want", "read"),
            (
                ("values and grades as they are judged", "`city.indicators.v1`"),
                ("to be told what needs somebody", "`city.alerts.v1`"),
                ("what is open, at risk and overdue", "`city.cases.v1`"),
                ("a map of the last readings", "`city.<system>.current.v1`"),
                ("every reading", "`city.<system>.<noun>.v1`"),
                ("sums to compute with", "`city.statistics.v1`"),
                ("to acknowledge, shelve, open or close", "write to `city.commands.v1`"),
            ),
        ),
        "",
    ]
    for group in dict.fromkeys(offer.group for offer in offered):
        lines += [f"## {group}", "", *_of_group([offer for offer in offered if offer.group == group]), ""]
    lines += [
        "## Values and headers",
        "",
        "A value is one Avro record in Confluent's wire format: a zero byte, four bytes of schema id, the body.",
        "The registry answers the schema of an id; times are milliseconds since 1970, UTC.",
        "Indicators, alerts, cases, joint events, shifts, modes and commands carry CloudEvents 1.0 headers in binary mode.",
        "",
        *_table(("header", "value"), ((f"`{name}`", says) for name, says in headers_told().items())),
        "",
        "## What changes, and how long the old stays",
        "",
        *DEPRECATION.replace(". ", ".\n").splitlines(),
    ]
    return "\n".join(lines) + "\n"


def _of_group(offered: list[Offer]) -> Iterator[str]:
    if offered[0].group == LAST:
        yield "The system's own record, once an entity and batch; partitioned as the events are."
        yield from ("", *_table(("system", "channel", "record"), map(_short, offered)))
        return
    yield from _table(
        ("channel", "what it tells", "record", "key", "partitions", "kept", "headers"),
        (
            (
                f"`{offer.topic.name}`" + (" (write)" if offer.written_by_others else ""),
                offer.says.rstrip("."),
                _link(offer),
                offer.topic.key,
                str(offer.topic.partitions),
                kept(offer.topic),
                "CloudEvents" if has_headers(offer.topic) else "–",
            )
            for offer in offered
        ),
    )


def _short(offer: Offer) -> tuple[str, str, str]:
    return offer.title.removesuffix(" now"), f"`{offer.topic.name}`", _link(offer)


def _link(offer: Offer) -> str:
    return f"[`{offer.topic.record}`](TOPICS.md#{offer.topic.record})"


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"| {' | '.join('---' for _ in headings)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
