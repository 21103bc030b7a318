"""What does each status, and each tick of the city clock, lead to? A keyed fold of incidents into responses.

Only the clock tells. A milestone that is not reached 15 minutes after the call is told as overdue, and as overdue no
more when it is reached or the case ends: what is open and overdue at any moment is a difference of two counts.
A milestone is told when the clock is past it by the disorder that the line allows: a unit
that was there first may be heard of second, and a count that went out cannot be taken back. What was not reached
is told when the case closes. A tick is passed on after everything that was decided up to it, so nothing is late.
"""

import heapq
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from indicators.emergency import RESPONSE_TARGET_SECONDS
from streams.catalog import EMERGENCY
from streams.keyed_state import KeyedState
from streams.responses.case import (
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

Response = dict[str, Any]

OVERDUE, OVERDUE_ENDED = "overdue", "overdue_ended"
_TARGET_MS = RESPONSE_TARGET_SECONDS * 1000


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
        next_told = [time for _, time in self._untold(case)]
        if self._newly_overdue(case):
            next_told.append((received_time(case) or 0) + _TARGET_MS)
        # In the order of the times that are told, or one would make the next one late.
        return min([due_time(case), *(self._in_time(case, time) + self._slack_ms for time in next_told)])

    def _newly_overdue(self, case: Case) -> list[str]:
        """Milestones that are not reached in time, as far as is known, and were not told so.

        A case whose units are all free again waits for nobody, although it is kept open for a while.
        """
        received = received_time(case)
        if received is None or is_free(case):
            return []
        told = {*case["done"], *case.get("overdue", ())}
        late = []
        for milestone in MILESTONES:
            reached = reached_time(case, milestone, received)
            if milestone not in told and (reached is None or reached > received + _TARGET_MS):
                late.append(milestone)
        return late

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
                continue
            told = {**case}
            if due_time(case) <= due:
                told["closed"] = due
                yield from self._reached(told, incident, due)
                yield from self._unreached(told, incident, due)
            else:
                yield from self._reached(told, incident, due - self._slack_ms)
                yield from self._overdue(told, incident, due - self._slack_ms)
            self._keep(key, told)

    def _reached(self, case: Case, incident: str, until: int) -> Iterator[Response]:
        """Responses for what was reached up to a moment; marks them as told in the case."""
        received = received_time(case)
        for milestone, reached in list(self._untold(case)):
            if received is not None and reached <= until:
                case["done"] = [*case["done"], milestone]
                case["received"] = received
                seconds = (reached - received) // 1000
                yield self._response(case, incident, milestone, "responded", reached, seconds=seconds)
                yield from self._overdue_ended(case, incident, milestone, reached)

    def _unreached(self, case: Case, incident: str, due: int) -> Iterator[Response]:
        received = received_time(case)
        if received is None:
            # Without a call there is no response time to miss, and none is invented.
            return
        outcome = "closed_without_arrival" if is_free(case) else "expired_without_closure"
        for milestone in MILESTONES:
            if milestone not in case["done"]:
                case["done"] = [*case["done"], milestone]
                case["received"] = received
                yield self._response(case, incident, milestone, outcome, due)
                yield from self._overdue_ended(case, incident, milestone, due)

    def _overdue(self, case: Case, incident: str, until: int) -> Iterator[Response]:
        """What has just become overdue; marks it in the case, and from then on the call's time stays as it was."""
        received = received_time(case)
        if received is None or received + _TARGET_MS > until:
            return
        for milestone in self._newly_overdue(case):
            case["overdue"] = [*case.get("overdue", ()), milestone]
            case["received"] = received
            at = self._in_time(case, received + _TARGET_MS)
            yield self._response(case, incident, milestone, OVERDUE, at)

    def _overdue_ended(self, case: Case, incident: str, milestone: str, ended: int) -> Iterator[Response]:
        if milestone in case.get("overdue", ()):
            yield self._response(case, incident, milestone, OVERDUE_ENDED, self._in_time(case, ended))

    def _in_time(self, case: Case, moment: int) -> int:
        """The moment, or what is not late any more when it was heard of: a count of what is open loses neither end."""
        return max(moment, int(case["ingest"]) - self._slack_ms)

    def _response(
        self,
        case: Case,
        incident: str,
        milestone: str,
        outcome: str,
        event_time: int,
        *,
        seconds: int | None = None,
    ) -> Response:
        suffix = f":{outcome}" if outcome in {OVERDUE, OVERDUE_ENDED} else ""
        received = int(case["received"])
        return {
            "event_id": f"{incident}:{milestone}{suffix}",
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
