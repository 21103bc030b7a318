"""What does the gateway of the simulated city's devices report? JSON, as `feeds/gateway.py` says.

A reading is a heartbeat: `device`, `at` by the gateway's clock and `device_at` by the device's own (both ISO 8601 with
offset), `online`, `unchanged_since` when its value has been the same, `battery_percent`, `firmware_build`, and of its
readings since the heartbeat before how many were `promised`, `delivered` and `delivered_late`. Only who, `at` and
`online` are always there. What the device measures is told by the gateway of its own system, and not read here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from feeds.civil_time import SECOND_MS, milliseconds
from feeds.decoding import Event, RejectReason, UnfitError, shown
from feeds.gateway_fields import city_gateway, flag, instant, whole

READINGS_MAX = 1_000_000
BUILD_MAX = 1_000_000_000
_READINGS = ("promised", "delivered", "delivered_late")


def _device_clock(reading: Mapping[str, Any], who: str) -> int | None:
    """Its time in epoch milliseconds, negative before 1970: there a clock stands that was never set."""
    written = reading.get("device_at")
    if written is None:
        return None
    try:
        told = datetime.fromisoformat(written)
        if told.tzinfo is None:
            raise UnfitError(RejectReason.BAD_TIME, f"{who}: device_at has no offset: {shown(written)}")
        return milliseconds(told)
    except (TypeError, ValueError, OverflowError) as error:
        raise UnfitError(
            RejectReason.BAD_TIME, f"{who}: device_at is not a time: {shown(written)}"
        ) from error


def _in_spans(event: Event) -> Event:
    """The event with spans of time in the place of moments. Raises UnfitError(MISSING_VALUE or OUT_OF_RANGE)."""
    who, at = event["entity_id"], event["event_time"]
    told, since = event.pop("device_at"), event.pop("unchanged_since")
    if since is not None and since > at:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{who}: unchanged_since is after the heartbeat itself")
    promised, delivered, late = counts = [event[name] for name in _READINGS]
    if counts != [None] * 3:
        if None in counts:
            raise UnfitError(
                RejectReason.MISSING_VALUE, f"{who}: {', '.join(_READINGS)} are told together or not at all"
            )
        if not late <= delivered <= promised:
            raise UnfitError(
                RejectReason.OUT_OF_RANGE,
                f"{who}: of {promised} promised readings {delivered} came, {late} of them late: that cannot be",
            )
    return {
        **event,
        "unchanged_s": None if since is None else (at - since) // SECOND_MS,
        "clock_off_ms": None if told is None else told - at,
    }


FEED = city_gateway(
    "device",
    "Devices",
    "device",
    {
        "online": flag("online"),
        "device_at": _device_clock,
        "unchanged_since": instant("unchanged_since", optional=True),
        "battery_percent": whole("battery_percent", 0, 100, optional=True),
        "firmware_build": whole("firmware_build", 0, BUILD_MAX, optional=True),
        **{name: whole(name, 0, READINGS_MAX, optional=True) for name in _READINGS},
    },
    completed=_in_spans,
)
