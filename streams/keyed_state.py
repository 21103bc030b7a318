"""What does a fold remember? Plain values by key, with their changes noted so that somebody can make them durable.

A fold reads and writes here as if it were a dictionary; whoever runs it takes the changes after each batch.
"""

from collections.abc import Iterator, Mapping
from typing import Any


class KeyedState:
    """Values by text key. Values are plain JSON data and are replaced, never changed in place."""

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        self._values: dict[str, Any] = dict(stored or {})
        self._changes: dict[str, Any | None] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: str) -> Any | None:
        """The value, or None where there is none."""
        return self._values.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a value. What is already so is no change."""
        if self._values.get(key) != value:
            self._values[key] = value
            self._changes[key] = value

    def remove(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        if self._values.pop(key, None) is not None:
            self._changes[key] = None

    def items(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Keys that begin with a prefix and their values, in the order of their keys."""
        for key in sorted(key for key in self._values if key.startswith(prefix)):
            yield key, self._values[key]

    def take_changes(self) -> dict[str, Any | None]:
        """What changed since the last call, key to newest value; None where it was removed."""
        changes, self._changes = self._changes, {}
        return changes
