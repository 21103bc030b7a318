"""What do alerts, cases and commands say of the city as a whole? Joint events, modes and shifts in one fold.

Time is the newest moment that a run has told of. Modes and shifts follow the run that began last; joint events are
of each run by itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from streams.catalog import JOINT_EVENTS, MODES, SHIFTS, Topic
from streams.keyed_state import KeyedState
from streams.situations.declared import Operations
from streams.situations.joint import JointEvents
from streams.situations.member import alert_key, case_key, member_of_alert, member_of_case
from streams.situations.modes import Modes
from streams.situations.shifts import Shifts

RUNS_MAX = 16
_CLOCK = "clock"

Told = tuple[Topic, Mapping[str, Any]]


class Situations:
    """All of it, safe to repeat from any earlier point."""

    def __init__(self, state: KeyedState, declared: Operations, zone: ZoneInfo) -> None:
        self._state = state
        self._joint = JointEvents(state, declared.combinations)
        self._modes = Modes(state, declared.modes, zone)
        self._shifts = Shifts(state, declared.roster, zone)

    def on_alert(self, alert: Mapping[str, Any]) -> list[Told]:
        """What a change of an alert leads to."""
        told = list(self._passed(alert))
        self._shifts.on_alert(alert)
        member = member_of_alert(alert)
        if member is not None:
            rows = self._joint.on_member(member, **_at(alert))
        elif alert["state"] in {"cleared", "closed"}:
            key = alert_key(alert["alert_id"])
            rows = self._joint.on_over(key, at=alert["event_time"], run_id=alert["run_id"])
        else:
            rows = []
        return [*told, *((JOINT_EVENTS, row) for row in rows)]

    def on_case(self, case: Mapping[str, Any]) -> list[Told]:
        """What a change of a case leads to."""
        told = list(self._passed(case))
        self._shifts.on_case(case)
        member = member_of_case(case)
        if member is not None:
            rows = self._joint.on_member(member, **_at(case))
        elif case["status"] != "open":
            rows = self._joint.on_over(
                case_key(case["case_id"]), at=case["event_time"], run_id=case["run_id"]
            )
        else:
            rows = []
        return [*told, *((JOINT_EVENTS, row) for row in rows)]

    def on_command(self, command: Mapping[str, Any]) -> list[Told]:
        """What a command leads to; commands for others lead to nothing."""
        kind = command["command"].partition(".")[0]
        if kind == "joint":
            return [(JOINT_EVENTS, row) for row in self._joint.on_command(command)]
        if kind == "shift":
            return list(self._shift_rows(self._shifts.on_command(command)))
        if kind == "mode":
            rows = self._modes.on_command(command)
            return [
                *((MODES, row) for row in rows),
                *self._shift_rows(
                    self._shifts.on_duty_levels(self._modes.duty_levels(), command["event_time"])
                ),
            ]
        return []

    def _passed(self, change: Mapping[str, Any]) -> Iterator[Told]:
        """What time alone leads to, up to the moment of a change."""
        run_id, at, mode = change["run_id"], int(change["event_time"]), change["mode"]
        clock = self._state.get(_CLOCK) or {"runs": [], "at": 0}
        if run_id not in clock["runs"]:
            clock = {"runs": [*clock["runs"], run_id][-RUNS_MAX:], "at": at}
        elif run_id != clock["runs"][-1] or at <= clock["at"]:
            return
        else:
            clock = {**clock, "at": at}
        self._state.put(_CLOCK, clock)
        modes = self._modes.on_clock(at, run_id=run_id, mode=mode)
        yield from ((MODES, row) for row in modes)
        yield from self._shift_rows(self._shifts.on_clock(at, run_id=run_id, mode=mode))
        yield from self._shift_rows(self._shifts.on_duty_levels(self._modes.duty_levels(), at))
        self._joint.on_clock(run_id, at)

    def _shift_rows(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
        modes = [row["name"] for row in self._modes.in_force()]
        yield from ((SHIFTS, {**row, "modes": modes}) for row in rows)


def _at(change: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": change["event_time"], "run_id": change["run_id"], "mode": change["mode"]}
