"""Are the jars of Kafka, the schema registry and Flink's connectors here, and are they the pinned ones?

Each part has a pom that names exact versions. Maven runs for a pom only if the pom's content changed since the
last success; with everything in place this costs a fraction of a second and needs no network.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError
from stack.java import checked_java

PROJECT = Path(__file__).resolve().parent.parent
NEEDED_DISK_BYTES = 2 * 1024**3
MAVEN_TIMEOUT_SECONDS = 900

# What must lie there after Maven; a glob each, so that the version is written once, in the pom.
EXPECTED = {
    "kafka": ("kafka_2.13-*.jar", "kafka-clients-*.jar", "log4j-core-*.jar", "log4j-slf4j-impl-*.jar"),
    "registry": ("apicurio-registry-app-*-runner.jar", "lib/*.jar"),
    "flink": ("flink-sql-connector-kafka-*.jar", "flink-sql-avro-confluent-registry-*.jar"),
}


@dataclass(frozen=True)
class Jars:
    """The folders that hold the jars of each part."""

    kafka: Path
    registry: Path
    flink: Path
    classes: Path  # archives of classes, see stack/warm.py; may be empty


def jars_of(root: Path) -> Jars:
    """Return where the jars of the project at `root` lie, whether they are there or not.

    Where the folder is a link, as in a second checkout, it is the place itself: Java takes an archive of classes
    only for jars of the very paths that it was made from, so that each checkout would make those of the other anew.
    """
    folder = (root / "stack" / "jars").resolve()
    return Jars(
        kafka=folder / "kafka",
        registry=folder / "registry",
        flink=folder / "flink",
        classes=folder / "classes",
    )


def provision(root: Path, report: Callable[[str], None]) -> Jars:
    """Bring the jars that the poms of the project at `root` name, and return where they are.

    `report` gets one line for each thing done. Raises StackError with a remedy.
    """
    checked_java()
    jars = jars_of(root)
    with only_one(root / "stack" / "jars"):
        for name in EXPECTED:
            _bring(name, root / "stack" / name / "pom.xml", root / "stack" / "jars" / name, report)
    return jars


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Wait until no other process provisions into the folder, and keep others out."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bring(name: str, pom: Path, target: Path, report: Callable[[str], None]) -> None:
    stamp = target.with_name(f"{name}.stamp")
    wanted = hashlib.sha256(pom.read_bytes()).hexdigest()
    have = stamp.read_text().strip() if stamp.exists() else ""
    if have == wanted and not missing(name, target):
        report(f"{name}: here already")
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise StackError("There is no mvn on the path.", "Install Maven (Debian: apt install maven).")
    _check_disk(target.parent)
    report(f"{name}: asking Maven for what {pom.name} names ...")
    # A folder of its own until it is whole: an interrupted run must not look like a finished one.
    partial = target.with_name(f".{name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    _run_maven(maven, name, pom, partial)
    absent = missing(name, partial)
    if absent:
        raise StackError(
            f"Maven ended well, but {name} lacks {', '.join(absent)}.",
            f"Look at {pom}; then remove {target.parent} and run `make setup` again.",
        )
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    stamp.write_text(wanted + "\n")
    report(f"{name}: {sum(1 for _ in target.rglob('*.jar'))} jars")


def missing(name: str, folder: Path) -> list[str]:
    """Return which of the expected jars of part `name` are not in `folder`."""
    return [pattern for pattern in EXPECTED[name] if not any(folder.glob(pattern))]


def _check_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_DISK_BYTES:
        raise StackError(
            f"Only {free / 1024**2:.0f} MiB are free on the disk of {folder}; the stack needs 2 GiB.",
            "Make room, then run `make setup` again.",
        )


def _run_maven(maven: str, name: str, pom: Path, output: Path) -> None:
    command = [maven, "-B", "-ntp", "-q", "-f", str(pom), "package", f"-Djars={output}"]
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=MAVEN_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise StackError(
            f"Maven did not finish for {name} within {MAVEN_TIMEOUT_SECONDS} s.",
            "Look at the network connection, then run `make setup` again.",
        ) from error
    if done.returncode != 0:
        raise StackError(
            f"Maven could not bring the jars of {name}. Its last lines:\n{_last_lines(done.stdout)}",
            "Usually the network: check that Maven can reach its repository (a mirror or a proxy belongs "
            "in ~/.m2/settings.xml), then run `make setup` again.",
        )


def _last_lines(text: str, count: int = 8) -> str:
    lines = [line for line in text.splitlines() if line.strip("\x1b[0m ").removeprefix("[ERROR]").strip()]
    return "\n".join(f"    {line[:300]}" for line in lines[-count:])


def main() -> int:
    """Run as `python -m stack.provision`: bring what is missing and say so."""
    from stack.warm import warm  # it starts the parts, which need what this module brings

    def report(line: str) -> None:
        print(f"  {line}", flush=True)

    try:
        warm(provision(PROJECT, report), report)
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
