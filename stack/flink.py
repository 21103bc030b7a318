"""How do Flink's JobManager and TaskManager run on this machine, out of the pip package?

The package holds Flink's whole distribution. A home gets a Flink home of its own: links to the package, its own
configuration, and a lib folder with the connector jars added. Java is started directly: Flink's shell scripts
start three more JVMs to add up memory sizes that are written down here.
"""

import importlib.util
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlparse

from stack.errors import StackError
from stack.flink_conf import JOBMANAGER, LOG4J, TASKMANAGER, FlinkFiles, FlinkSize, flink_config, flink_files
from stack.java import BEST_COMPILER_LATER, java_command, shared_classes
from stack.ports import Ports
from stack.probes import http_json, listens
from stack.process import Part
from stack.temporary import fresh_temporary


def flink_package() -> Path:
    """Return the folder of the pip package, without importing it. Raises StackError if it is not installed."""
    spec = importlib.util.find_spec("pyflink")
    if spec is None or not spec.submodule_search_locations:
        raise StackError("The package apache-flink is not installed.", "Run `make setup`.")
    return Path(next(iter(spec.submodule_search_locations)))


def package_java_options(config: str) -> str:
    """Return `env.java.opts.all` of the package's own configuration: what Flink needs opened in Java."""
    match = re.search(r"^\s+all:\s*(--add-\S+=\S+.*)$", config, re.MULTILINE)
    if match is None:
        raise StackError(
            "Flink's own config.yaml names no env.java.opts.all.", "Install apache-flink again: `make setup`."
        )
    return match[1].strip()


def flink_parts(
    home: Path,
    ports: Ports,
    connector_jars: Path,
    *,
    size: FlinkSize | None = None,
    extra: Mapping[str, str] | None = None,
    depends_on: tuple[str, ...] = (),
) -> tuple[Part, Part]:
    """Describe the JobManager and the TaskManager of a home.

    `connector_jars` is the folder of the jars that are added to Flink's own, `extra` overrides configuration.
    Raises StackError if the package or a jar is missing.
    """
    size = size or FlinkSize()
    files = flink_files(home)
    package = flink_package()
    options = package_java_options((package / "conf" / "config.yaml").read_text())
    temporary = home / "run" / "tmp"
    make_flink_home(files, package, connector_jars)
    config = flink_config(files, ports, size, java_options=options, temporary=temporary, extra=extra)
    (files.conf / "config.yaml").write_text(config)
    jobmanager = Part(
        name=JOBMANAGER,
        argv=(
            java_command(),
            *shared_classes(connector_jars, JOBMANAGER),
            f"-Xms{size.jobmanager_heap // 2}m",
            f"-Xmx{size.jobmanager_heap}m",
            f"-XX:MaxDirectMemorySize={size.jobmanager_off_heap}m",
            f"-XX:MaxMetaspaceSize={size.jobmanager_metaspace}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            *_common(files, options, temporary / JOBMANAGER),
            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
            "--configDir",
            str(files.conf),
        ),
        log_path=home / "logs" / "jobmanager.log",
        env=files.environment,
        cwd=files.folder,
        ready=lambda: http_json(f"{ports.flink_url}/overview") is not None,
        healthy=lambda: http_json(f"{ports.flink_url}/overview") is not None,
        prepare=lambda: fresh_temporary(temporary / JOBMANAGER),
        depends_on=depends_on,
        ready_timeout_seconds=90,
        stop_timeout_seconds=6,
    )
    heap = size.taskmanager_framework_heap + size.taskmanager_task_heap
    taskmanager = Part(
        name=TASKMANAGER,
        argv=(
            java_command(),
            *shared_classes(connector_jars, TASKMANAGER),
            f"-Xms{heap}m",
            f"-Xmx{heap}m",
            f"-XX:MaxDirectMemorySize={size.taskmanager_off_heap + size.taskmanager_network}m",
            f"-XX:MaxMetaspaceSize={size.taskmanager_metaspace}m",
            "-XX:+UseG1GC",
            *BEST_COMPILER_LATER,
            *_common(files, options, temporary / TASKMANAGER),
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            "--configDir",
            str(files.conf),
        ),
        log_path=home / "logs" / "taskmanager.log",
        env=files.environment,
        cwd=files.folder,
        ready=lambda: taskmanager_is_registered(ports),
        prepare=lambda: fresh_temporary(temporary / TASKMANAGER),
        # It looks for its JobManager by itself: both may start together.
        depends_on=depends_on,
        ready_timeout_seconds=120,
        stop_timeout_seconds=6,
    )
    return jobmanager, taskmanager


def _common(files: FlinkFiles, options: str, temporary: Path) -> tuple[str, ...]:
    return (
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+IgnoreUnrecognizedVMOptions",
        *options.split(),
        f"-Djava.io.tmpdir={temporary}",
        f"-Dlog4j.configurationFile=file:{files.conf / 'log4j-console.properties'}",
        "-cp",
        class_path(files.lib),
    )


def class_path(lib: Path) -> str:
    """Return Flink's class path: everything in lib by name, its main jar last, as its own scripts have it.

    The jars themselves and not the links: then it is the same in every home, and an archive of classes fits all.
    """
    jars = sorted(lib.glob("*.jar"), key=lambda jar: (jar.name.startswith("flink-dist"), jar.name))
    return ":".join(str(jar.resolve()) for jar in jars)


def taskmanager_is_registered(ports: Ports) -> bool:
    """Say whether the JobManager lists a TaskManager with slots that is alive.

    A killed one stays on the list until its heartbeat is missed, so its port is tried as well.
    """
    answer = http_json(f"{ports.flink_url}/taskmanagers")
    for manager in (answer or {}).get("taskmanagers", []):
        address = urlparse(manager["path"]).netloc.rpartition("@")[2]
        host, _, port = address.partition(":")
        if manager["slotsNumber"] > 0 and port and listens(host, int(port)):
            return True
    return False


def make_flink_home(files: FlinkFiles, package: Path, connector_jars: Path) -> None:
    """Link the package's folders and all jars, and write the logging configuration."""
    extra = sorted(connector_jars.glob("*.jar"))
    if not extra:
        raise StackError(f"There are no connector jars in {connector_jars}.", "Run `make setup`.")
    # Links are made anew: the package may have moved or changed since.
    shutil.rmtree(files.lib, ignore_errors=True)
    for folder in (files.conf, files.lib, files.checkpoints, files.savepoints, files.folder / "log"):
        folder.mkdir(parents=True, exist_ok=True)
    for name in ("bin", "opt", "plugins"):
        link = files.folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(package / name, target_is_directory=True)
    for jar in [*sorted((package / "lib").glob("*.jar")), *extra]:
        (files.lib / jar.name).symlink_to(jar)
    (files.conf / "log4j-console.properties").write_text(LOG4J)
    (files.conf / "log4j-cli.properties").write_text(LOG4J)
