"""What do the departments of the simulated city report? Three figures a district, each signed off every quarter of an hour."""

from datetime import UTC, datetime
from random import Random
from typing import Any

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

_MICRO = 1_000_000
_KINDS = {
    "grain-output": {"target_micro": 12_500_000, "lower_is_better": 0},
    "energy-growth": {"target_micro": -1_250_000, "lower_is_better": 1},
    # Nobody has set a target for visitors.
    "visitors": {},
}
_DEPARTMENTS = {"grain-output": "农业农村局", "energy-growth": "发展和改革委员会", "visitors": "文化和旅游局"}


def _figures(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"{code}:{CITY}/{name}", f"{CITY}/{name}", place, attributes)
        for place, name in enumerate(size.districts)
        for code, attributes in _KINDS.items()
    )


def _decimal(micro: int) -> str:
    whole, part = divmod(abs(micro), _MICRO)
    return f"{'-' if micro < 0 else ''}{whole}.{part:06d}"


def _reading(plan: Plan, figure: Thing, at: int, rng: Random) -> Said:
    target = figure.attributes.get("target_micro")
    # Figures lie around their targets, a third of them exactly on it.
    value = (target or 0) + rng.choice((0, 1, -1, 0, rng.randrange(3 * _MICRO), -rng.randrange(3 * _MICRO)))
    code = figure.name.partition(":")[0]
    civil = datetime.fromtimestamp((at + plan.offset_ms) // SECOND_MS, UTC)
    version = rng.choice((0, 0, 0, 1, 2))
    body: dict[str, Any] = {
        "period": civil.date().isoformat(),
        "value": _decimal(value),
        "department": _DEPARTMENTS[code],
        "version": version,
    }
    due_at = rng.choice((None, at, at - 1, at + HOUR_MS))
    if due_at is not None:
        body["due_at"] = written(due_at, plan.offset_ms)
    reached = target is not None and (
        value <= target if figure.attributes["lower_is_better"] else value >= target
    )
    return Said(
        body,
        {
            "figures": 1,
            "value_micro_sum": value,
            "due": int(due_at is not None),
            "on_time": int(due_at is not None and at <= due_at),
            "targeted": int(target is not None),
            "reached": int(reached),
            "corrections": version,
        },
    )


SIMULATED = Reporters(
    "reported",
    "figure",
    _figures,
    Pace(15 * MINUTE_MS, (SECOND_MS, 30 * MINUTE_MS), again_after_ms=5 * MINUTE_MS),
    HOUR_MS,
    _reading,
    (
        Fault(RejectReason.BAD_VALUE, (("value", "1.2345678"),)),
        Fault(RejectReason.BAD_VALUE, (("value", 12.5),)),
        Fault(RejectReason.OUT_OF_RANGE, (("value", "1000000000.000001"),)),
        Fault(RejectReason.MISSING_VALUE, (("value", None),)),
        Fault(RejectReason.BAD_TIME, (("period", "last month"),)),
    ),
).simulated()
