"""What does each status, and each tick of the city clock, lead to? A keyed fold of incidents into responses.

Only the clock tells. A milestone is told when the clock is past it by the disorder that the line allows: a unit
that was there first may be heard of second, and a count that went out cannot be taken back. What was not reached
is told when the case closes. A tick is passed on after everything that was decided up to it, so nothing is late.
"""

import heapq
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from streams.cases.case import (
    MILESTONES,
    Case,
    Status,
    due_time,
    is_contradicted,
    is_free,
    reached_time,
    received_time,
    with_status,
)
from streams.catalog import EMERGENCY
from streams.keyed_state import KeyedState

Response = dict[str, Any]


class Desk:
    """The incidents of one partition of one run: a status of another run ends the earlier one.

    `slack` is how far behind the city clock a status may come; it is no more than the disorder of the response
    topic, so that what is told is never behind the watermark that the tick before it set.
    """

    def __init__(self, state: KeyedState, slack: timedelta = EMERGENCY.source.out_of_orderness) -> None:
        self._state = state
        self._slack_ms = round(slack.total_seconds() * 1000)
        self._run_id: str | None = None
        # (due, key); an entry that is not the case's present due time is void.
        self._due: list[tuple[int, str]] = []

    def on_status(self, status: Status) -> list[Response]:
        """Records of `city.emergency.response.v1` that a status or a tick leads to, in the order to be written."""
        self._begin(status["run_id"])
        incident = status["entity_id"]
        if incident is None:
            return [*self._elapsed(status["event_time"]), self._tick(status)]
        key = f"{status['run_id']}|{incident}"
        known = self._state.get(key)
        if known is None or "closed" not in known:
            self._keep(key, with_status(known, status))
        return []

    def _begin(self, run_id: str) -> None:
        if run_id == self._run_id:
            return
        self._run_id = run_id
        self._due = []
        for key, case in list(self._state.items("")):
            if key.startswith(f"{run_id}|"):
                heapq.heappush(self._due, (self._due_time(case), key))
            else:
                self._state.remove(key)

    def _keep(self, key: str, case: Case) -> None:
        self._state.put(key, case)
        heapq.heappush(self._due, (self._due_time(case), key))

    def _due_time(self, case: Case) -> int:
        reached = min((time for _, time in self._untold(case)), default=None)
        return due_time(case) if reached is None else min(reached + self._slack_ms, due_time(case))

    def _untold(self, case: Case) -> Iterator[tuple[str, int]]:
        """Milestones that were reached and not told, with their times; none while the call's time is unknown."""
        received = received_time(case)
        if received is None:
            return
        for milestone in MILESTONES:
            reached = None if milestone in case["done"] else reached_time(case, milestone, received)
            if reached is not None:
                yield milestone, reached

    def _elapsed(self, now: int) -> Iterator[Response]:
        while self._due and self._due[0][0] <= now:
            due, key = heapq.heappop(self._due)
            case = self._state.get(key)
            if case is None or self._due_time(case) != due:
                continue
            incident = key.partition("|")[2]
            if "closed" in case:
                self._state.remove(key)
            elif due_time(case) <= due:
                closed = {**case, "closed": due}
                yield from self._reached(closed, incident, due)
                yield from self._unreached(closed, incident, due)
                self._keep(key, closed)
            else:
                told = {**case}
                yield from self._reached(told, incident, due - self._slack_ms)
                self._keep(key, told)

    def _reached(self, case: Case, incident: str, until: int) -> Iterator[Response]:
        """Responses for what was reached up to a moment; marks them as told in the case."""
        received = received_time(case)
        for milestone, reached in list(self._untold(case)):
            if received is not None and reached <= until:
                case["done"] = [*case["done"], milestone]
                case["received"] = received
                seconds = (reached - received) // 1000
                yield self._response(
                    case,
                    incident,
                    milestone=milestone,
                    outcome="responded",
                    event_time=reached,
                    received=received,
                    seconds=seconds,
                )

    def _unreached(self, case: Case, incident: str, due: int) -> Iterator[Response]:
        received = received_time(case)
        if received is None:
            # Without a call there is no response time to miss, and none is invented.
            return
        outcome = "closed_without_arrival" if is_free(case) else "expired_without_closure"
        for milestone in MILESTONES:
            if milestone not in case["done"]:
                case["done"] = [*case["done"], milestone]
                yield self._response(
                    case,
                    incident,
                    milestone=milestone,
                    outcome=outcome,
                    event_time=due,
                    received=received,
                    seconds=None,
                )

    def _response(
        self,
        case: Case,
        incident: str,
        *,
        milestone: str,
        outcome: str,
        event_time: int,
        received: int,
        seconds: int | None,
    ) -> Response:
        return {
            "event_id": f"{incident}:{milestone}",
            "entity_id": incident,
            "area_id": case["area"],
            "event_time": event_time,
            "ingest_time": case["ingest"],
            "source": case["source"],
            "quality": "suspect" if is_contradicted(case, milestone, received) else case["quality"],
            "run_id": self._run_id,
            "milestone": milestone,
            "outcome": outcome,
            "response_seconds": seconds,
            "received_time": received,
        }

    def _tick(self, tick: Status) -> Response:
        return {
            "event_id": "",
            "entity_id": None,
            "area_id": None,
            "event_time": tick["event_time"],
            "ingest_time": tick["ingest_time"],
            "source": tick["source"],
            "quality": tick["quality"],
            "run_id": tick["run_id"],
            "milestone": "",
            "outcome": "",
            "response_seconds": None,
            "received_time": tick["event_time"],
        }
