"""What does each status, and each tick of the city clock, lead to? A keyed fold of incidents into responses.

A milestone that a unit reached is told at once; what was not reached is told when the case closes. Before a
status of a later time is told, whatever fell due earlier is told first, so that a quiet spell without ticks
makes nothing late. A tick is passed on after everything that was decided up to it.
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

    `slack` is how far behind the newest event one may come and still be in time for its window.
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
        now = status["event_time"]
        if incident is None:
            return [*self._elapsed(now), self._tick(status)]
        responses = list(self._elapsed(now - self._slack_ms))
        key = f"{status['run_id']}|{incident}"
        known = self._state.get(key)
        if known is None or "closed" not in known:
            case = with_status(known, status)
            responses += self._reached(case, incident)
            self._keep(key, case)
        return responses

    def _begin(self, run_id: str) -> None:
        if run_id == self._run_id:
            return
        self._run_id = run_id
        self._due = []
        for key, case in list(self._state.items("")):
            if key.startswith(f"{run_id}|"):
                heapq.heappush(self._due, (due_time(case), key))
            else:
                self._state.remove(key)

    def _keep(self, key: str, case: Case) -> None:
        self._state.put(key, case)
        heapq.heappush(self._due, (due_time(case), key))

    def _elapsed(self, now: int) -> Iterator[Response]:
        while self._due and self._due[0][0] <= now:
            due, key = heapq.heappop(self._due)
            case = self._state.get(key)
            if case is None or due_time(case) != due:
                continue
            if "closed" in case:
                self._state.remove(key)
                continue
            closed = {**case, "closed": due}
            yield from self._unreached(closed, key.partition("|")[2], due)
            self._keep(key, closed)

    def _reached(self, case: Case, incident: str) -> Iterator[Response]:
        received = received_time(case)
        if received is None:
            return
        for milestone in MILESTONES:
            reached = None if milestone in case["done"] else reached_time(case, milestone, received)
            if reached is not None:
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
