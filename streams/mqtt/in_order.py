"""Which messages may be acknowledged? Those that are written, in the order in which they came (MQTT 3.1.1, 4.6)."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class _Message:
    number: int
    is_written: bool = False


class InOrder:
    """The messages of one connection that are not acknowledged yet; `acknowledge` is given their numbers.

    Any thread may say that a message is written. After `close` nothing is acknowledged any more: another connection
    may give the same number to another message.
    """

    def __init__(self, acknowledge: Callable[[int], None]) -> None:
        self._acknowledge = acknowledge
        self._waiting: deque[_Message] = deque()
        self._is_open = True
        self._lock = threading.Lock()

    def add(self, number: int) -> Callable[[], None]:
        """Wait for a message; returns what to call when it is written."""
        message = _Message(number)
        with self._lock:
            self._waiting.append(message)

        def written() -> None:
            with self._lock:
                message.is_written = True
                while self._is_open and self._waiting and self._waiting[0].is_written:
                    self._acknowledge(self._waiting.popleft().number)

        return written

    def close(self) -> int:
        """Acknowledge nothing more; returns how many messages the broker will send again."""
        with self._lock:
            self._is_open = False
            return len(self._waiting)
