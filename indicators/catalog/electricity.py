"""Which numbers tell how evenly electricity is used, how much is lost, who is without, and what carbon it costs?"""

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Indicator, PartOfDay, Sums
from indicators.catalog.figures import share, total
from indicators.electricity import (
    CARBON_2022,
    ELECTRICITY_V1,
    LOAD_FACTOR_V1,
    OUTAGES_V1,
    PEAK_HOURS,
    PEAK_V1,
    carbon_kg,
    load_factor,
    losses,
    minutes_without,
)
from indicators.rounding import as_float, ratio_to_float

_MEASURE = "electricity.flows"
_PROVED_BY = ("smart-grid-meters", SIMULATOR)
_OWNER = "Development and reform commission (发展和改革委员会)"
_EVERYWHERE = ("asset", "area", "city")
_PLACES = ("area", "city")
_WH_PER_KWH = 1_000
_SECONDS_PER_HOUR = 3_600
_NOTHING = Figure(None, None, "no_data", {"reason": "nothing_counted"})
_FLOWS = ("energy_wh", "energy_s", "supply_wh", "supply_readings", "pv_wh")


def _flow(entity_type: str, sums: Sums) -> tuple[int, int]:
    """Energy, and for how long it was measured: of an asset its own, of a place what was fed in; 0 s without any."""
    if entity_type == "asset":
        return sums["energy_wh"], sums["energy_s"]
    # A place is fed by many: their energies add up, their times do not, and an hour is an hour.
    return sums["supply_wh"] + sums["pv_wh"], _SECONDS_PER_HOUR if sums["supply_readings"] else 0


def _energy(entity_type: str, sums: Sums) -> Figure:
    energy_wh, measured_s = _flow(entity_type, sums)
    return Figure(ratio_to_float(energy_wh, _WH_PER_KWH)) if measured_s else _NOTHING


def _measured(entity_type: str, parts: Sequence[PartOfDay]) -> list[tuple[int, int, int]]:
    """Of the hours of a day that were measured: the hour of the civil clock, the energy and for how long."""
    flows = ((part.hour, *_flow(entity_type, part.sums)) for part in parts)
    return [flow for flow in flows if flow[2]]


def _of_the_day(value: Fraction | None, measured: int, hours: int) -> Figure:
    """Ours: at least three quarters of a day's hours must have been measured."""
    if value is None:
        return _NOTHING
    if 4 * measured < 3 * hours:
        return Figure(as_float(value), None, "insufficient", {"reason": "too_few_hours"})
    return Figure(as_float(value))


def _load_factor(entity_type: str, parts: Sequence[PartOfDay], hours: int) -> Figure:
    measured = _measured(entity_type, parts)
    value = load_factor([Fraction(energy, seconds) for _, energy, seconds in measured])
    return _of_the_day(value, len(measured), hours)


def _peak(entity_type: str, parts: Sequence[PartOfDay], hours: int) -> Figure:
    measured = _measured(entity_type, parts)
    everything = sum(energy for _, energy, _ in measured)
    at_peak = sum(energy for hour, energy, _ in measured if hour in PEAK_HOURS)
    return _of_the_day(Fraction(at_peak, everything) if everything else None, len(measured), hours)


def _losses(_: str, sums: Sums) -> Figure:
    if not (sums["supply_readings"] and sums["billed_readings"]):
        return _NOTHING
    value = losses(sums["supply_wh"] + sums["pv_wh"], sums["billed_wh"])
    return _NOTHING if value is None else Figure(as_float(value))


def _pv(entity_type: str, sums: Sums) -> Figure:
    fed_in_wh, measured_s = _flow(entity_type, sums)
    if not (measured_s and fed_in_wh):
        return _NOTHING
    return Figure(ratio_to_float(sums["pv_wh"], fed_in_wh))


def _carbon(_: str, sums: Sums) -> Figure:
    if not sums["supply_readings"]:
        return _NOTHING
    return Figure(as_float(carbon_kg(sums["supply_wh"])))


def _customer_minutes(_: str, sums: Sums) -> Figure:
    return Figure(ratio_to_float(sums["customer_out_s"], 60)) if sums["customer_s"] else _NOTHING


def _minutes_without(_: str, sums: Sums) -> Figure:
    value = minutes_without(sums["customer_out_s"], sums["customer_s"], 60)
    return _NOTHING if value is None else Figure(as_float(value))


def _interrupted(entity_type: str, sums: Sums) -> Figure:
    return total("customers_interrupted")(entity_type, sums) if sums["customer_s"] else _NOTHING


