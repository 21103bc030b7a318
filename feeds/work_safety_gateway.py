"""What do the major-hazard sites of the simulated city report? JSON, as `feeds/gateway.py` says.

A report: `site`, `at` (ISO 8601 with its offset), `step` and `item`.
A `reading` is of the sensor `item`: `interval_s` (for how long it stands) and at least one of `gas_lel_percent` (of
the lower explosive limit), `pressure_mpa` (over that of the air) and `level_m`.
Of the finding `item`, `found` and `rectified` say whether it is `major`, and `rectified` where they are known
`since_found_s` and `limit_s`, both counted from when it was found. Who found it and who puts it right is not read.
"""

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point, flag, name, one_of, whole

STEPS = ("reading", "found", "rectified")
MEASURED = ("gas_permille", "pressure_kpa", "level_mm")
INTERVAL_MAX_S = 3_600
"""A reading that stood for longer would be no watch over a hazard."""
SINCE_MAX_S = 10 * 366 * 86_400
GAS_LIMITS_PERMILLE = (0, 100_000)
"""Pure gas is some ten to a hundred times its lower explosive limit."""
PRESSURE_LIMITS_KPA = (-101, 400_000)
"""From vacuum to above any vessel of the chemical industry."""
LEVEL_LIMITS_MM = (0, 100_000)
"""Higher than any tank."""


def _of_step(event: Event) -> Event:
    what = f"{event['entity_id']}: {event['item']}"
    if event["step"] == "reading":
        if all(event[name] is None for name in MEASURED):
            raise UnfitError(RejectReason.MISSING_VALUE, f"{what} has measured nothing")
        if event["interval_s"] is None:
            raise UnfitError(RejectReason.MISSING_VALUE, f"{what} does not say for how long it stands")
        return {**event, "major": None, "since_found_s": None, "limit_s": None}
    if event["major"] is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{what} does not say whether it is major")
    return {**event, **dict.fromkeys((*MEASURED, "interval_s"))}


FEED = city_gateway(
    "work-safety",
    "Major-hazard sites",
    "site",
    {
        "step": one_of("step", STEPS),
        "item": name("item"),
        "interval_s": whole("interval_s", 1, INTERVAL_MAX_S, optional=True),
        "gas_permille": fixed_point("gas_lel_percent", 10, *GAS_LIMITS_PERMILLE, optional=True),
        "pressure_kpa": fixed_point("pressure_mpa", 1_000, *PRESSURE_LIMITS_KPA, optional=True),
        "level_mm": fixed_point("level_m", 1_000, *LEVEL_LIMITS_MM, optional=True),
        "major": flag("major", optional=True),
        "since_found_s": whole("since_found_s", 0, SINCE_MAX_S, optional=True),
        "limit_s": whole("limit_s", 1, SINCE_MAX_S, optional=True),
    },
    identity=("step", "item"),
    completed=_of_step,
)
