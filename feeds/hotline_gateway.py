"""What does the simulated city's hotline 12345 report? JSON, as `feeds/gateway.py` says.

A reading: `id` of the call or case, `step`, `at` (ISO 8601 with its offset), `area`, or else `cell` of the address grid, `kind`, and by the step
`waited_s` (`answered`, `given_up`), optionally `due_at` (`opened`), `opened_at` and optionally `due_at` (`closed`), `satisfied` (`rated`).
"""

from typing import Any

from feeds.civil_time import SECOND_MS, instant_with_offset
from feeds.decoding import Event, Feed, RejectReason, UnfitError, name_of, shown
from feeds.gateway import count_of, json_gateway, quality_of, version_of
from feeds.json_payload import text_or_none

CALL_STEPS = frozenset({"answered", "given_up"})
STEPS = CALL_STEPS | {"opened", "handed_over", "closed", "sent_back", "rated"}
WAIT_MAX_S = 86_400


def step_event(reading: dict[str, Any]) -> Event:
    """The event of one step. Raises UnfitError."""
    key = name_of(reading.get("id"), "id")
    step = reading.get("step")
    if step not in STEPS:
        raise UnfitError(RejectReason.BAD_VALUE, f"{key}: unknown step {shown(step)}")
    event_time = instant_with_offset(reading.get("at"), f"{key}: at")
    return {
        "event_id": f"city:{key}:{step}:{event_time}",
        "entity_id": key,
        "area_id": text_or_none(reading.get("area")),
        "event_time": event_time,
        "quality": quality_of(reading),
        "source_version": version_of(reading, key),
        "step": step,
        "kind": name_of(reading.get("kind"), f"{key}: kind"),
        **({} if reading.get("cell") is None else {"address_cell": name_of(reading["cell"], f"{key}: cell")}),
        **_of_step(key, step, event_time, reading),
    }


def _of_step(key: str, step: str, event_time: int, reading: dict[str, Any]) -> Event:
    if step in CALL_STEPS:
        return {"waited_s": count_of(reading.get("waited_s"), (0, WAIT_MAX_S), f"{key}: waited_s")}
    if step == "rated":
        if not isinstance(reading.get("satisfied"), bool):
            raise UnfitError(RejectReason.MISSING_VALUE, f"{key} does not say whether they were satisfied")
        return {"satisfied": int(reading["satisfied"])}
    if step not in ("opened", "closed"):
        return {}
    due = reading.get("due_at")
    due_time = None if due is None else instant_with_offset(due, f"{key}: due_at")
    if step == "opened":
        return {"due_time": due_time}
    opened_at = instant_with_offset(reading.get("opened_at"), f"{key}: opened_at")
    if opened_at > event_time:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{key} was closed before it was opened")
    return {
        "handling_s": (event_time - opened_at) // SECOND_MS,
        "in_time": None if due_time is None else int(event_time <= due_time),
        "due_time": due_time,
    }


FEED = Feed(
    "city-gateway-hotline", "hotline", "Hotline 12345 of the simulated city", json_gateway(step_event)
)
