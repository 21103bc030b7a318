"""What grows around the simulated city? A plot and a cold chain a district, and by turns a market's product or a trap."""

from random import Random

from feeds.civil_time import DAY_MS, HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import ROUND, Size
from feeds.simulated_told import Pace

WINDOW_MS = HOUR_MS
_LIMITS_MDEGC = (4_000, -18_000)
"""Of what is chilled, and of what is frozen."""
_PRODUCTS = ("cabbage", "tomato", "pork")
_SUMS = (
    *("soil_count", "soil_permille_sum", "temperature_count", "chain_count", "chain_breaks"),
    *("volume_count", "volume_kg_sum", "turnover_fen_sum", "pest_count", "pests"),
)


def _things(number: int, name: str) -> tuple[Thing, ...]:
    area, limit = f"{CITY}/{name}", _LIMITS_MDEGC[number % 2]
    last = (
        Thing(f"market-{name}-{_PRODUCTS[number // 2]}", area, number, labels={"kind": "market"})
        if number % 2
        else Thing(f"trap-{name}", area, number, labels={"kind": "trap"})
    )
    chain = Thing(
        f"chain-{name}",
        area,
        number,
        attributes={"limit_mdegc": limit},
        labels={"kind": "chain", "limit_basis": "simulated"},
    )
    return Thing(f"plot-{name}", area, number, labels={"kind": "plot"}), chain, last


def _sites(size: Size) -> tuple[Thing, ...]:
    return tuple(
        thing for number, name in enumerate(size.districts) for thing in _things(number % ROUND, name)
    )


def _plot(plan: Plan, site: Thing, at: int, rng: Random) -> tuple[dict[str, object], dict[str, int]]:
    """Dries for ten days, is watered, and dries again; cold before sunrise."""
    day = (at - plan.start) // DAY_MS + 2 * site.number
    soil = 850 - 60 * (day % 10) + rng.randrange(-20, 21)
    hour = (at + plan.offset_ms) // HOUR_MS % 24
    temperature = 14_000 - 900 * abs(hour - 14) - 300 * site.number + rng.randrange(-400, 401)
    # The probe in the soil wakes up every other time.
    probed = rng.randrange(2) == 0
    body: dict[str, object] = {
        "soil_percent": soil / 10 if probed else None,
        "temperature_c": temperature / 1_000,
    }
    adds = {"temperature_count": 1, "temperature_mdegc_min": temperature}
    return body, adds | {"soil_count": int(probed), "soil_permille_sum": soil if probed else 0}


def _chain(site: Thing, rng: Random) -> tuple[dict[str, object], dict[str, int]]:
    limit = site.attributes["limit_mdegc"]
    temperature = limit - 2_000 + rng.randrange(-500, 501) + (3_000 if rng.randrange(9) == 0 else 0)
    return {"chain_c": temperature / 1_000}, {"chain_count": 1, "chain_breaks": int(temperature > limit)}


def _market(plan: Plan, site: Thing, at: int, rng: Random) -> tuple[dict[str, object], dict[str, int]]:
    """Dear in the morning, cheap before closing time."""
    hour = (at + plan.offset_ms) // HOUR_MS % 24
    price, volume = 300 + 400 * site.number - 8 * hour + rng.randrange(-20, 21), rng.randrange(20, 400)
    adds = {"volume_count": 1, "volume_kg_sum": volume, "turnover_fen_sum": price * volume}
    return {"price_yuan": price / 100, "volume_kg": volume}, adds


def _reading(plan: Plan, site: Thing, at: int, rng: Random) -> Said:
    kind = site.labels["kind"]
    if kind == "plot":
        body, adds = _plot(plan, site, at, rng)
    elif kind == "chain":
        body, adds = _chain(site, rng)
    elif kind == "market":
        body, adds = _market(plan, site, at, rng)
    else:
        pests = max(rng.randrange(-4, 6), 0)
        body, adds = {"pests": pests}, {"pest_count": 1, "pests": pests}
    return Said({"kind": kind, **body}, {**dict.fromkeys(_SUMS, 0), **adds})


SIMULATED = Reporters(
    "farming",
    "site",
    _sites,
    Pace(10 * MINUTE_MS, (1_000, 480_000, 500), again_after_ms=40_000),
    WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.MISSING_VALUE, (("soil_percent", None), ("temperature_c", None))),
        Fault(RejectReason.OUT_OF_RANGE, (("temperature_c", 99.5),)),
        Fault(RejectReason.BAD_VALUE, (("soil_percent", "moist"),)),
        Fault(RejectReason.MISSING_VALUE, (("kind", "market"), ("price_yuan", 3.2))),
    ),
).simulated()
