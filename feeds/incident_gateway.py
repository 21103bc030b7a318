"""What does the simulated city's incident command report? JSON, as `feeds/gateway.py` says.

A reading: `incident`, `step`, `at` (ISO 8601 with its offset), `area` (or its place), `origin`, `type`, `level` (1 to 4, 1 is the
gravest), `lead` and optionally `assisting` (names of departments), and where there is one `since_report_s` and
`limit_s`, both counted from the report. Who reported, who commands and their telephone numbers are not read.
"""

from collections.abc import Mapping
from typing import Any

from feeds.decoding import RejectReason, UnfitError, name_of, shown
from feeds.gateway_fields import area, city_gateway, name, one_of, whole

STEPS = ("reported", "dispatched", "arrived", "reported_up", "closed")
ORIGINS = ("call", "alert", "video", "manual")
TYPES = ("natural_disaster", "accident", "public_health", "public_security")
SINCE_MAX_S = 366 * 86_400
"""A year: what takes longer is no longer sudden."""
ASSISTING_MAX = 30


def _assisting(reading: Mapping[str, Any], who: str) -> str | None:
    """The names of the departments that assist, joined; None without any."""
    names = reading.get("assisting")
    if names is None or names == []:
        return None
    if not isinstance(names, list) or len(names) > ASSISTING_MAX:
        raise UnfitError(RejectReason.BAD_VALUE, f"{who}: assisting is no list of names: {shown(names)}")
    return "; ".join(name_of(one, f"{who}: assisting") for one in names)


FEED = city_gateway(
    "incident",
    "Incident command",
    "incident",
    {
        "area_id": area,
        "step": one_of("step", STEPS),
        "origin": one_of("origin", ORIGINS),
        "incident_type": one_of("type", TYPES),
        "level": whole("level", 1, 4),
        "lead_department": name("lead"),
        "assisting_departments": _assisting,
        "since_report_s": whole("since_report_s", 0, SINCE_MAX_S, optional=True),
        "limit_s": whole("limit_s", 1, SINCE_MAX_S, optional=True),
    },
    identity=("step",),
)
