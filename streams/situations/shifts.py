"""Who is on duty, and what do they hand over? A shift begins by the city clock; taking over is an act of people.

Until the incoming role takes over, the outgoing one answers. The record of taking over lists what goes with it: open
alerts, acknowledgements, shelves, modes, open cases and the notes of the shift before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from streams.keyed_state import KeyedState
from streams.situations.declared import Roster, ShiftDeclared

NOTES_MAX = 100
BOUNDARIES_MAX = 8
"""How many shifts are told after a leap of the clock; those before it were nobody's."""
LISTED_MAX = 1_000
_KEY, _ALERT, _CASE = "shift", "open-alert|", "open-case|"

ShiftRow = dict[str, Any]


class Shifts:
    """The shifts of the centre, in the run that began last. Methods answer with records of `city.shifts.v1`."""

    def __init__(self, state: KeyedState, roster: Roster, zone: ZoneInfo) -> None:
        self._state = state
        self._roster = roster
        self._zone = zone

    def on_clock(self, at: int, *, run_id: str, mode: str) -> list[ShiftRow]:
        """The shifts that begin up to a moment of the city, epoch milliseconds, with the times at which they begin."""
        now = self._now()
        rows: list[ShiftRow] = []
        if now is not None and now["run_id"] == run_id and at < now["ends_at"]:
            return rows
        last_end = now["ends_at"] if now is not None and now["run_id"] == run_id else None
        for begins, ends, declared in self._since(last_end, at):
            rows += self._begin(declared, begins, ends, run_id=run_id, mode=mode)
        return rows

    def on_duty_levels(self, wanted: Sequence[str], at: int) -> list[ShiftRow]:
        """The duty level that modes ask for, the highest of them; the usual one without any."""
        now = self._now()
        order = self._roster.duty_levels
        level = max(wanted, key=order.index, default=order[0])
        if now is None or now["duty_level"] == level:
            return []
        return [self._changed({**now, "duty_level": level}, "duty_level", at, None)]

    def on_command(self, command: Mapping[str, Any]) -> list[ShiftRow]:
        """A role that takes over, or a note; without a shift there is nothing to take over yet."""
        now = self._now()
        if now is None:
            return []
        if command["command"] == "shift.note":
            notes = [*now["notes"], f"{command['by']}: {command['reason']}"][-NOTES_MAX:]
            return [self._changed({**now, "notes": notes}, "noted", command["event_time"], command["by"])]
        role = command["target"]
        if role not in now["roles"]:
            there = ", ".join(now["roles"])
            return [
                self._changed(
                    now,
                    "refused",
                    command["event_time"],
                    command["by"],
                    f"no role {role} in this shift; there are {there}",
                )
            ]
        notes = [f"{command['by']}: {command['reason']}"] if command["reason"] else []
        taken = {
            **now,
            "on_duty": f"{now['name']}/{role}",
            "notes": [*now["notes"], *notes][-NOTES_MAX:],
        }
        return [self._changed(taken, "taken_over", command["event_time"], command["by"])]

    def on_alert(self, alert: Mapping[str, Any]) -> None:
        """Remember how an alert stands; one that is over is forgotten."""
        key = f"{_ALERT}{alert['run_id']}|{alert['alert_id']}"
        if alert["state"] == "raised" and alert["kind"] != "test":
            muted = alert["shelved_until"] is not None
            self._state.put(key, {"acknowledged": alert["acknowledged"], "shelved": muted})
        else:
            self._state.remove(key)

    def on_case(self, case: Mapping[str, Any]) -> None:
        """Remember how a case stands; one that is over is forgotten."""
        key = f"{_CASE}{case['run_id']}|{case['case_id']}"
        if case["status"] == "open":
            self._state.put(key, case["risk"])
        else:
            self._state.remove(key)

    def _begin(
        self, declared: ShiftDeclared, begins: int, ends: int, *, run_id: str, mode: str
    ) -> Iterator[ShiftRow]:
        before = self._now()
        same_run = before is not None and before["run_id"] == run_id
        if before is not None and same_run:
            yield self._changed(before, "ended", begins, None)
        yield self._changed(
            {
                "shift_id": f"{declared.id}|{begins}|{run_id}",
                "sequence": 0,
                "name": declared.id,
                "ends_at": ends,
                "duty_level": before["duty_level"] if before and same_run else self._roster.duty_levels[0],
                "roles": dict(declared.roles),
                # Nobody was there before: the first role of the order answers.
                "on_duty": before["on_duty"]
                if before and same_run
                else f"{declared.id}/{self._roster.escalation[0]}",
                "notes": before["notes"] if before and same_run else [],
                "mode": mode,
                "run_id": run_id,
            },
            "begun",
            begins,
            None,
        )

    def _since(self, after: int | None, at: int) -> list[tuple[int, int, ShiftDeclared]]:
        """The shifts that begin after a moment and not later than another, the newest ones; begin and end of each."""
        found = []
        day = self._civil(at).date() - timedelta(days=BOUNDARIES_MAX // len(self._roster.shifts) + 1)
        while day <= self._civil(at).date():
            for shift in self._roster.shifts:
                begins = self._instant(day, shift.begins)
                next_day = day + timedelta(days=1) if shift.ends <= shift.begins else day
                ends = self._instant(next_day, shift.ends)
                if begins <= at and (after is None or begins >= after):
                    found.append((begins, ends, shift))
            day += timedelta(days=1)
        found.sort(key=lambda one: one[0])
        return found[-1:] if after is None else found[-BOUNDARIES_MAX:]

    def _civil(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, self._zone)

    def _instant(self, day: Any, clock: Any) -> int:
        return int(datetime.combine(day, clock, self._zone).timestamp() * 1000)

    def _now(self) -> dict[str, Any] | None:
        return self._state.get(_KEY)

    def _changed(
        self, shift: dict[str, Any], change: str, at: int, by: str | None, note: str | None = None
    ) -> ShiftRow:
        kept = {**shift, "sequence": shift["sequence"] + 1}
        self._state.put(_KEY, kept)
        alerts = dict(self._state.items(f"{_ALERT}{kept['run_id']}|"))
        cases = [risk for _, risk in self._state.items(f"{_CASE}{kept['run_id']}|")]
        names = {key.split("|", 2)[2]: stands for key, stands in alerts.items()}
        row = {name: value for name, value in kept.items() if name not in {"name", "ends_at"}}
        return {
            **row,
            "change": change,
            "event_time": at,
            "open_alerts": list(names)[:LISTED_MAX],
            "acknowledgements": [name for name, stands in names.items() if stands["acknowledged"]][
                :LISTED_MAX
            ],
            "shelves": [name for name, stands in names.items() if stands["shelved"]][:LISTED_MAX],
            "open_cases": len(cases),
            "overdue_cases": cases.count("overdue"),
            "modes": [],
            "notes": [*kept["notes"], *([note] if note else [])],
            "by": by,
        }
