"""What do departments of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `figure` (its code and area, `code:area`), `at` (when it was first signed off, ISO 8601 with its offset),
`period` (its first civil day), `value` as decimal text, `department`, and `due_at` where it had to be signed off by
then. `version` counts corrections, which keep `at`. Who signed is not read.
"""

from collections.abc import Mapping
from typing import Any

from feeds.decoding import Event, RejectReason, UnfitError, shown
from feeds.gateway_fields import city_gateway, instant, name
from feeds.reported_figure import civil_date, identified, millionths


def _value(reading: Mapping[str, Any], who: str) -> int:
    value = reading.get("value")
    if value is not None and not isinstance(value, str):
        # As a number of JSON it may have lost digits before it came here.
        raise UnfitError(RejectReason.BAD_VALUE, f"{who}: value is not decimal text: {shown(value)}")
    return millionths(value or "", f"{who}: value")


def _period(reading: Mapping[str, Any], who: str) -> str:
    return civil_date(reading.get("period"), f"{who}: period").isoformat()


def _held_to_its_date(event: Event) -> Event:
    due_at = event.pop("due_at")
    return identified({**event, "in_time": None if due_at is None else int(event["event_time"] <= due_at)})


FEED = city_gateway(
    "reported",
    "Reported figures",
    "figure",
    {
        "period": _period,
        "department": name("department"),
        "value_micro": _value,
        "due_at": instant("due_at", optional=True),
    },
    completed=_held_to_its_date,
)
