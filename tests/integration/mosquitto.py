"""A real MQTT broker for a test: Debian's mosquitto on a free port, with what it keeps in the test's folder."""

import shutil
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from lines import until
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from stack.ports import HOST
from stack.probes import listens

SECONDS = 15.0


def free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


class Mosquitto:
    """The broker. What it keeps survives `stop` and `start`."""

    def __init__(self, folder: Path, *settings: str) -> None:
        path = "/usr/sbin:/usr/bin:/usr/local/sbin"
        self.binary = shutil.which("mosquitto", path=path)
        if self.binary is None:
            pytest.skip("no MQTT broker here: install Debian's package mosquitto")
        folder.mkdir()
        self.port = free_port()
        self.log = folder / "mosquitto.log"
        self._configuration = folder / "mosquitto.conf"
        kept = ("persistence true", f"persistence_location {folder}/", "user root")
        told = ("log_dest stderr", "log_type all")
        lines = (f"listener {self.port} {HOST}", *kept, *told, *(settings or ("allow_anonymous true",)))
        self._configuration.write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"mqtt://{HOST}:{self.port}"

    def start(self) -> None:
        assert self.binary is not None
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.binary, "-c", str(self._configuration)], stdout=log, stderr=log
            )
        until(lambda: listens(HOST, self.port), SECONDS, "the broker listens")

    def stop(self) -> None:
        """In order: what it keeps is written down."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(SECONDS)

    def publish(
        self, messages: Iterable[tuple[str, bytes]], *, retain: bool = False, as_whom: str = ""
    ) -> None:
        """Send with QoS 1; the broker has them when this returns."""
        client = paho.Client(CallbackAPIVersion.VERSION2)
        if as_whom:
            client.username_pw_set(as_whom, as_whom)
        # Its own queue is no limit of the broker's.
        client.max_queued_messages_set(0)
        client.connect(HOST, self.port)
        client.loop_start()
        for sent in [client.publish(topic, payload, 1, retain) for topic, payload in messages]:
            sent.wait_for_publish(SECONDS)
            assert sent.is_published()
        client.disconnect()
        client.loop_stop()
