"""How do the devices of the simulated city do? Four kinds a district; some freeze, drift, run low or stay outdated."""

from random import Random
from typing import Any

from feeds.civil_time import MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

_LIMITS = {
    "meter": {"frozen_after_s": 3_600, "clock_tolerance_ms": 5_000, "battery_low_percent": 20},
    "probe": {"frozen_after_s": 900, "clock_tolerance_ms": 1_000, "battery_low_percent": 15},
    "camera": {"clock_tolerance_ms": 500, "firmware_wanted_build": 230},
    "gate": {"firmware_wanted_build": 231},
}
"""What is declared for a device of each kind; what is not declared it is not held against."""
_CHECKS = {
    "frozen": ("unchanged_s", "frozen_after_s"),
    "clock_off": ("clock_off_ms", "clock_tolerance_ms"),
    "battery_low": ("battery_percent", "battery_low_percent"),
    "outdated": ("firmware_build", "firmware_wanted_build"),
}
_READINGS = ("promised", "delivered", "delivered_late")


def _devices(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"{kind}-{name}", f"{CITY}/{name}", place * len(_LIMITS) + turn, limits)
        for place, name in enumerate(size.districts)
        for turn, (kind, limits) in enumerate(_LIMITS.items())
    )


def _values(device: Thing, rng: Random) -> dict[str, int]:
    """What a heartbeat tells; a third of the values lie exactly at their limits."""
    frozen, tolerance = (
        device.attributes.get(name, 600) for name in ("frozen_after_s", "clock_tolerance_ms")
    )
    values = {
        "unchanged_s": rng.choice((30, frozen, frozen + 1)),
        "clock_off_ms": rng.choice((tolerance, 7, tolerance + 1)) * rng.choice((1, -1)),
        "battery_percent": device.attributes.get("battery_low_percent", 50) + rng.randrange(-1, 2),
        "firmware_build": 229 + device.number % 3,
    }
    # Each device leaves out what it does not have, and now and then something else.
    return {
        name: value
        for turn, (name, value) in enumerate(values.items())
        if turn != device.number % 5 and rng.randrange(10)
    }


def _is_bad(check: str, value: int, limit: int) -> bool:
    """The truth's own reading of what each check means."""
    return value < limit if check in ("battery_low", "outdated") else abs(value) > limit


def _adds(device: Thing, online: int, values: dict[str, int], readings: dict[str, int]) -> dict[str, int]:
    adds = {"heartbeats": 1, "online": online}
    for check, (name, limit_name) in _CHECKS.items():
        value, limit = values.get(name), device.attributes.get(limit_name)
        known = value is not None and limit is not None
        adds[f"{check}_known"] = int(known)
        adds[check] = int(value is not None and limit is not None and _is_bad(check, value, limit))
    return adds | {name: readings.get(name, 0) for name in _READINGS}


def _reading(plan: Plan, device: Thing, at: int, rng: Random) -> Said:
    online = int(rng.randrange(15) > 0)
    values = _values(device, rng) if online else {}
    readings: dict[str, int] = {}
    if device.number % 4:
        delivered = 10 - rng.randrange(3) if online else 0
        readings = {"promised": 10, "delivered": delivered, "delivered_late": rng.randrange(delivered + 1)}
    body: dict[str, Any] = {"online": bool(online), **readings}
    for name, value in values.items():
        if name == "unchanged_s":
            body["unchanged_since"] = written(at - value * SECOND_MS, plan.offset_ms)
        elif name == "clock_off_ms":
            body["device_at"] = written(at + value, plan.offset_ms)
        else:
            body[name] = value
    return Said(body, _adds(device, online, values, readings))


SIMULATED = Reporters(
    "device",
    "device",
    _devices,
    Pace(5 * MINUTE_MS, (300, 2 * MINUTE_MS), again_after_ms=20_000),
    15 * MINUTE_MS,
    _reading,
    (
        Fault(RejectReason.BAD_VALUE, (("online", "perhaps"),)),
        Fault(RejectReason.OUT_OF_RANGE, (("battery_percent", 101),)),
        Fault(RejectReason.BAD_TIME, (("device_at", "noon"),)),
        Fault(RejectReason.OUT_OF_RANGE, (("promised", 1), ("delivered", 2), ("delivered_late", 0))),
        Fault(RejectReason.MISSING_VALUE, (("promised", 10), ("delivered", None), ("delivered_late", 0))),
    ),
).simulated()