_of = partial(
    Indicator,
    window="PT1H",
    editions=(ELECTRICITY_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=False,
    bounds=(0, None),
)
_of_day = partial(
    _of,
    unit="1",
    entity_types=_EVERYWHERE,
    window="P1D",
    bounds=(0, 1),
    inputs=_FLOWS,
    proved_by=_PROVED_BY,
)
_of_customers = partial(
    _of,
    direction="lower",
    entity_types=_EVERYWHERE,
    editions=(OUTAGES_V1,),
)

INDICATORS = (
    _of(
        id="electricity.energy_kwh",
        name_en="Energy",
        name_zh="电量",
        question="How much electricity flowed?",
        unit="kWh",
        direction=None,
        entity_types=_EVERYWHERE,
        formula="of an asset what its readings of the hour tell; of a district and the city what substations took from the "
        "grid and PV plants from the sun",
        judged=_energy,
        inputs=_FLOWS,
        proved_by=_PROVED_BY,
    ),
    _of_day(
        id="electricity.load_factor_ratio",
        name_en="Load factor",
        name_zh="负荷率",
        question="How evenly was the load spread over the day?",
        direction="higher",
        formula="mean load of the measured hours of the civil day / load of the greatest of them; three quarters of the hours "
        "must be measured",
        editions=(LOAD_FACTOR_V1,),
        judged_of_day=_load_factor,
    ),
    _of_day(
        id="electricity.peak_ratio",
        name_en="Share of energy in peak hours",
        name_zh="高峰时段用电占比",
        question="Which share of the day's electricity falls into the peak hours?",
        direction="lower",
        formula="energy of the peak hours / energy of all measured hours of the civil day; three quarters of the hours must be "
        "measured",
        editions=(PEAK_V1,),
        judged_of_day=_peak,
    ),
    _of(
        id="electricity.losses_ratio",
        name_en="Losses",
        name_zh="线损率",
        question="Which share of the electricity that was fed in is billed to nobody?",
        unit="1",
        direction="lower",
        entity_types=_PLACES,
        formula="(energy of substations and PV plants - energy billed by meters) / energy of substations and PV plants; "
        "negative where more was billed",
        judged=_losses,
        inputs=("supply_wh", "pv_wh", "billed_wh"),
        bounds=(None, 1),
    ),
    _of(
        id="electricity.pv_ratio",
        name_en="Share of photovoltaics",
        name_zh="光伏发电占比",
        question="Which share of the electricity comes from the sun?",
        unit="1",
        direction="higher",
        entity_types=_PLACES,
        formula="energy of PV plants / energy of substations and PV plants",
        judged=_pv,
        inputs=("pv_wh", "supply_wh"),
        bounds=(0, 1),
        public=True,
    ),
    _of(
        id="electricity.carbon_kg",
        name_en="Carbon dioxide of electricity",
        name_zh="用电碳排放量",
        question="How much carbon dioxide does the electricity from the grid cause?",
        unit="kg",
        direction="lower",
        entity_types=_PLACES,
        formula="energy that substations took from the grid in kWh x the declared factor of the grid",
        editions=(CARBON_2022,),
        judged=_carbon,
        inputs=("supply_wh",),
        public=True,
    ),
    _of_customers(
        id="electricity.customers_interrupted",
        name_en="Customers interrupted",
        name_zh="停电用户数",
        question="How many customers lost their electricity?",
        unit="customers",
        formula="sum over interruptions that began in the spans of the hour of the customers on the transformer; who was "
        "interrupted twice counts twice",
        judged=_interrupted,
        inputs=("customers_interrupted", "customer_s"),
    ),
    _of_customers(
        id="electricity.customer_minutes",
        name_en="Customer minutes of interruption",
        name_zh="停电时户数（分钟）",
        question="How many minutes without electricity did all customers together have?",
        unit="min",
        formula="sum over transformers of the time that they were dead x the customers on them",
        judged=_customer_minutes,
        inputs=("customer_out_s", "customer_s"),
    ),
    _of_customers(
        id="electricity.minutes_without",
        name_en="Minutes without electricity per customer",
        name_zh="户均停电时间",
        question="For how many minutes of the hour was a customer without electricity, in the mean over all?",
        unit="min",
        formula="60 x customer seconds of interruption / customer seconds told of",
        judged=_minutes_without,
        inputs=("customer_out_s", "customer_s"),
        bounds=(0, 60),
    ),
    _of(
        id="electricity.dead_ratio",
        name_en="Share of time that equipment was dead",
        name_zh="设备停运率",
        question="For which share of their time were substations, lines and transformers dead?",
        unit="1",
        direction="lower",
        entity_types=_EVERYWHERE,
        formula="seconds dead / seconds told of, over the equipment that tells its state",
        judged=share("out_s", "state_s"),
        inputs=("out_s", "state_s"),
        bounds=(0, 1),
    ),
    *coverage_of(
        "electricity", "asset", ("grid asset", "grid assets", "电网设备"), "PT1H", _MEASURE, owner=_OWNER
    ),
)
