"""Does a part answer? Small questions over the network, each with a limit in time; no answer is a plain no."""

import json
import socket
import struct
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

TIMEOUT_SECONDS = 3.0
_API_VERSIONS = 18
_CORRELATION = 7


def listens(host: str, port: int) -> bool:
    """Say whether a connection to the port is accepted."""
    try:
        with socket.create_connection((host, port), TIMEOUT_SECONDS):
            return True
    except OSError:
        return False


def kafka_answers(host: str, port: int) -> bool:
    """Say whether a broker answers a request there.

    A connection alone says little: the port is open before requests are served. The request is ApiVersions,
    version 0 (Kafka protocol guide), which every broker answers without authentication.
    """
    client = b"stack"
    head = struct.pack(">hhih", _API_VERSIONS, 0, _CORRELATION, len(client)) + client
    try:
        with socket.create_connection((host, port), TIMEOUT_SECONDS) as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.sendall(struct.pack(">i", len(head)) + head)
            # Length, correlation id, error code.
            answer = connection.recv(10, socket.MSG_WAITALL)
    except OSError:
        return False
    if len(answer) < 10:
        return False
    _, correlation, error = struct.unpack(">iih", answer)
    return bool(correlation == _CORRELATION and error == 0)


def http_json(url: str) -> Any:
    """Return what a GET of the url answers, or None if it does not answer with 200 and JSON."""
    try:
        with urlopen(url, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 -- our own http address
            return json.load(response) if response.status == 200 else None
    except (URLError, OSError, ValueError):
        return None
