"""The documents: generated pages are fresh, links lead somewhere, and what they name is really there."""

import re
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from citybrain import docs
from citybrain.settings import Settings
from feeds.recordings import RECORDINGS
from indicators.catalog import INDICATORS
from indicators.catalog.declaration import SIMULATOR
from sinks.tables import TABLES

PROJECT = Path(__file__).parents[2]
NOT_OURS = {".venv", ".git", "node_modules", "jars", ".citybrain", ".pytest_cache", ".hypothesis"}
FORBIDDEN = (
    r"exactly[- ]once",
    r"\bissue #?\d+",
    r"\bhelpers?\b",
    r"/(?:wor[k]|tmp|roo[t]|home)/",
    r"\b(blazing|seamless(ly)?|world-class|cutting-edge|game-chang\w+|enterprise-grade|production-ready)\b",
    r"\b(robust(ly)?|powerful|leverag\w+|utili[sz]e[sd]?|delve)\b",
    r"\b(TODO|FIXME|TBD|lorem)\b",
    r"[\U0001F300-\U0001FAFF\u2600-\u27BF]",
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
OUR_PATH = re.compile(
    r"(?:citybrain|streams|schemas|feeds|indicators|jobs|sinks|stack|tests|docs|docker)/[\w./-]*|\w+\.lock"
)


def pages():
    found = [path for path in PROJECT.rglob("*.md") if not NOT_OURS & set(path.relative_to(PROJECT).parts)]
    return sorted(found)


def name_of(path):
    return str(path.relative_to(PROJECT))


@cache
def prose(path):
    """The text of a page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@cache
def anchors(path):
    headings = re.findall(r"^#+ (.+)$", prose(path), flags=re.MULTILINE)
    return {
        "".join(letter for letter in heading.lower() if letter.isalnum() or letter in "-_ ").replace(" ", "-")
        for heading in headings
    }


@cache
def names_of_tests():
    text = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("test_*.py"))
    return set(re.findall(r"^def (test_\w+)", text, flags=re.MULTILINE))


def test_generated_pages_say_what_the_declarations_say():
    assert docs.stale() == [], "run `make docs`"


def test_a_page_that_differs_or_is_absent_is_stale(tmp_path):
    for name, page in docs.pages().items():
        (tmp_path / name).write_text(page(), encoding="utf-8")
    assert docs.stale(tmp_path) == []

    (tmp_path / "TOPICS.md").write_text("something else", encoding="utf-8")
    (tmp_path / "INDICATORS.md").unlink()

    assert set(docs.stale(tmp_path)) == {"TOPICS.md", "INDICATORS.md"}


def test_the_check_ends_with_1_when_a_page_is_stale(tmp_path, monkeypatch):
    monkeypatch.setattr(docs.stale, "__defaults__", (tmp_path,))
    monkeypatch.setattr(sys, "argv", ["docs", "--check"])

    with pytest.raises(SystemExit) as ended:
        docs.main()

    assert ended.value.code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_to_a_page_of_ours_leads_to_it_and_to_its_heading(page):
    broken = []
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("page", [*pages(), *sorted((PROJECT / "docker").iterdir())], ids=name_of)
def test_no_page_uses_a_forbidden_word(page):
    text = page.read_text(encoding="utf-8")

    found = [match[0] for word in FORBIDDEN for match in re.finditer(word, text, flags=re.IGNORECASE)]

    assert found == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_file_and_test_that_a_page_names_is_there(page):
    named = [word for word in CODE.findall(prose(page)) if "<" not in word and "*" not in word]
    absent = [word for word in named if word.startswith("test_") and word not in names_of_tests()]
    absent += [word for word in named if OUR_PATH.fullmatch(word) and not (PROJECT / word).exists()]
    # Made by `make setup` and by the bench, so not in a fresh clone.
    absent = [word for word in absent if not word.startswith(("stack/jars", "load_tests/results"))]

    assert absent == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_one_sentence_is_one_line(page):
    lines = [line for line in prose(page).splitlines() if not line.startswith(("|", "#"))]
    # An abbreviation is followed by a small letter, and a numbered item starts with a digit.
    doubled = [line for line in lines if re.search(r"[a-z`)]\. [A-Z][a-z]", line)]

    assert doubled == []


def test_the_readme_names_every_setting_with_its_default():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")

    for name, field in Settings.model_fields.items():
        default = str(getattr(field.default, "value", field.default)) or "empty"
        shown = "empty" if default == "empty" else f"`{default}`"
        assert f"| `CITYBRAIN_{name.upper()}` | {shown} |" in readme


def test_the_readme_names_every_recording_with_its_files_and_every_view():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")

    for recording in RECORDINGS.values():
        assert f"`{recording.name}`" in readme
        assert f"`{recording.patterns[0]}`" in readme
    for table in TABLES:
        view = "events_<system>" if table.view.startswith("events_") else table.view
        assert f"`{view}`" in readme


def test_every_indicator_says_which_recording_or_the_simulator_proved_it():
    for indicator in INDICATORS.values():
        assert indicator.proved_by
        for name in indicator.proved_by:
            assert name == SIMULATOR or RECORDINGS[name].system == indicator.system


def test_every_make_command_that_a_page_names_is_a_target():
    targets = set(
        re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )

    named = {target for page in pages() for target in re.findall(r"\bmake ([a-z-]+)`", prose(page))}

    assert named <= targets


def test_every_decision_is_in_the_list():
    folder = PROJECT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")

    for page in folder.glob("0*.md"):
        number, title = re.match(r"# (\d{4}) (.+)", page.read_text(encoding="utf-8")).groups()
        assert page.name.startswith(f"{number}-")
        assert f"[{number}]({page.name}) | {title} |" in listed


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((PROJECT / "docker" / "compose.yaml").read_text(encoding="utf-8"))


def test_servers_have_the_versions_of_this_machine(compose):
    dockerfile = (PROJECT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    kafka, registry = (
        re.search(rf"<artifactId>{artifact}</artifactId>\s*<version>(.+?)</version>", pom.read_text())[1]
        for artifact, pom in (
            (r"kafka_2\.13", PROJECT / "stack" / "kafka" / "pom.xml"),
            ("apicurio-registry-app", PROJECT / "stack" / "registry" / "pom.xml"),
        )
    )
    flink = re.search(r"^apache-flink==(\S+)", (PROJECT / "requirements.lock").read_text(), re.MULTILINE)[1]

    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{kafka}"
    assert compose["services"]["registry"]["image"] == f"apicurio/apicurio-registry:{registry}"
    assert f"FROM flink:{flink}-" in dockerfile


def test_servers_run_every_service_of_a_line_and_each_command_is_a_module(compose):
    services = compose["services"]

    assert {"prepare", "normalize", "responses", "judge", "sink", "jobs"} <= set(services)
    for service in services.values():
        command = service.get("command", "")
        for name in re.findall(r"-m ([\w.]+)", command if isinstance(command, str) else " ".join(command)):
            module = PROJECT.joinpath(*name.split("."))
            assert module.with_suffix(".py").exists() or (module / "__main__.py").exists()


def test_servers_are_given_only_settings_that_exist_and_no_secret(compose):
    text = (PROJECT / "docker" / "compose.yaml").read_text(encoding="utf-8")
    known = {f"CITYBRAIN_{name.upper()}" for name in Settings.model_fields}

    assert set(compose["x-settings"]) <= known
    assert all("${" in line for line in text.splitlines() if "PASSWORD" in line)


def test_jobs_on_servers_ask_for_the_checkpoints_that_jobs_here_ask_for(compose):
    import json

    from stack.flink_conf import checkpointing, flink_files

    command = compose["services"]["jobs"]["command"]
    asked = json.loads(command[command.index("--settings") + 1])
    here = checkpointing(flink_files(Path("/x")))

    for key, value in asked.items():
        assert key.endswith(".dir") or here[key] == value


def test_the_image_of_the_services_holds_every_package():
    dockerfile = (PROJECT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests", "load_tests"}

    assert packages <= set(re.findall(r"^COPY (\w+) \./", dockerfile, re.MULTILINE))
