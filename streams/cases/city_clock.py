"""How far has the city clock gone? By the ticks of each partition, each system by its own, each run for itself."""

from collections.abc import Collection, Mapping

from streams.keyed_state import KeyedState

_PREFIX = "clock|"


class CityClock:
    """The newest tick of every partition of every system, kept in the state."""

    def __init__(self, state: KeyedState, partitions: Mapping[str, int]) -> None:
        """`partitions` are the systems and how many partitions their topics have."""
        self._state = state
        self._partitions = partitions
        self._at: dict[str, dict[int, tuple[str, int]]] = {slug: {} for slug in partitions}
        for key, kept in state.items(_PREFIX):
            _, slug, number = key.split("|")
            if slug in self._at:
                self._at[slug][int(number)] = (kept["run"], kept["at"])

    def move(self, slug: str, partition: int, run_id: str, at: int) -> str | None:
        """Take a tick in, or that a run has begun (`at` 0). Answers the run that this system has left for good."""
        known = self._at[slug].get(partition)
        if known is not None and known[0] == run_id and known[1] >= at:
            return None
        self._at[slug][partition] = (run_id, at)
        self._state.put(f"{_PREFIX}{slug}|{partition}", {"run": run_id, "at": at})
        left = None if known is None or known[0] == run_id else known[0]
        return left if left not in {run for run, _ in self._at[slug].values()} else None

    def of_partition(self, slug: str, partition: int, run_id: str) -> int:
        """The newest tick of a partition in a run, 0 where there was none."""
        run, at = self._at[slug].get(partition, ("", 0))
        return at if run == run_id else 0

    def of_system(self, slug: str, run_id: str) -> int | None:
        """Up to when every partition of a system has gone in a run; None where not all have begun it."""
        ticks = [at for run, at in self._at[slug].values() if run == run_id and at]
        return min(ticks) if len(ticks) == self._partitions[slug] else None

    def fastest(self, run_id: str) -> int | None:
        """Up to when any system has gone in a run."""
        return max((at for slug in self._at if (at := self.of_system(slug, run_id))), default=None)

    def slowest(self, run_id: str, expected: Collection[str]) -> int | None:
        """Up to when every system has gone that is expected in a run or has begun it; None while one has not."""
        systems = [slug for slug in self._at if slug in expected or self._is_in(slug, run_id)]
        clocks = [self.of_system(slug, run_id) for slug in systems]
        known = [at for at in clocks if at is not None]
        return min(known) if known and len(known) == len(clocks) else None

    def run_of(self, slug: str) -> str | None:
        """The run that a system is in: that of its newest tick, None before the first."""
        return max(self._at.get(slug, {}).values(), key=lambda kept: kept[1], default=(None, 0))[0]

    @property
    def runs(self) -> list[str]:
        """Every run that a system is in, the one with the newest tick first."""
        newest: dict[str, int] = {}
        for ticks in self._at.values():
            for run, at in ticks.values():
                newest[run] = max(at, newest.get(run, 0))
        return sorted(newest, key=lambda run: (-newest[run], run))

    def _is_in(self, slug: str, run_id: str) -> bool:
        return any(run == run_id for run, _ in self._at[slug].values())
