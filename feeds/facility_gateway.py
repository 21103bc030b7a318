"""What do the facilities of the simulated city report? JSON, as `feeds/gateway.py` says.

A message: `facility`, `at` (ISO 8601 with its offset), `step` and `kind`. A `reading` says whether it is `faulty`, that of a `drain` also
`depth_m`, that of a `gas` or `water` pipe `pressure_kpa`; what a faulty one measures is left out. `reported` is a
fault that somebody told, `repaired` its end, which says when it was told, `opened_at`; both name the `order` where there is
one, and by when it is to be repaired, `due_at`, where there is a deadline.
"""

from feeds.civil_time import SECOND_MS
from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point, flag, instant, name, one_of

KINDS = ("cover", "light", "drain", "gas", "water")
MEASURED = {"drain": "depth_mm", "gas": "pressure_pa", "water": "pressure_pa"}
"""What a facility of a kind measures."""
DEPTH_LIMITS_MM = (0, 20_000)
"""Deeper is no drain."""
PRESSURE_LIMITS_PA = (0, 10_000_000)
"""A hundred times the air's: above every pipe of a city."""
_AUXILIARY = frozenset({"opened_at"})
_UNMEASURED = dict.fromkeys(("fault", "depth_mm", "pressure_pa"))


def _completed(read: Event) -> Event:
    event = {name: value for name, value in read.items() if name not in _AUXILIARY}
    if event["step"] == "reported":
        return {**event, **_UNMEASURED}
    if event["step"] == "repaired":
        return {**event, **_UNMEASURED, **_repair(read)}
    if event["fault"] is None:
        raise UnfitError(
            RejectReason.MISSING_VALUE, f"{event['entity_id']} does not say whether it is faulty"
        )
    wanted = None if event["fault"] else MEASURED.get(event["kind"])
    if wanted is not None and event[wanted] is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{event['entity_id']}: {wanted} is missing")
    return {**event, **{name: event[name] if name == wanted else None for name in MEASURED.values()}}


def _repair(read: Event) -> Event:
    opened_at, due_time, ended = read["opened_at"], read["due_time"], read["event_time"]
    if opened_at is None:
        raise UnfitError(
            RejectReason.MISSING_TIME, f"{read['entity_id']}: a repair does not say when it was opened"
        )
    if opened_at > ended:
        raise UnfitError(
            RejectReason.OUT_OF_RANGE, f"{read['entity_id']} was repaired before it was reported"
        )
    return {
        "repair_s": (ended - opened_at) // SECOND_MS,
        "in_time": None if due_time is None else int(ended <= due_time),
    }


FEED = city_gateway(
    "facility",
    "Covers, lights, drains and pipes",
    "facility",
    {
        "step": one_of("step", ("reading", "reported", "repaired")),
        "kind": one_of("kind", KINDS),
        "fault": flag("faulty", optional=True),
        "depth_mm": fixed_point("depth_m", 1_000, *DEPTH_LIMITS_MM, optional=True),
        "pressure_pa": fixed_point("pressure_kpa", 1_000, *PRESSURE_LIMITS_PA, optional=True),
        "opened_at": instant("opened_at", optional=True),
        "due_time": instant("due_at", optional=True),
        "order_id": name("order", optional=True),
    },
    identity=("step", "order_id"),
    completed=_completed,
)
