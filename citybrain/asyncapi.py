"""What does the line offer to services that subscribe? AsyncAPI 3.0 of the topics that outsiders may use, from the catalog."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import yaml

from schemas.records import schema
from stack.ports import DEFAULT_BASE, Ports
from streams.catalog import (
    ALERTS,
    ALERTS_CURRENT,
    CAP,
    CASES,
    CASES_CURRENT,
    COMMANDS,
    DECLARATIONS,
    DELIVERIES,
    ENTITIES,
    INDICATORS,
    INDICATORS_CURRENT,
    JOINT_EVENTS,
    MODES,
    PUBLIC,
    SHIFTS,
    STATISTICS,
    SYSTEMS,
    Topic,
)

AVRO_FORMAT = "application/vnd.apache.avro;version=1.9.0"
FRAMED = "Confluent's wire format: a zero byte, four bytes of schema id (big endian), then the Avro body."
DEPRECATION = (
    "A topic, a field or a meaning that goes is marked as deprecated in one minor version, and stays for two more. "
    "Within v1 of a topic fields are only added, with a default; what old readers or writers could not read is a v2 "
    "beside it."
)
_WITH_CLOUD_EVENTS = {
    topic.record for topic in (INDICATORS, ALERTS, CASES, JOINT_EVENTS, SHIFTS, MODES, COMMANDS)
}
"""Records that carry headers, on every topic of theirs."""
_HEADERS = {
    "content-type": "Media type of the value, `application/avro`.",
    "ce_specversion": "`1.0`.",
    "ce_type": "The topic; of indicators always that of the history.",
    "ce_source": "`/citybrain/` and the mode: `live`, `replay`, `simulated` or `drill`.",
    "ce_id": "Tells the record from every other of its source; the same when it is written again.",
    "ce_subject": "What it is about: the entity, alert or case.",
    "ce_time": "The moment of the city that it speaks of, RFC 3339, UTC, with milliseconds.",
}


@dataclass(frozen=True)
class Offer:
    """A topic that outsiders may use: under which heading, and whether they write it."""

    topic: Topic
    group: str
    title: str
    says: str
    written_by_others: bool = False

    @property
    def name(self) -> str:
        """Its name in the document: letters, digits and dots."""
        return self.topic.name.removeprefix("city.").replace("-", "")


RESULTS, OPERATIONS, REGISTRY, EVENTS, LAST = (
    "Results",
    "Operations",
    "What is known of the city",
    "Events of the systems",
    "Last known event of each entity",
)


def offers() -> Iterator[Offer]:
    """Every topic that outsiders may use, in the order in which the page shows them."""
    yield Offer(
        INDICATORS, RESULTS, "Indicators", "Every row of every indicator, provisional, final and restated."
    )
    yield Offer(INDICATORS_CURRENT, RESULTS, "Indicators now", "The newest row of each indicator and entity.")
    yield Offer(ALERTS, RESULTS, "Alerts", "Every change of every alert.")
    yield Offer(ALERTS_CURRENT, RESULTS, "Alerts now", "How each alert stands that is not closed.")
    yield Offer(CASES, RESULTS, "Cases", "Every change of every case.")
    yield Offer(CASES_CURRENT, RESULTS, "Cases now", "How each case stands.")
    yield Offer(
        JOINT_EVENTS, RESULTS, "Joint events", "Alerts, cases and incidents that are one event together."
    )
    yield Offer(
        STATISTICS, RESULTS, "Statistics", "Sums and counts of each window, from which indicators are judged."
    )
    yield Offer(
        PUBLIC, RESULTS, "Public figures", "What may leave the centre: figures of a live line, as published."
    )
    yield Offer(
        CAP, RESULTS, "CAP messages", "Alerts as CAP 1.2 documents: drafts, and what operators released."
    )
    yield Offer(
        DELIVERIES, OPERATIONS, "Deliveries", "What became of everything that was to be told outside."
    )
    yield Offer(SHIFTS, OPERATIONS, "Shifts", "Who is on duty, by role, and what is handed over.")
    yield Offer(MODES, OPERATIONS, "Modes", "Holidays, events and seasons with rules of their own.")
    yield Offer(
        COMMANDS,
        OPERATIONS,
        "Commands",
        "What people on duty ask of the line: written by those who may.",
        written_by_others=True,
    )
    yield Offer(ENTITIES, REGISTRY, "Entities", "Dated versions of links, stations, areas and sites.")
    yield Offer(DECLARATIONS, REGISTRY, "Indicator catalog", "What each indicator means, and its standard.")
    for system in SYSTEMS.values():
        events = {system.normalized.name: system.normalized, system.source.topic.name: system.source.topic}
        for topic in events.values():
            noun = topic.record.replace("_", " ")
            yield Offer(
                topic, EVENTS, f"{system.name_en} {system.name_zh}: {noun}", schema(topic.record)["doc"]
            )
    for system in SYSTEMS.values():
        yield Offer(
            system.current,
            LAST,
            f"{system.name_en} {system.name_zh} now",
            "The last known event of each entity, with its time and, where the record has one, its place.",
        )


def document() -> dict[str, Any]:
    """The document as plain data."""
    offered = list(offers())
    ports = Ports.from_base(DEFAULT_BASE)
    records = dict.fromkeys(offer.topic.record for offer in offered)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "City streams",
            "version": version("citybrain-streams"),
            "description": f"Events, indicators, alerts and cases of a city, on Kafka. {DEPRECATION}",
        },
        "defaultContentType": "application/avro",
        "servers": {
            "machine": {
                "host": ports.kafka_address,
                "protocol": "kafka",
                "description": "Kafka of a line on one machine; elsewhere CITYBRAIN_KAFKA_BOOTSTRAP.",
                "bindings": {
                    "kafka": {
                        "schemaRegistryUrl": ports.registry_url,
                        "schemaRegistryVendor": "apicurio",
                        "bindingVersion": "0.5.0",
                    }
                },
            }
        },
        "channels": {offer.name: _channel(offer) for offer in offered},
        "operations": {_operation_name(offer): _operation(offer) for offer in offered},
        "components": {
            "messages": {offer.topic.record: _message(offer.topic) for offer in offered},
            "schemas": {
                "CloudEventHeaders": _cloud_event_headers(),
                **{
                    record: {"schemaFormat": AVRO_FORMAT, "schema": dict(schema(record))}
                    for record in records
                },
            },
        },
    }


def asyncapi_text() -> str:
    """The document as YAML, as it lies in docs/."""
    head = "# Written from streams/catalog/ and schemas/avro/ by `make docs`; change those.\n"
    # Without shared parts, which YAML would write once and point at: people read it.
    plain = json.loads(json.dumps(document()))
    text: str = yaml.safe_dump(
        plain, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )
    return head + text


def _channel(offer: Offer) -> dict[str, Any]:
    topic = offer.topic
    name = topic.record
    return {
        "address": topic.name,
        "title": offer.title,
        "description": f"{offer.says} Key: {topic.key}. Kept: {kept(topic)}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "tags": [{"name": offer.group}],
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": topic.config["cleanup.policy"].split(","),
                    "retention.ms": int(topic.config["retention.ms"]),
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def kept(topic: Topic) -> str:
    """For how long a topic keeps records, in words."""
    days = None if topic.retention is None else topic.retention.days
    if topic.compacted:
        silent = "" if days is None else f", unless it was not written for {days} days"
        return f"the newest record of each key{silent}"
    return "for ever" if days is None else f"{days} days from arrival"


def _operation_name(offer: Offer) -> str:
    return f"{'receive' if offer.written_by_others else 'send'}.{offer.name}"


def _operation(offer: Offer) -> dict[str, Any]:
    name = offer.topic.record
    return {
        "action": "receive" if offer.written_by_others else "send",
        "channel": {"$ref": f"#/channels/{offer.name}"},
        "summary": offer.title,
        "messages": [{"$ref": f"#/channels/{offer.name}/messages/{name}"}],
    }


def _message(topic: Topic) -> dict[str, Any]:
    declared = schema(topic.record)
    headers = {"headers": {"$ref": "#/components/schemas/CloudEventHeaders"}} if has_headers(topic) else {}
    return {
        "name": declared["name"],
        "title": declared["name"],
        "summary": declared["doc"],
        "description": FRAMED,
        "contentType": "application/avro",
        **headers,
        "payload": {"$ref": f"#/components/schemas/{topic.record}"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "UTF-8; what it is stands with the channel."},
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "confluent",
                "bindingVersion": "0.5.0",
            }
        },
    }


def _cloud_event_headers() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "CloudEvents 1.0 in Kafka's binary content mode; values are UTF-8.",
        "required": list(_HEADERS),
        "properties": {
            name: {
                "type": "string",
                "description": says,
                **({"const": "1.0"} if name == "ce_specversion" else {}),
                **({"format": "date-time"} if name == "ce_time" else {}),
            }
            for name, says in _HEADERS.items()
        },
    }


def has_headers(topic: Topic) -> bool:
    """Whether its records carry CloudEvents headers."""
    return topic.record in _WITH_CLOUD_EVENTS


def headers_told() -> Mapping[str, str]:
    """Each header and what it says."""
    return _HEADERS
