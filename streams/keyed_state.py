"""What does a fold remember? Plain values by key, with their changes noted so that somebody can make them durable.

A fold reads and writes here as if it were a dictionary; whoever runs it takes the changes after each batch, writes
them down and then commits the batch. Killed in between, the batch is read again on what was written of it. Two
rules make that safe for every fold that puts values in their place, however long a batch is:

- What is removed stays written until the batch after: whoever reads a batch again finds what it built on.
- Changes come in the order of each key's last one. So a mark that is put after what it stands for ("this window
  is closed") is never written without it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sortedcontainers import SortedDict

_LAST = "\uffff"


class KeyedState:
    """Values by text key. Values are plain JSON data and are replaced, never changed in place."""

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        # Sorted, because folds ask for all that begins alike, often, and of a small part of what is kept.
        self._values = SortedDict(stored or {})
        self._puts: dict[str, Any] = {}
        self._removed: set[str] = set()
        self._removed_before: set[str] = set()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: str) -> Any | None:
        """The value, or None where there is none."""
        return self._values.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a value. What is already so is no change."""
        if self._values.get(key) != value:
            self._values[key] = value
            self._puts.pop(key, None)
            self._puts[key] = value
            self._removed.discard(key)

    def remove(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        if self._values.pop(key, None) is not None:
            self._removed.add(key)

    def items(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Keys that begin with a prefix and their values, in the order of their keys."""
        for key in list(self._values.irange(prefix, prefix + _LAST)):
            yield key, self._values[key]

    def last_before(self, prefix: str, key: str) -> tuple[str, Any] | None:
        """The last key with a prefix that comes before a key, and its value; None where there is none."""
        for found in self._values.irange(prefix, key, (True, False), reverse=True):
            return found, self._values[found]
        return None

    def take_all(self) -> dict[str, Any | None]:
        """What a batch changed, None for what it removed: for whoever writes a batch down at once."""
        changes: dict[str, Any | None] = dict(self._puts)
        changes.update(dict.fromkeys(sorted(self._removed)))
        self._puts, self._removed = {}, set()
        return changes

    def take_changes(self) -> dict[str, Any | None]:
        """What is to be written after a batch, in this order: key to value, None where it was removed a batch ago."""
        changes: dict[str, Any | None] = {
            key: None for key in sorted(self._removed_before) if key not in self._puts
        }
        changes.update(self._puts)
        self._puts, self._removed, self._removed_before = {}, set(), self._removed
        return changes
