"""What do Flink's processes, and its clients, have to be told?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from stack.ports import HOST, Ports

JOBMANAGER = "jobmanager"
TASKMANAGER = "taskmanager"
CHECKPOINT_SECONDS = 30
"""Each writes all open windows: every 10 s that was two fifths of what the jobs of a whole city take of a processor."""

LOG4J = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1.} %m%n
# A job opens hundreds of clients, and each prints its whole configuration.
logger.kafka.name = org.apache.kafka
logger.kafka.level = WARN
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
logger.checkpoints.name = org.apache.flink.runtime.checkpoint.CheckpointCoordinator
logger.checkpoints.level = WARN
"""


@dataclass(frozen=True)
class FlinkSize:
    """Memory in MiB and slots. The parts of each process add up to what it may take in all."""

    slots: int = 24
    jobmanager_heap: int = 320
    jobmanager_off_heap: int = 96
    jobmanager_metaspace: int = 192
    jobmanager_overhead: int = 92
    taskmanager_framework_heap: int = 128
    taskmanager_task_heap: int = 248
    taskmanager_off_heap: int = 128
    taskmanager_network: int = 72
    # Per slot more than 1 MiB must come out for each window operator, or its job restarts for ever.
    taskmanager_managed: int = 128
    taskmanager_metaspace: int = 256
    taskmanager_overhead: int = 192

    @classmethod
    def for_jobs(cls, jobs: int) -> "FlinkSize":
        """Room for so many streaming jobs, each of which may have its successor beside it, and for batch runs.

        What one more job takes was measured on a line of 35.
        """
        slots, more = 2 * jobs + 6, max(0, jobs - 9)
        size = cls()
        return replace(
            size,
            slots=slots,
            jobmanager_heap=size.jobmanager_heap + 8 * more,
            taskmanager_task_heap=size.taskmanager_task_heap + 12 * more,
            taskmanager_network=size.taskmanager_network + 4 * more,
            taskmanager_managed=max(size.taskmanager_managed, 6 * slots),
            taskmanager_metaspace=size.taskmanager_metaspace + 4 * more,
            taskmanager_overhead=size.taskmanager_overhead + 6 * more,
        )

    @property
    def jobmanager_total(self) -> int:
        """All that the JobManager may take, MiB."""
        return (
            self.jobmanager_heap
            + self.jobmanager_off_heap
            + self.jobmanager_metaspace
            + self.jobmanager_overhead
        )

    @property
    def taskmanager_total(self) -> int:
        """All that the TaskManager may take, MiB."""
        return (
            self.taskmanager_framework_heap
            + self.taskmanager_task_heap
            + self.taskmanager_off_heap
            + self.taskmanager_network
            + self.taskmanager_managed
            + self.taskmanager_metaspace
            + self.taskmanager_overhead
        )


@dataclass(frozen=True)
class FlinkFiles:
    """Where Flink keeps what in a home."""

    folder: Path

    @property
    def conf(self) -> Path:
        """The folder of the configuration."""
        return self.folder / "conf"

    @property
    def lib(self) -> Path:
        """The jars of Flink and of the connectors, as links."""
        return self.folder / "lib"

    @property
    def checkpoints(self) -> Path:
        """Checkpoints, a folder a job."""
        return self.folder / "checkpoints"

    @property
    def book(self) -> Path:
        """What the keeper of the jobs knows of each."""
        return self.folder / "jobs.json"

    @property
    def savepoints(self) -> Path:
        """Savepoints."""
        return self.folder / "savepoints"

    @property
    def environment(self) -> dict[str, str]:
        """What a client, such as the one that submits jobs, must have in its environment."""
        return {
            "FLINK_HOME": str(self.folder),
            "FLINK_CONF_DIR": str(self.conf),
            "FLINK_LIB_DIR": str(self.lib),
            "FLINK_OPT_DIR": str(self.folder / "opt"),
            "FLINK_PLUGINS_DIR": str(self.folder / "plugins"),
            "FLINK_LOG_DIR": str(self.folder / "log"),
        }


def flink_files(home: Path) -> FlinkFiles:
    """Return where Flink keeps what in a home."""
    return FlinkFiles(home / "flink")


def checkpointing(files: FlinkFiles, seconds: int = CHECKPOINT_SECONDS) -> dict[str, str]:
    """Return how jobs keep their state. Flink takes this from the client that submits a job, too.

    seconds: from one checkpoint to the next, which is what a killed job has to count again.
    """
    return {
        "execution.checkpointing.interval": f"{seconds} s",
        "execution.checkpointing.min-pause": "2 s",
        "execution.checkpointing.timeout": "2 min",
        "execution.checkpointing.tolerable-failed-checkpoints": "10",
        "execution.checkpointing.num-retained": "3",
        "execution.checkpointing.dir": files.checkpoints.as_uri(),
        "execution.checkpointing.savepoint-dir": files.savepoints.as_uri(),
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    }


