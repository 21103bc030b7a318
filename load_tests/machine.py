"""What does it cost? CPU seconds and memory of process trees, by part of the line.

A process is known by its pid and when it was created. Its CPU time counts from the first to the last time it was
seen; what a process does between its last sighting and its end is missed (at most one interval).
"""

import os
import platform
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil

INTERVAL_SECONDS = 0.5

ProcessId = tuple[int, float]
"""Pid and creation time."""

Snapshot = Mapping[str, Mapping[ProcessId, float]]
"""By part: CPU seconds of each of its processes so far."""

Roots = Callable[[], Mapping[str, int]]
"""Part to the pid at the top of its process tree, as of now. A process counts for the first part that has it."""


@dataclass
class Spent:
    """CPU seconds by part since the first snapshot."""

    _first: dict[str, dict[ProcessId, float]] = field(default_factory=dict)
    _last: dict[str, dict[ProcessId, float]] = field(default_factory=dict)

    def see(self, snapshot: Snapshot) -> None:
        """Take in a snapshot. A process that appears later is counted from its beginning."""
        begins = not self._last
        for part, processes in snapshot.items():
            first = self._first.setdefault(part, {})
            for process, seconds in processes.items():
                first.setdefault(process, seconds if begins else 0.0)
                self._last.setdefault(part, {})[process] = seconds

    def by_part(self) -> dict[str, float]:
        """CPU seconds of each part, those of ended processes included."""
        return {
            part: sum(seconds - self._first[part][process] for process, seconds in processes.items())
            for part, processes in self._last.items()
        }

    @property
    def total(self) -> float:
        """CPU seconds of all parts."""
        return sum(self.by_part().values())


class Meter:
    """Watches process trees while its `with` block runs."""

    def __init__(self, roots: Roots, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._roots = roots
        self._interval = interval_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="meter", daemon=True)
        self.spent = Spent()
        self.peak_bytes = 0
        self.peak_by_part: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._stop.wait(self._interval):
            self._look()

    def _look(self) -> None:
        cpu: dict[str, dict[ProcessId, float]] = {}
        memory: dict[str, int] = {}
        counted: set[int] = set()
        for part, pid in self._roots().items():
            for process in _tree(pid):
                if process.pid in counted:
                    continue
                counted.add(process.pid)
                try:
                    with process.oneshot():
                        times, created = process.cpu_times(), process.create_time()
                    memory[part] = memory.get(part, 0) + _bytes(process)
                except psutil.Error:
                    continue
                cpu.setdefault(part, {})[process.pid, created] = times.user + times.system
        self.spent.see(cpu)
        for part, taken in memory.items():
            self.peak_by_part[part] = max(self.peak_by_part.get(part, 0), taken)
        self.peak_bytes = max(self.peak_bytes, sum(memory.values()))


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _bytes(process: psutil.Process) -> int:
    """Memory of a process, shared pages divided among those who share them; where that is not told, all of them."""
    try:
        return int(process.memory_full_info().pss)
    except (psutil.AccessDenied, AttributeError):
        return int(process.memory_info().rss)


def description() -> dict[str, Any]:
    """The machine, for the file of results."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def _cpu_model() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as info:
            for line in info:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor()
