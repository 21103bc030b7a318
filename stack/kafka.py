"""How does one Kafka broker (KRaft, no ZooKeeper) run on this machine?"""

import base64
import subprocess
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError
from stack.java import BEST_COMPILER_LATER, java_command, shared_classes
from stack.ports import HOST, Ports
from stack.probes import kafka_answers
from stack.process import Part
from stack.temporary import fresh_temporary

NAME = "kafka"
_FORMAT_TIMEOUT_SECONDS = 120

LOG4J = """\
status = warn
shutdownHook = disable
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server
logger.server.level = info
logger.settings.name = kafka.server.KafkaConfig
logger.settings.level = warn
"""


@dataclass(frozen=True)
class KafkaFiles:
    """Where the broker of a home keeps what."""

    folder: Path

    @property
    def data(self) -> Path:
        """The log of every topic."""
        return self.folder / "data"

    @property
    def properties(self) -> Path:
        """The broker's configuration, written at every start."""
        return self.folder / "server.properties"

    @property
    def cluster_id(self) -> Path:
        """The identity of the cluster, made once."""
        return self.folder / "cluster.id"

    @property
    def log4j(self) -> Path:
        """The broker's logging configuration."""
        return self.folder / "log4j2.properties"


def server_properties(ports: Ports, data: Path) -> str:
    """Render the broker's configuration."""
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{HOST}:{ports.kafka_controller}",
        "listeners": f"PLAINTEXT://{HOST}:{ports.kafka},CONTROLLER://{HOST}:{ports.kafka_controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{ports.kafka}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data,
        # One broker holds the only copy of everything.
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        # Topics are declared once, in a catalog: a misspelt name must fail, not appear.
        "auto.create.topics.enable": "false",
        "delete.topic.enable": "true",
        "num.partitions": 1,
        # The usual 50 partitions each make every start after a kill slow.
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.num.partitions": 4,
        "offsets.retention.minutes": 60 * 24 * 35,
        # Well above a checkpoint and a restart of Flink: an expired transaction is lost data.
        "transaction.max.timeout.ms": 60 * 60 * 1000,
        # Consumers with sessions of 6 s recover quickly; nobody has to wait for a first rebalance.
        "group.min.session.timeout.ms": 2000,
        "group.initial.rebalance.delay.ms": 0,
        # The record timestamp is when it arrived: retention goes by it, and a replay of an old year must stay.
        "log.message.timestamp.type": "LogAppendTime",
        "message.max.bytes": 4 * 1024 * 1024,
        "log.segment.bytes": 64 * 1024 * 1024,
        "log.index.size.max.bytes": 1024 * 1024,
        "log.retention.check.interval.ms": 60_000,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        "log.cleaner.threads": 1,
        # A broker that was killed may register again only when its old session has ended. One that is only busy must
        # keep it: the single broker, once fenced, leaves every partition without a leader, and its clients fail.
        "broker.session.timeout.ms": 15_000,
        "broker.heartbeat.interval.ms": 1_000,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 4,
        "num.recovery.threads.per.data.dir": 2,
        "group.coordinator.threads": 1,
        "queued.max.requests": 128,
        # The log of the cluster itself.
        "metadata.log.segment.bytes": 16 * 1024 * 1024,
        "metadata.max.retention.bytes": 64 * 1024 * 1024,
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def kafka_part(
    home: Path,
    ports: Ports,
    jars: Path,
    *,
    heap: str = "512m",
    answers: Callable[[], bool] | None = None,
) -> Part:
    """Describe the broker of a home. `jars` is the folder of its jars.

    `answers` is asked too before the broker counts as ready, for a caller that has a client at hand.
    Data outlives kills: what was acknowledged lies in the page cache at least, which survives the process.
    """
    files = KafkaFiles(home / "kafka")

    def ready() -> bool:
        return kafka_answers(HOST, ports.kafka) and (answers is None or answers())

    temporary = home / "run" / "tmp" / NAME

    def prepare() -> None:
        fresh_temporary(temporary)
        write_files(files, ports)
        format_once(files, jars)

    return Part(
        name=NAME,
        argv=(
            java_command(),
            *shared_classes(jars, NAME),
            "-Xms256m",
            f"-Xmx{heap}",
            "-XX:+UseG1GC",
            *BEST_COMPILER_LATER,
            "-XX:MaxGCPauseMillis=50",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            f"-Djava.io.tmpdir={temporary}",
            f"-Dlog4j2.configurationFile=file:{files.log4j}",
            "-cp",
            f"{jars}/*",
            "kafka.Kafka",
            str(files.properties),
        ),
        log_path=home / "logs" / "kafka.log",
        ready=ready,
        prepare=prepare,
        healthy=lambda: kafka_answers(HOST, ports.kafka),
        ready_timeout_seconds=120,
        stop_timeout_seconds=10,
    )


def write_files(files: KafkaFiles, ports: Ports) -> None:
    """Write the broker's configuration; its data is not touched."""
    files.folder.mkdir(parents=True, exist_ok=True)
    files.properties.write_text(server_properties(ports, files.data))
    files.log4j.write_text(LOG4J)
    if not files.cluster_id.exists():
        identity = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # Kafka's own tools refuse an identity that looks like an option.
        files.cluster_id.write_text("c" + identity[1:] + "\n")


def format_once(files: KafkaFiles, jars: Path) -> None:
    """Prepare an empty data folder for the broker; does nothing if that was done. Raises StackError."""
    if (files.data / "meta.properties").exists():
        return
    identity = files.cluster_id.read_text().strip()
    command = [java_command(), "-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command += [f"-Dlog4j2.configurationFile=file:{files.log4j}", "-cp", f"{jars}/*"]
    command += ["kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", identity]
    command += ["-c", str(files.properties)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_FORMAT_TIMEOUT_SECONDS
    )
    if done.returncode != 0:
        raise StackError(
            f"Kafka could not format {files.data}: {(done.stderr or done.stdout).strip()[-500:]}",
            f"Make sure that {files.data} can be written, or remove it to begin with an empty broker.",
        )