def client_settings(home: Path, ports: Ports, seconds: int = CHECKPOINT_SECONDS) -> dict[str, str]:
    """Return what a client must have in its configuration to submit jobs to the cluster of a home.

    The cluster's own file is not enough: a job that is submitted without these has no checkpoints at all (tried).
    """
    return {
        "execution.target": "remote",
        "rest.address": HOST,
        "rest.port": str(ports.flink_rest),
        **checkpointing(flink_files(home), seconds),
    }


def flink_config(
    files: FlinkFiles,
    ports: Ports,
    size: FlinkSize,
    *,
    java_options: str,
    temporary: Path,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Render Flink's configuration. `extra` overrides or adds settings."""
    settings: dict[str, object] = {
        "env.java.opts.all": java_options,
        "rest.address": HOST,
        "rest.bind-address": HOST,
        "rest.port": ports.flink_rest,
        "rest.bind-port": ports.flink_rest,
        "rest.server.numThreads": 2,
        # Jobs come from our own launcher; nobody uploads a jar over the page.
        "web.submit.enable": "false",
        "web.tmpdir": temporary / JOBMANAGER,
        "jobmanager.rpc.address": HOST,
        "jobmanager.bind-host": HOST,
        "jobmanager.rpc.port": ports.flink_jobmanager_rpc,
        "blob.server.port": ports.flink_blob,
        "jobmanager.memory.heap.size": f"{size.jobmanager_heap}m",
        "jobmanager.memory.off-heap.size": f"{size.jobmanager_off_heap}m",
        "jobmanager.memory.jvm-metaspace.size": f"{size.jobmanager_metaspace}m",
        "jobmanager.memory.jvm-overhead.min": f"{size.jobmanager_overhead}m",
        "jobmanager.memory.jvm-overhead.max": f"{size.jobmanager_overhead}m",
        "jobmanager.execution.failover-strategy": "region",
        # Beside the TaskManager's files, where Flink would keep them, they would go with its restart.
        "jobstore.type": "Memory",
        "jobstore.max-capacity": 20,
        "cluster.io-pool.size": 4,
        "taskmanager.host": HOST,
        "taskmanager.bind-host": HOST,
        "taskmanager.rpc.port": ports.flink_taskmanager_rpc,
        "taskmanager.data.port": ports.flink_taskmanager_data,
        # A fixed name: a restarted TaskManager replaces the dead one at once, without waiting for its heartbeat.
        "taskmanager.resource-id": "taskmanager-1",
        "taskmanager.numberOfTaskSlots": size.slots,
        "taskmanager.cpu.cores": 2.0,
        "taskmanager.memory.framework.heap.size": f"{size.taskmanager_framework_heap}m",
        "taskmanager.memory.framework.off-heap.size": f"{size.taskmanager_off_heap}m",
        "taskmanager.memory.task.heap.size": f"{size.taskmanager_task_heap}m",
        "taskmanager.memory.task.off-heap.size": "0m",
        "taskmanager.memory.network.min": f"{size.taskmanager_network}m",
        "taskmanager.memory.network.max": f"{size.taskmanager_network}m",
        "taskmanager.memory.managed.size": f"{size.taskmanager_managed}m",
        "taskmanager.memory.jvm-metaspace.size": f"{size.taskmanager_metaspace}m",
        "taskmanager.memory.jvm-overhead.min": f"{size.taskmanager_overhead}m",
        "taskmanager.memory.jvm-overhead.max": f"{size.taskmanager_overhead}m",
        "parallelism.default": 1,
        "io.tmp.dirs": temporary / TASKMANAGER,
        # A killed part is noticed within seconds, because nobody listens at its port, and found again as soon as it is
        # back. One that only has too much to do may be silent for longer: were it given up, every job would begin
        # again at once, and it would have still more to do.
        "heartbeat.interval": "2 s",
        "heartbeat.rpc-failure-threshold": 2,
        "heartbeat.timeout": "120 s",
        "pekko.ask.timeout": "60 s",
        "cluster.registration.error-delay": "1 s",
        "cluster.registration.refused-registration-delay": "1 s",
        "cluster.registration.max-timeout": "5 s",
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "1 s",
        "restart-strategy.exponential-delay.max-backoff": "15 s",
        "restart-strategy.exponential-delay.backoff-multiplier": 2.0,
        "restart-strategy.exponential-delay.reset-backoff-threshold": "1 min",
        **checkpointing(files),
    }
    settings.update(extra or {})
    return "".join(f"{key}: {value}\n" for key, value in settings.items())
