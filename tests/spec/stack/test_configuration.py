"""Do the configurations of the parts say what the rest of the pipeline relies on?"""

import re
from pathlib import Path

import pytest

from stack.errors import StackError
from stack.flink import class_path, make_flink_home, package_java_options
from stack.flink_conf import FlinkSize, client_settings, flink_config, flink_files
from stack.java import java_version
from stack.kafka import KafkaFiles, format_once, server_properties, write_files
from stack.ports import Ports
from stack.registry import registry_environment, registry_part

PORTS = Ports.from_base(20000)
OPENED = "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED"


def parsed(text: str, separator: str) -> dict[str, str]:
    return {
        key.strip(): value.strip()
        for key, _, value in (line.partition(separator) for line in text.splitlines())
    }


def kafka() -> dict[str, str]:
    return parsed(server_properties(PORTS, Path("/home/data")), "=")


def flink(**extra: str) -> dict[str, str]:
    files = flink_files(Path("/home"))
    text = flink_config(
        files, PORTS, FlinkSize(), java_options=OPENED, temporary=Path("/home/run/tmp"), extra=extra
    )
    return parsed(text, ": ")


def test_the_broker_makes_no_topic_that_was_not_declared() -> None:
    assert kafka()["auto.create.topics.enable"] == "false"


def test_the_broker_stamps_records_with_their_arrival() -> None:
    assert kafka()["log.message.timestamp.type"] == "LogAppendTime"


def test_the_broker_allows_sessions_of_six_seconds() -> None:
    assert int(kafka()["group.min.session.timeout.ms"]) < 6000


def test_a_broker_that_is_busy_keeps_its_session() -> None:
    session, heartbeat = (
        int(kafka()[f"broker.{name}.ms"]) for name in ("session.timeout", "heartbeat.interval")
    )
    assert session >= 15_000
    assert session >= 10 * heartbeat


def test_the_broker_listens_on_this_machine_only() -> None:
    hosts = re.findall(r"//([^:]+):", kafka()["listeners"] + kafka()["advertised.listeners"])
    assert set(hosts) == {"127.0.0.1"}


def test_one_broker_holds_the_only_copy_of_its_own_topics() -> None:
    factors = {value for key, value in kafka().items() if key.endswith("replication.factor")}
    assert factors == {"1"}


def test_the_identity_of_the_cluster_is_made_once(tmp_path: Path) -> None:
    files = KafkaFiles(tmp_path / "kafka")
    write_files(files, PORTS)
    identity = files.cluster_id.read_text()
    write_files(files, PORTS)
    assert files.cluster_id.read_text() == identity
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}\n", identity)


def test_a_formatted_data_folder_is_not_formatted_again(tmp_path: Path) -> None:
    files = KafkaFiles(tmp_path)
    files.data.mkdir()
    (files.data / "meta.properties").write_text("cluster.id=x\n")
    format_once(files, tmp_path / "no-jars-here")
    assert (files.data / "meta.properties").read_text() == "cluster.id=x\n"


def test_the_registry_stores_in_our_kafka_and_listens_on_this_machine_only() -> None:
    environment = registry_environment(PORTS)
    assert environment["APICURIO_KAFKASQL_BOOTSTRAP_SERVERS"] == "127.0.0.1:20000"
    assert environment["QUARKUS_HTTP_HOST"] == "127.0.0.1"


def test_a_registry_that_is_not_here_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="make setup"):
        registry_part(tmp_path, PORTS, tmp_path)


def test_the_memory_of_flink_adds_up_to_its_budget() -> None:
    size = FlinkSize()
    assert (size.jobmanager_total, size.taskmanager_total) == (700, 1152)
    # Each slot needs more than 1 MiB of managed memory a window operator.
    assert size.taskmanager_managed / size.slots > 5


def test_flink_keeps_three_checkpoints_and_keeps_them_when_a_job_is_cancelled() -> None:
    settings = flink()
    assert settings["execution.checkpointing.num-retained"] == "3"
    assert settings["execution.checkpointing.externalized-checkpoint-retention"] == "RETAIN_ON_CANCELLATION"
    assert settings["execution.checkpointing.dir"] == "file:///home/flink/checkpoints"


def test_a_client_asks_for_the_checkpoints_that_the_cluster_has() -> None:
    client, cluster = client_settings(Path("/home"), PORTS), flink()
    asked = {key: value for key, value in client.items() if key.startswith("execution.checkpointing.")}
    assert asked["execution.checkpointing.interval"] == "30 s"
    assert cluster.items() >= asked.items()
    assert client["rest.port"] == cluster["rest.port"]


def test_flink_listens_on_this_machine_only() -> None:
    settings = flink()
    addresses = {value for key, value in settings.items() if key.endswith(("address", "host"))}
    assert addresses == {"127.0.0.1"}


def test_what_a_caller_asks_of_flink_overrides_what_is_usual() -> None:
    assert flink(**{"execution.checkpointing.interval": "1 s"})["execution.checkpointing.interval"] == "1 s"


def test_what_flink_needs_opened_in_java_comes_from_its_own_configuration() -> None:
    assert package_java_options(f"env:\n  java:\n    opts:\n      all: {OPENED}\n") == OPENED
    with pytest.raises(StackError, match="names no env"):
        package_java_options("rest:\n  port: 1\n")


def test_the_flink_home_adds_the_connectors_and_has_the_main_jar_last(tmp_path: Path) -> None:
    package, connectors, files = tmp_path / "package", tmp_path / "jars", flink_files(tmp_path / "home")
    for folder in ("bin", "opt", "plugins", "lib"):
        (package / folder).mkdir(parents=True)
    connectors.mkdir()
    for jar in (
        package / "lib" / "flink-dist-2.jar",
        package / "lib" / "log4j.jar",
        connectors / "kafka.jar",
    ):
        jar.touch()
    make_flink_home(files, package, connectors)
    make_flink_home(files, package, connectors)
    names = [Path(jar).name for jar in class_path(files.lib).split(":")]
    assert names == ["kafka.jar", "log4j.jar", "flink-dist-2.jar"]
    assert (files.folder / "bin").samefile(package / "bin")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("command not found", None),
    ],
)
def test_the_version_of_java_is_read_from_its_own_words(text: str, version: int | None) -> None:
    assert java_version(text) == version
