"""Which numbers tell whether plants are connected, what they make, and what a unit of it costs?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Formula, Indicator, Sums
from indicators.catalog.figures import extreme, share
from indicators.industry import CONNECTED_V1, INTENSITY_V1
from indicators.rounding import ratio_to_float

_MEASURE = "industry.plants"
_OWNER = "Economy and information technology bureau (经济和信息化局)"
_PLACES = ("plant", "area", "city")
_PER_THOUSAND = 1_000


def _per_unit(of: str, counted: str) -> Formula:
    """Thousandths of something over thousandths of output: without output there is nothing to be judged."""

    def judged(_: str, sums: Sums) -> Figure:
        if not (sums[counted] and sums["output_readings"]):
            return Figure(None, None, "no_data", {"reason": "nothing_counted"})
        if not sums["output_milliunits"]:
            return Figure(None, None, "not_applicable", {"reason": "no_output"})
        return Figure(ratio_to_float(sums[of], sums["output_milliunits"]))

    return judged


_ratio = partial(
    Indicator,
    unit="1",
    direction="higher",
    entity_types=_PLACES,
    window="PT15M",
    editions=(CONNECTED_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=False,
    bounds=(0, 1),
)
_hourly = partial(
    Indicator,
    entity_types=("plant",),
    window="PT1H",
    editions=(INTENSITY_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=False,
    bounds=(0, None),
)

INDICATORS = (
    _ratio(
        id="industry.connected_ratio",
        name_en="Share of equipment connected",
        name_zh="设备联网率",
        question="Which share of the equipment can its plant's gateway reach?",
        formula="readings of equipment that was reached / readings of equipment",
        judged=share("connected", "readings"),
        inputs=("connected", "readings"),
    ),
    _ratio(
        id="industry.running_ratio",
        name_en="Share of equipment running",
        name_zh="设备开机率",
        question="Which share of the connected equipment is at work?",
        formula="readings that say running / readings of equipment that was reached",
        judged=share("at_work", "connected"),
        inputs=("at_work", "connected"),
    ),
    _hourly(
        id="industry.output_units",
        name_en="Output",
        name_zh="产量",
        question="How much did the plant finish?",
        unit="units",
        direction=None,
        formula="finished output of the hour in the unit that the plant has declared; units of two plants cannot be added",
        judged=extreme("output_milliunits", "output_readings", _PER_THOUSAND),
        inputs=("output_milliunits", "output_readings"),
    ),
    _hourly(
        id="industry.energy_kwh",
        name_en="Energy of plants",
        name_zh="工业用电量",
        question="How much electricity did the plants use?",
        unit="kWh",
        direction=None,
        entity_types=_PLACES,
        formula="energy that the equipment of the hour tells",
        judged=extreme("energy_wh", "energy_readings", _PER_THOUSAND),
        inputs=("energy_wh", "energy_readings"),
    ),
    _hourly(
        id="industry.energy_per_unit_kwh",
        name_en="Energy per unit of output",
        name_zh="单位产品能耗",
        question="How much electricity does a unit of output take?",
        unit="kWh/unit",
        direction="lower",
        formula="energy of all equipment of the plant / finished output, both of the hour; not applicable without output",
        judged=_per_unit("energy_wh", "energy_readings"),
        inputs=("energy_wh", "output_milliunits"),
    ),
    _hourly(
        id="industry.emission_per_unit_kg",
        name_en="Emission per unit of output",
        name_zh="单位产品碳排放",
        question="How much carbon dioxide does a unit of output cause?",
        unit="kg/unit",
        direction="lower",
        formula="emission that all equipment of the plant tells / finished output, both of the hour; not applicable without output",
        judged=_per_unit("emission_g", "emission_readings"),
        inputs=("emission_g", "output_milliunits"),
    ),
    *coverage_of("industry", "plant", ("plant", "plants", "工厂"), "PT15M", _MEASURE, owner=_OWNER),
)
