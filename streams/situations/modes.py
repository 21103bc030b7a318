"""In which modes is the city? Dated modes begin and end by the city clock, others when somebody on duty says so.

The records are the audit trail: each says who began it, from when until when, where, and what it changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from streams.keyed_state import KeyedState
from streams.situations.declared import ModeDeclared, Period

_KEY = "mode|"
CLOCK = "clock"
"""Who begins a dated mode."""

ModeRow = dict[str, Any]


class Modes:
    """The modes of the city. Every method answers with records of `city.modes.v1`."""

    def __init__(self, state: KeyedState, declared: Iterable[ModeDeclared], zone: ZoneInfo) -> None:
        self._state = state
        self._declared = {mode.id: mode for mode in declared}
        self._zone = zone

    def in_force(self) -> list[ModeRow]:
        """How each mode stands that holds now."""
        return [row for _, row in self._state.items(_KEY) if row["change"] == "begun"]

    def duty_levels(self) -> list[str]:
        """The levels of duty that the modes in force ask for."""
        declared = (self._declared.get(row["name"]) for row in self.in_force())
        return [mode.duty_level for mode in declared if mode is not None and mode.duty_level is not None]

    def on_clock(self, at: int, *, run_id: str, mode: str) -> list[ModeRow]:
        """What begins and ends up to a moment of the city, with the times at which that was due."""
        rows = [self._ended(row, row["ends_at"], CLOCK, "its time is over") for row in self._overdue(at)]
        rows += [self._begun(row, row["begins_at"]) for row in self._announced(at)]
        for declared in self._declared.values():
            for period in declared.periods:
                rows += self._dated(declared, period, at, run_id=run_id, mode=mode)
        return rows

    def on_command(self, command: Mapping[str, Any]) -> list[ModeRow]:
        """A mode that somebody begins, announces or ends; what cannot be is refused, with why."""
        if command["command"] == "mode.end":
            found = [row for row in self._standing() if command["target"] in {row["mode_id"], row["name"]}]
            if not found:
                return [self._refused(command, "it is not in force: `citybrain mode list` shows what is")]
            return [
                self._ended(row, command["event_time"], command["by"], command["reason"]) for row in found
            ]
        declared = self._declared.get(command["target"])
        if declared is None:
            return [self._refused(command, f"there are {', '.join(self._declared) or 'none'}")]
        if any(row["name"] == declared.id for row in self._standing()):
            return [self._refused(command, "it is in force or announced already: end it first")]
        return self._by_hand(declared, command)

    def _by_hand(self, declared: ModeDeclared, command: Mapping[str, Any]) -> list[ModeRow]:
        given, now = command["parameters"], command["event_time"]
        try:
            begins = int(given.get("begins_at") or now)
        except ValueError:
            return [self._refused(command, "begins_at is no time in epoch milliseconds")]
        areas = [area.strip() for area in given.get("areas", "").split(";") if area.strip()]
        row = _row(
            declared,
            begins,
            command["until"],
            areas=areas or list(declared.areas),
            by=command["by"],
            reason=command["reason"],
            mode=command["mode"],
            run_id=command["run_id"],
        )
        row |= {"change": "announced", "event_time": now}
        self._keep(row)
        return [row] if begins > now else [self._begun(row, now)]

    def _dated(
        self, declared: ModeDeclared, period: Period, at: int, *, run_id: str, mode: str
    ) -> Iterator[ModeRow]:
        begins, ends = self._midnight(period.first), self._midnight(period.last + timedelta(days=1))
        if not begins <= at < ends:
            return
        row = _row(
            declared,
            begins,
            ends,
            areas=list(declared.areas),
            by=CLOCK,
            reason=f"declared for {period.first} to {period.last}",
            mode=mode,
            run_id=run_id,
        )
        # Once ended by hand, a period does not begin again; one begun by hand is the same mode.
        if self._state.get(_KEY + row["mode_id"]) is None and not any(
            other["name"] == declared.id for other in self._standing()
        ):
            yield self._begun(row, begins)

    def _begun(self, row: ModeRow, at: int) -> ModeRow:
        return self._keep({**row, "change": "begun", "event_time": at})

    def _ended(self, row: ModeRow, at: int, by: str, reason: str) -> ModeRow:
        return self._keep(
            {**row, "change": "ended", "event_time": at, "ends_at": at, "by": by, "reason": reason}
        )

    def _keep(self, row: ModeRow) -> ModeRow:
        self._state.put(_KEY + row["mode_id"], row)
        return row

    def _standing(self) -> list[ModeRow]:
        return [row for _, row in self._state.items(_KEY) if row["change"] in {"begun", "announced"}]

    def _overdue(self, at: int) -> list[ModeRow]:
        return [row for row in self.in_force() if row["ends_at"] is not None and row["ends_at"] <= at]

    def _announced(self, at: int) -> list[ModeRow]:
        return [row for row in self._standing() if row["change"] == "announced" and row["begins_at"] <= at]

    def _refused(self, command: Mapping[str, Any], why: str) -> ModeRow:
        return {
            "mode_id": f"{command['target']}|{command['command_id']}",
            "name": command["target"],
            "change": "refused",
            "event_time": command["event_time"],
            "begins_at": command["event_time"],
            "ends_at": None,
            "areas": [],
            "baseline_class": None,
            "key_places": [],
            "overlay": [],
            "by": command["by"],
            "reason": f"{command['command']} of {command['target']}: {why}",
            "mode": command["mode"],
            "run_id": command["run_id"],
        }

    def _midnight(self, day: Any) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp() * 1000)


def _row(
    declared: ModeDeclared,
    begins: int,
    ends: int | None,
    *,
    areas: list[str],
    by: str,
    reason: str,
    mode: str,
    run_id: str,
) -> ModeRow:
    return {
        "mode_id": f"{declared.id}|{begins}",
        "name": declared.id,
        "begins_at": begins,
        "ends_at": ends,
        "areas": areas,
        "baseline_class": declared.baseline_class,
        "key_places": list(declared.key_places),
        # Rules name their overlays by the mode.
        "overlay": [declared.id],
        "by": by,
        "reason": reason,
        "mode": mode,
        "run_id": run_id,
    }
