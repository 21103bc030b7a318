"""The import law of docs/ARCHITECTURE.md, read from the code itself."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
OURS = {"citybrain", "streams", "schemas", "feeds", "indicators", "jobs", "sinks", "stack"}
MAY_IMPORT = {
    "indicators": set(),
    "schemas": set(),
    "stack": set(),
    "feeds": {"schemas"},
    "streams": {"schemas", "feeds", "indicators"},
    "jobs": {"schemas", "streams"},
    "sinks": {"schemas", "streams"},
    "citybrain": OURS,
}
# Of the streams package, jobs and sinks may know the topics and the clients, not the services.
STREAMS_FOR_OTHERS = {"streams.reading", "streams.catalog", "streams.kafka", "streams.runs", "streams.wall"}
OWNERS = {
    "pyflink": {"jobs/submit.py"},
    "faust": {"streams/faust_app.py"},
    "chdb": {"sinks"},
    "clickhouse_driver": {"sinks/server.py"},
    "confluent_kafka": {"streams/kafka.py", "schemas/registry.py"},
    "aiohttp": {"streams/ingest", "streams/deliver"},
    "paho": {"streams/mqtt/bridge.py"},
    "shapely": {"streams/areas.py"},
    "typer": {"citybrain"},
    "rich": {"citybrain"},
    "yaml": {
        "streams/yaml_lines.py",
        "citybrain/reference",
        "citybrain/asyncapi.py",
        "streams/situations/declared.py",
        "streams/deliver/receivers.py",
    },
    "h3": {"streams/situations/nearby.py"},
    "scipy": {"feeds/recorded_hangzhou.py"},
    "python_calamine": {"feeds/recorded_taxis.py"},
}


def imports_of(path: Path) -> set[str]:
    """Full names of the modules that a file imports, at any depth."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def modules() -> list[Path]:
    return [path for package in sorted(OURS) for path in sorted((PROJECT / package).rglob("*.py"))]


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_the_law_allows(package):
    allowed = MAY_IMPORT[package] | {package}
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in sorted((PROJECT / package).rglob("*.py"))
        for name in imports_of(path)
        if name.split(".")[0] in OURS - allowed
    ]

    assert wrong == []


@pytest.mark.parametrize("package", ["jobs", "sinks"])
def test_jobs_and_sinks_know_the_topics_and_not_the_services(package):
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in sorted((PROJECT / package).rglob("*.py"))
        for name in imports_of(path)
        if name.startswith("streams.") and name not in STREAMS_FOR_OTHERS
    ]

    assert wrong == []


def test_one_runtime_library_has_one_owner():
    importers = defaultdict(set)
    for path in modules():
        for name in imports_of(path):
            importers[name.split(".")[0]].add(str(path.relative_to(PROJECT)))

    for library, owners in OWNERS.items():
        strangers = {
            path
            for path in importers[library]
            if not any(path == owner or path.startswith(owner + "/") for owner in owners)
        }
        assert strangers == set(), f"{library} belongs to {owners}"
    assert len(importers["chdb"]) == 1


def test_indicators_use_the_standard_library_alone():
    import sys

    foreign = {
        name
        for path in (PROJECT / "indicators").rglob("*.py")
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names and name.split(".")[0] != "indicators"
    }

    assert foreign == set()


def test_the_client_needs_records_topics_and_kafka_alone():
    names = {name for path in (PROJECT / "citybrain" / "client").glob("*.py") for name in imports_of(path)}
    ours = {name for name in names if name.split(".")[0] in OURS and not name.startswith("citybrain.client")}

    assert {name for name in ours if not name.startswith("schemas.")} == {
        "streams.catalog",
        "streams.kafka",
        "streams.reading",
    }


def test_no_file_is_too_long_to_read_in_one_go():
    long = {
        str(path.relative_to(PROJECT)): lines
        for path in modules()
        if (lines := len(path.read_text().splitlines())) > 420
    }

    assert long == {}
