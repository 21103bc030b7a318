"""What is known of one incident, and what follows from it? Pure: the order of arrival changes nothing.

A case is plain JSON data, so that it can be kept in a table:
stamps: unit -> stage -> sorted times; unit "" stands for the incident itself. done: milestones already told.
All times are epoch milliseconds of event time.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

MILESTONES = ("dispatched", "en_route", "arrived")
_STAGES = ("received", "entered", "dispatched", "en_route", "arrived", "transport", "hospital", "available")
_RANK = {stage: rank for rank, stage in enumerate(_STAGES)}
_QUALITY = ("good", "estimated", "suspect")

QUIET = timedelta(minutes=60)
"""A case whose units are all available is over when nothing more is heard of it for this long. Our decision:
units are sent again to the same incident within minutes, and an hour is the window that is counted."""
EXPIRY = timedelta(hours=24)
"""A case with units that never became available is given up after this long without a word."""
KEPT = timedelta(hours=48)
"""How long a closed case is kept, so that late statuses of it do not open it again: the source's repeat span."""

_MINUTE_MS = 60_000

Case = dict[str, Any]
Status = Mapping[str, Any]


def with_status(case: Case | None, status: Status) -> Case:
    """The case with one more status; the one given is not changed. The same status again changes nothing."""
    known = case or {
        "stamps": {},
        "done": [],
        "area": None,
        "source": status["source"],
        "quality": "good",
        "ingest": 0,
    }
    unit, stage = status["unit_id"] or "", status["stage"]
    stages = known["stamps"].get(unit, {})
    times = sorted({*stages.get(stage, ()), status["event_time"]})
    return {
        **known,
        "stamps": {**known["stamps"], unit: {**stages, stage: times}},
        "area": known["area"] or status["area_id"],
        "quality": max(known["quality"], status["quality"], key=_QUALITY.index),
        "ingest": max(known["ingest"], status["ingest_time"]),
    }


def received_time(case: Case) -> int | None:
    """When the call was received: the earliest that was said. Once a milestone was told, it stays as it was."""
    if case.get("received") is not None:
        return int(case["received"])
    times = [stages["received"][0] for stages in case["stamps"].values() if "received" in stages]
    return min(times, default=None)


def reached_time(case: Case, milestone: str, received: int) -> int | None:
    """When the first unit reached a milestone; None where none has.

    A stamp before the call contradicts it and is passed over: a negative time is never told.
    """
    return min((time for time in _times(case, milestone) if time >= received), default=None)


def is_contradicted(case: Case, milestone: str, received: int) -> bool:
    """Whether a stamp of a milestone lies before the call."""
    return any(time < received for time in _times(case, milestone))


def is_free(case: Case) -> bool:
    """Whether every unit that is known became available after all else that it did. Without units: no."""
    units = {unit: stages for unit, stages in case["stamps"].items() if unit}
    # A feed without units may still say that the incident as a whole is over.
    units = units or {"": case["stamps"].get("", {})}
    return all(_last(stages)[1] == "available" for stages in units.values())


def due_time(case: Case) -> int:
    """When the clock has something to do: close the case, give it up, or forget it.

    A whole minute, and a function of the statuses alone: whichever tick shows it, the answer is the same.
    """
    if "closed" in case:
        return int(case["closed"]) + _milliseconds(KEPT)
    last = max(_last(stages)[0] for stages in case["stamps"].values())
    wait = QUIET if is_free(case) else EXPIRY
    return -(-(last + _milliseconds(wait)) // _MINUTE_MS) * _MINUTE_MS


def _times(case: Case, stage: str) -> Iterator[int]:
    for stages in case["stamps"].values():
        yield from stages.get(stage, ())


def _last(stages: Mapping[str, list[int]]) -> tuple[int, str]:
    # Of stages in the same second the later one in the usual course is the last.
    found = [(times[-1], _RANK.get(stage, -1), stage) for stage, times in stages.items()]
    time, _, stage = max(found, default=(0, -1, ""))
    return time, stage


def _milliseconds(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
