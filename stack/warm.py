"""How does a part start in half the time? From an archive of the classes that it loads, which Java can map.

Reading and checking some ten thousand classes is most of the start of each part. One run of the stack in a
temporary home writes down which they are (Java's dynamic class data sharing, JEP 350). An archive that does not
fit the running Java or the jars is ignored by Java itself, so nothing depends on it but speed.
"""

import hashlib
import subprocess
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from stack.flink import flink_parts
from stack.java import java_command
from stack.kafka import kafka_part
from stack.ports import Ports, free_base
from stack.process import Part, PartEvent
from stack.provision import Jars, only_one
from stack.registry import registry_part
from stack.supervisor import Policy, Supervisor

_UP_TIMEOUT_SECONDS = 240.0
# Writing an archive takes a part seconds after it was asked to stop.
_PATIENT = Policy(stop_deadline_seconds=180.0)
_STOP_TIMEOUT_SECONDS = 120.0


def warm(jars: Jars, report: Callable[[str], None]) -> bool:
    """Make the class archives if they are missing or of another Java, and say whether they are there now."""
    with only_one(jars.classes.parent):
        stamp = jars.classes / "stamp"
        wanted = _fingerprint(jars)
        if stamp.exists() and stamp.read_text().strip() == wanted:
            report("classes: here already")
            return True
        report("classes: starting everything once to note which classes it loads (about a minute) ...")
        jars.classes.mkdir(parents=True, exist_ok=True)
        for old in jars.classes.iterdir():
            old.unlink()
        with tempfile.TemporaryDirectory(prefix="citybrain-warm-", ignore_cleanup_errors=True) as home:
            came_up = _run_once(Path(home), jars)
        archives = list(jars.classes.glob("*.jsa"))
        if not came_up or not archives:
            report("classes: no archives could be made; everything works, but starts more slowly")
            return False
        stamp.write_text(wanted + "\n")
        report(f"classes: {len(archives)} archives")
        return True


def _run_once(home: Path, jars: Jars) -> bool:
    ports = Ports.from_base(free_base())
    parts = [
        kafka_part(home, ports, jars.kafka),
        registry_part(home, ports, jars.registry),
        *flink_parts(home, ports, jars.flink),
    ]
    came_up = threading.Event()

    def on_event(event: PartEvent) -> None:
        if event.kind == "up":
            came_up.set()
            supervisor.request_stop()

    learning = [_learning(part, jars.classes) for part in parts]
    supervisor = Supervisor(home, learning, on_event=on_event, policy=_PATIENT)
    limit = threading.Timer(_UP_TIMEOUT_SECONDS, supervisor.request_stop)
    limit.start()
    try:
        supervisor.run()
    finally:
        limit.cancel()
    return came_up.is_set()


def _learning(part: Part, folder: Path) -> Part:
    java, *rest = part.argv
    archive = f"-XX:ArchiveClassesAtExit={folder / part.name}.jsa"
    return replace(
        part, argv=(java, archive, "-Xlog:cds*=off", *rest), stop_timeout_seconds=_STOP_TIMEOUT_SECONDS
    )


def _fingerprint(jars: Jars) -> str:
    java = subprocess.run([java_command(), "-version"], capture_output=True, check=True, timeout=60).stderr
    stamps = [stamp.read_bytes() for stamp in sorted(jars.classes.parent.glob("*.stamp"))]
    where = str(jars.classes).encode()
    return hashlib.sha256(b"\n".join([java, version("apache-flink").encode(), where, *stamps])).hexdigest()
