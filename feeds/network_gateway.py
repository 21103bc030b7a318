"""What do the networks of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `element`, `at` (ISO 8601 with its offset), `step`, and by the step `observed_s` until then, and of those
`up_s` and of these `degraded_s` (`state`), `case` and `level` (`opened`, `closed`), where the case has one its
limit `limit_s` (both), `handling_s` (`closed`). Who attacked, was attacked or reported it is not read, nor any address.
"""

from collections.abc import Mapping
from typing import Any

from feeds.decoding import Event, RejectReason, UnfitError, name_of
from feeds.gateway_fields import city_gateway, one_of, whole

OBSERVED_MAX_S = 3_600
LEVEL_MAX = 4
CASE_MAX_S = 100_000_000
"""About three years."""
FIELDS = {
    "state": ("observed_s", "up_s", "degraded_s"),
    "opened": ("case_id", "level"),
    "closed": ("case_id", "level", "handling_s"),
}
"""What each step must say."""
_MAY_SAY = {"opened": ("limit_s",), "closed": ("limit_s",)}
_ALL = ("observed_s", "up_s", "degraded_s", "case_id", "level", "handling_s", "limit_s")


def _case(reading: Mapping[str, Any], who: str) -> str | None:
    return None if reading.get("case") is None else name_of(reading["case"], f"{who}: case")


def _of_its_step(event: Event) -> Event:
    """The event with what its step says, and nothing else. Raises UnfitError(MISSING_VALUE or OUT_OF_RANGE)."""
    who, step = event["entity_id"], event["step"]
    for name in FIELDS[step]:
        if event[name] is None:
            raise UnfitError(RejectReason.MISSING_VALUE, f"{who}: {step} without {name}")
    said = (*FIELDS[step], *_MAY_SAY.get(step, ()))
    kept = {**event, **{name: event[name] if name in said else None for name in _ALL}}
    if step == "state" and not event["degraded_s"] <= event["up_s"] <= event["observed_s"]:
        raise UnfitError(
            RejectReason.OUT_OF_RANGE,
            f"{who}: of {event['observed_s']} s it cannot be up for {event['up_s']} s and degraded for "
            f"{event['degraded_s']} s",
        )
    return kept if step == "state" else {**kept, "event_id": f"{event['event_id']}:{event['case_id']}"}


FEED = city_gateway(
    "network",
    "Networks and security desks",
    "element",
    {
        "step": one_of("step", tuple(FIELDS)),
        "observed_s": whole("observed_s", 1, OBSERVED_MAX_S, optional=True),
        "up_s": whole("up_s", 0, OBSERVED_MAX_S, optional=True),
        "degraded_s": whole("degraded_s", 0, OBSERVED_MAX_S, optional=True),
        "case_id": _case,
        "level": whole("level", 1, LEVEL_MAX, optional=True),
        "handling_s": whole("handling_s", 0, CASE_MAX_S, optional=True),
        "limit_s": whole("limit_s", 1, CASE_MAX_S, optional=True),
    },
    identity=("step",),
    completed=_of_its_step,
)
