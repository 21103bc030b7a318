"""Does docs/asyncapi.yaml say what is on the line, in AsyncAPI's own eyes?"""

import json
import subprocess
from pathlib import Path

import pytest

from citybrain import typed_records
from citybrain.asyncapi import has_headers, headers_told, offers
from citybrain.docs import DOCS
from schemas.records import schema
from streams.catalog import CATALOG, LOOKED_INTO, RECOMPUTED, SYSTEMS

PARSER = Path(__file__).parents[1] / "asyncapi"
INFORMATION = 2


@pytest.fixture(scope="module")
def parsed():
    assert (PARSER / "node_modules").exists(), "AsyncAPI's parser is not there: run `make setup`"
    done = subprocess.run(
        ["node", str(PARSER / "check.mjs"), str(DOCS / "asyncapi.yaml")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_asyncapis_own_parser_takes_the_document_and_finds_every_channel(parsed):
    assert [found for found in parsed["problems"] if found["severity"] < INFORMATION] == []
    assert [found["address"] for found in parsed["channels"]] == [offer.topic.name for offer in offers()]


def test_the_parser_reads_the_fields_of_every_record_and_the_headers(parsed):
    for found in parsed["channels"]:
        topic = CATALOG[found["address"]]
        (message,) = found["messages"]
        assert message["fields"] == [field["name"] for field in schema(topic.record)["fields"]]
        assert message["headers"] == (list(headers_told()) if has_headers(topic) else [])


def test_a_broken_document_is_a_problem_to_the_parser(tmp_path):
    text = (DOCS / "asyncapi.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("#/components/schemas/alert", "#/components/schemas/nothing", 1))

    done = subprocess.run(
        ["node", str(PARSER / "check.mjs"), str(broken)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )

    assert any(found["severity"] < INFORMATION for found in json.loads(done.stdout)["problems"])


def test_what_is_not_offered_is_the_lines_own():
    offered = {offer.topic.name for offer in offers()}
    own = {
        topic.name
        for system in SYSTEMS.values()
        for topic in (
            system.raw,
            system.dead_letters,
            system.source.late,
            system.archive_only,
            system.recompute,
        )
    }

    rest = set(CATALOG.topics) - offered - own - {RECOMPUTED.name, LOOKED_INTO.name}

    assert all(name.startswith("city.registry.") or name.endswith(".dlq") for name in rest)


def test_the_clients_records_are_those_of_the_schemas():
    assert typed_records.stale() == [], "run `make docs`"
