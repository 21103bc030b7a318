"""How does the simulated city use electricity? A substation, its feeder and line, the sun, meters and two transformers
a district; of what is fed in a twentieth is lost, and now and then a transformer is dead.
"""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

_SPAN_S = 15 * 60
_DEMAND_KWH = (
    *(820, 780, 760, 750, 770, 850, 1_000, 1_200, 1_400, 1_500, 1_520, 1_480),
    *(1_400, 1_420, 1_450, 1_460, 1_480, 1_600, 1_800, 1_850, 1_750, 1_500, 1_200, 950),
)
"""Of a district in a quarter of an hour, by hour of the civil day."""
_SUN_PERMILLE = (*(0,) * 6, 20, 60, 110, 160, 190, 210, 210, 190, 150, 100, 50, 10, *(0,) * 6)
"""Which share of the demand the sun covers."""
_CUSTOMERS = 400
_SUMS = (
    *("energy_wh", "energy_s", "supply_wh", "supply_readings", "pv_wh", "billed_wh", "billed_readings"),
    *("state_s", "out_s", "customer_s", "customer_out_s", "customers_interrupted"),
)
_READINGS = {"substation": "supply_readings", "meter": "billed_readings"}
_ENERGIES = {"substation": "supply_wh", "pv": "pv_wh", "meter": "billed_wh"}


def _assets(size: Size) -> tuple[Thing, ...]:
    kinds = ("substation", "feeder", "line", "pv", *("meter",) * size.meters, "transformer", "transformer")
    return tuple(
        Thing(
            f"{kind}-{name}-{number}",
            f"{CITY}/{name}",
            attributes={"customers": _CUSTOMERS + 10 * number} if kind == "transformer" else {},
            labels={"kind": kind},
        )
        for name in size.districts
        for number, kind in enumerate(kinds, start=1)
    )


def _energy_wh(plan: Plan, kind: str, at: int, rng: Random) -> int:
    hour = (at + plan.offset_ms) // HOUR_MS % 24
    demand_wh = _DEMAND_KWH[hour] * 1_000
    sun_wh = demand_wh * _SUN_PERMILLE[hour] // 1_000
    metered_wh = demand_wh * 19 // (20 * plan.size.meters)
    wh = {"pv": sun_wh, "meter": metered_wh}.get(kind, demand_wh - sun_wh)
    return wh * (1_000 + rng.randrange(-20, 21)) // 1_000


def _reading(plan: Plan, asset: Thing, at: int, rng: Random) -> Said:
    kind = asset.labels["kind"]
    head = {"kind": kind, "covered_s": _SPAN_S}
    adds = dict.fromkeys(_SUMS, 0)
    if kind in ("line", "transformer"):
        out_s = rng.randrange(60, _SPAN_S + 1) if rng.randrange(25) == 0 else 0
        customers = asset.attributes.get("customers", 0)
        interrupted = int(out_s > 0)
        adds |= {
            "state_s": _SPAN_S,
            "out_s": out_s,
            "customer_s": _SPAN_S * customers,
            "customer_out_s": out_s * customers,
            "customers_interrupted": interrupted * customers,
        }
        return Said({**head, "out_s": out_s, "outages": interrupted}, adds)
    energy_wh = _energy_wh(plan, kind, at, rng)
    adds |= {"energy_wh": energy_wh, "energy_s": _SPAN_S}
    if kind in _ENERGIES:
        adds[_ENERGIES[kind]] = energy_wh
    if kind in _READINGS:
        adds[_READINGS[kind]] = 1
    return Said({**head, "energy_kwh": energy_wh / 1_000}, adds)


SIMULATED = Reporters(
    "electricity",
    "asset",
    _assets,
    # Told when its span is over, by the span's beginning, and up to ten minutes on its way.
    Pace(
        _SPAN_S * SECOND_MS,
        (_SPAN_S * SECOND_MS, 25 * MINUTE_MS, SECOND_MS),
        again_after_ms=30_000,
    ),
    HOUR_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("covered_s", 0),)),
        Fault(RejectReason.BAD_VALUE, (("kind", "kite"),)),
        Fault(RejectReason.MISSING_VALUE, (("energy_kwh", None),)),
        Fault(RejectReason.OUT_OF_RANGE, (("out_s", 901), ("outages", 1))),
    ),
).simulated()
