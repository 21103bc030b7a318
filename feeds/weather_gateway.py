"""What do the weather stations of the simulated city report, and which warnings do they pass on? JSON, as `feeds/gateway.py` says.

A message: `station`, `at` (ISO 8601 with its offset) and `step`. A `reading` is of the time from `at` on, `period_s` long: `rain_mm`
of it, `wind_ms`, `temperature_c`. A warning of the authority is `issued`, `updated` or `lifted`, with its `kind` and `level`;
the step that declares when it began has `issued_at` and `onset_at`, once a warning.
"""

from feeds.civil_time import SECOND_MS
from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point, instant, one_of, whole
from feeds.weather_reading import (
    MEASURED,
    RAIN_LIMITS_UM,
    TEMPERATURE_LIMITS_MDEGC,
    WIND_LIMITS_MMS,
    of_reading,
)

KINDS = (
    *("台风", "暴雨", "暴雪", "寒潮", "大风", "沙尘暴", "高温"),
    *("干旱", "雷电", "冰雹", "霜冻", "大雾", "霾", "道路结冰"),
)
LEVELS = ("blue", "yellow", "orange", "red")
STEPS = ("reading", "issued", "updated", "lifted")
PERIOD_MAX_S = 3_600
LEAD_LIMITS_S = (-86_400, 14 * 86_400)
"""Nobody warns two weeks ahead, and who is a day behind does not warn."""
_AUXILIARY = frozenset({"period_s", "issued_at", "onset_at"})


def _completed(read: Event) -> Event:
    event = {name: value for name, value in read.items() if name not in _AUXILIARY}
    if event["step"] == "reading":
        return of_reading({**event, "kind": None, "level": None}, read["period_s"])
    who = f"{event['entity_id']}: a warning"
    if event["kind"] is None or event["level"] is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{who} has no kind or no level")
    return {**event, **dict.fromkeys((*MEASURED, "rain_s")), "lead_s": _lead_s(read, who)}


def _lead_s(read: Event, who: str) -> int | None:
    if read["step"] == "issued" or read["onset_at"] is None:
        return None
    if read["issued_at"] is None:
        raise UnfitError(RejectReason.MISSING_TIME, f"{who} that began does not say when it was issued")
    lead_s: int = (read["onset_at"] - read["issued_at"]) // SECOND_MS
    if not LEAD_LIMITS_S[0] <= lead_s <= LEAD_LIMITS_S[1]:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{who} cannot be issued {lead_s} s before it began")
    return lead_s


FEED = city_gateway(
    "weather",
    "Weather stations and warnings",
    "station",
    {
        "step": one_of("step", STEPS),
        "period_s": whole("period_s", 1, PERIOD_MAX_S, optional=True),
        "rain_um": fixed_point("rain_mm", 1_000, *RAIN_LIMITS_UM, optional=True),
        "wind_mms": fixed_point("wind_ms", 1_000, *WIND_LIMITS_MMS, optional=True),
        "temperature_mdegc": fixed_point("temperature_c", 1_000, *TEMPERATURE_LIMITS_MDEGC, optional=True),
        "kind": one_of("kind", KINDS, optional=True),
        "level": one_of("level", LEVELS, optional=True),
        "issued_at": instant("issued_at", optional=True),
        "onset_at": instant("onset_at", optional=True),
    },
    identity=("step", "kind"),
    completed=_completed,
)
