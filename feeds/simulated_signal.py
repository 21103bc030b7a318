"""What do the simulated city's signals and guidance screens say? Signals and a screen a district."""

from random import Random
from typing import Any

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

WINDOW_MS = 15 * MINUTE_MS
CYCLE_S = 120
_BASELINES = {"saturation_headway_ms": 1_000, "stops_baseline_permille": 600, "flow_baseline_vph": 1_200}


_RUSH_HOURS = frozenset({7, 8, 17, 18})
_NOTHING = dict.fromkeys(
    (
        *("signals", "signals_working", "used_green_ms", "green_ms", "stops", "stopping_vehicles"),
        *("compared_stops", "expected_stops_permille", "compared_vehicles", "expected_vehicles_3600ths"),
        *("queues", "queue_m_max", "screens", "screens_online", "messages", "message_age_s_sum"),
    ),
    0,
)


def _devices(size: Size) -> tuple[Thing, ...]:
    # In the last district the headway was never measured, and nobody counted before.
    signals = (
        Thing(
            f"signal-{name}-{number}",
            f"{CITY}/{name}",
            number,
            _BASELINES if name != size.districts[-1] else {},
            {"kind": "signal"},
        )
        for name in size.districts
        for number in range(1, size.signals + 1)
    )
    screens = (
        Thing(f"screen-{name}", f"{CITY}/{name}", labels={"kind": "screen"}) for name in size.districts
    )
    return *signals, *screens


def _cycle(signal: Thing, hour: int, rng: Random) -> tuple[dict[str, Any], dict[str, int]]:
    """A cycle of a signal that works. One in six does not count stops, one in six no queue."""
    green_s = 50 if hour in _RUSH_HOURS else 40
    passed = rng.randrange(20, 56) if hour in _RUSH_HOURS else rng.randrange(5, 40)
    stops = None if rng.randrange(6) == 0 else passed * rng.randrange(30, 90) // 100
    queue_m = None if rng.randrange(6) == 0 else 6 * rng.randrange(passed)
    known = signal.attributes
    compared = stops is not None and bool(known)
    adds = {
        "used_green_ms": passed * known.get("saturation_headway_ms", 0),
        "green_ms": 1_000 * green_s if known else 0,
        "stops": stops or 0,
        "stopping_vehicles": 0 if stops is None else passed,
        "compared_stops": (stops or 0) if compared else 0,
        "expected_stops_permille": passed * known["stops_baseline_permille"] if compared else 0,
        "compared_vehicles": passed if known else 0,
        "expected_vehicles_3600ths": known.get("flow_baseline_vph", 0) * CYCLE_S,
        "queues": int(queue_m is not None),
        "queue_m_max": queue_m or 0,
    }
    said = {"cycle_s": CYCLE_S, "green_s": green_s, "passed": passed, "stops": stops, "queue_m": queue_m}
    return said, adds


def _message(plan: Plan, at: int, rng: Random) -> tuple[dict[str, Any], dict[str, int]]:
    """What a screen that is online shows; one in ten shows nothing."""
    if rng.randrange(10) == 0:
        return {}, {}
    age_s = rng.randrange(5_400)
    # Some milliseconds older: an age is in whole seconds.
    message_at = written(at - age_s * SECOND_MS - rng.randrange(SECOND_MS), plan.offset_ms)
    return {"message_at": message_at}, {"messages": 1, "message_age_s_sum": age_s}


def _reading(plan: Plan, device: Thing, at: int, rng: Random) -> Said:
    kind, works = device.labels["kind"], rng.randrange(25) > 0
    said, adds = {"kind": kind, "working": works}, {f"{kind}s": 1}
    adds["signals_working" if kind == "signal" else "screens_online"] = int(works)
    if not works:
        return Said(said, {**_NOTHING, **adds})
    hour = (at + plan.offset_ms) // HOUR_MS % 24
    more, added = _cycle(device, hour, rng) if kind == "signal" else _message(plan, at, rng)
    return Said({**said, **more}, {**_NOTHING, **adds, **added})


SIMULATED = Reporters(
    "signal",
    "device",
    _devices,
    Pace(CYCLE_S * SECOND_MS, (200, 40_000), again_after_ms=12_000),
    WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("green_s", -1),)),
        Fault(RejectReason.BAD_VALUE, (("kind", "lamp"),)),
        Fault(RejectReason.MISSING_VALUE, (("working", None),)),
    ),
).simulated()
