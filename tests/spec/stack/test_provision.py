"""Are jars brought once, and is what prevents it said with a remedy? With a Maven and a Java of our own making."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from stack.errors import StackError
from stack.provision import EXPECTED, jars_of, provision

JAVA = """#!/bin/sh
echo 'openjdk version "{version}"' >&2
"""
MAVEN = """#!/bin/sh
echo "$@" >> {calls}
for word in "$@"; do case "$word" in -Djars=*) out="${{word#-Djars=}}";; esac; done
mkdir -p "$out/lib"
{work}
"""


class Machine:
    """A project with three poms, and a path that holds what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.tools = folder / "tools"
        self.calls = folder / "calls"
        self.said: list[str] = []
        self.tools.mkdir()
        for name in EXPECTED:
            (self.root / "stack" / name).mkdir(parents=True)
            (self.root / "stack" / name / "pom.xml").write_text(f"<project>{name}</project>")

    def tool(self, name: str, text: str) -> None:
        (self.tools / name).write_text(text)
        (self.tools / name).chmod(0o755)

    def maven(self, work: str) -> None:
        self.tool("mvn", MAVEN.format(calls=self.calls, work=work))

    def java(self, version: str = "17.0.1") -> None:
        self.tool("java", JAVA.format(version=version))

    def provision(self) -> None:
        provision(self.root, self.said.append)

    def maven_calls(self) -> int:
        return len(self.calls.read_text().splitlines()) if self.calls.exists() else 0


GOOD_WORK = "\n".join(
    f'touch "$out/{pattern.replace("*", "1")}"' for patterns in EXPECTED.values() for pattern in patterns
)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    one = Machine(tmp_path)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    shell = {str(Path(found).parent) for found in (shutil.which("mkdir"), shutil.which("touch")) if found}
    # The folder of mkdir may hold a real mvn or java: only links to what the pretended tools need.
    for name in ("mkdir", "touch", "sh"):
        (one.tools / name).symlink_to(shutil.which(name) or pytest.skip(f"no {name} in {shell}"))
    monkeypatch.setenv("PATH", str(one.tools))
    one.java()
    one.maven(GOOD_WORK)
    return one


def test_maven_runs_once_a_pom_and_not_again(machine: Machine) -> None:
    machine.provision()
    assert machine.maven_calls() == 3
    machine.provision()
    assert machine.maven_calls() == 3
    assert machine.said[-3:] == ["kafka: here already", "registry: here already", "flink: here already"]


def test_a_changed_pom_is_brought_again_and_only_that(machine: Machine) -> None:
    machine.provision()
    (machine.root / "stack" / "flink" / "pom.xml").write_text("<project>newer</project>")
    machine.provision()
    assert machine.maven_calls() == 4


def test_a_jar_that_was_removed_is_brought_again(machine: Machine) -> None:
    machine.provision()
    next((machine.root / "stack" / "jars" / "kafka").glob("kafka_2.13-*.jar")).unlink()
    machine.provision()
    assert machine.maven_calls() == 4


def test_a_failed_maven_shows_its_last_lines_and_leaves_nothing_half_done(machine: Machine) -> None:
    machine.maven("echo '[ERROR] Unknown host repo.example'; exit 1")
    with pytest.raises(StackError, match="Unknown host") as error:
        machine.provision()
    assert "network" in error.value.remedy
    machine.maven(GOOD_WORK)
    machine.provision()


def test_a_maven_that_brings_too_little_is_noticed(machine: Machine) -> None:
    machine.maven("true")
    with pytest.raises(StackError, match=r"kafka lacks kafka_2\.13"):
        machine.provision()


def test_a_missing_java_is_named_with_its_package(machine: Machine) -> None:
    (machine.tools / "java").unlink()
    with pytest.raises(StackError, match="openjdk-17-jre-headless"):
        machine.provision()


def test_a_java_that_is_too_old_is_refused(machine: Machine) -> None:
    machine.java("11.0.2")
    with pytest.raises(StackError, match="Java 11"):
        machine.provision()


def test_a_missing_maven_is_named_with_its_package(machine: Machine) -> None:
    (machine.tools / "mvn").unlink()
    with pytest.raises(StackError, match="apt install maven"):
        machine.provision()


def test_without_maven_but_with_all_jars_nothing_is_missing(machine: Machine) -> None:
    machine.provision()
    (machine.tools / "mvn").unlink()
    machine.provision()


def test_a_full_disk_is_said_before_maven_runs(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=100 * 1024**2))
    with pytest.raises(StackError, match="Only 100 MiB are free"):
        machine.provision()
    assert machine.maven_calls() == 0


def test_two_checkouts_that_share_a_folder_of_jars_have_one_place_for_them(tmp_path: Path) -> None:
    """Else each would make the archives of classes of the other anew: they fit the jars of one path only."""
    first, second = tmp_path / "first", tmp_path / "second"
    (first / "stack" / "jars").mkdir(parents=True)
    (second / "stack").mkdir(parents=True)
    (second / "stack" / "jars").symlink_to(first / "stack" / "jars")

    assert jars_of(second) == jars_of(first)
