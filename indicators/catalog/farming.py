"""Which numbers tell whether fields suffer, whether the cold chain holds, and what food costs?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Indicator, Sums
from indicators.catalog.figures import extreme, share
from indicators.farming import FARMING_V1, MARKETS_V1, sales_of
from indicators.grades import DROUGHT_GRADES, FROST_GRADES
from indicators.rounding import as_float, ratio_to_float

_MEASURE = "farming.report"
_OWNER = "Agriculture and rural affairs bureau (农业农村局)"
_EVERYWHERE = ("site", "area", "city")
_NOTHING = Figure(None, None, "no_data", {"reason": "nothing_counted"})


def _soil(_: str, sums: Sums) -> Figure:
    total, count = sums["soil_permille_sum"], sums["soil_count"]
    if not count:
        return _NOTHING
    return Figure(ratio_to_float(total, count * 1_000), DROUGHT_GRADES.of_ratio(total, count * 10).word)


def _frost(_: str, sums: Sums) -> Figure:
    if not sums["temperature_count"]:
        return _NOTHING
    lowest = sums["temperature_mdegc_min"]
    return Figure(ratio_to_float(lowest, 1_000), FROST_GRADES.of_ratio(lowest, 1_000).word)


def _price(_: str, sums: Sums) -> Figure:
    price = sales_of(sums).price_yuan
    return _NOTHING if price is None else Figure(as_float(price))


_of = partial(
    Indicator,
    window="PT1H",
    editions=(FARMING_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    direction="lower",
)

INDICATORS = (
    _of(
        id="farming.soil_moisture_ratio",
        name_en="Relative soil moisture",
        name_zh="土壤相对湿度",
        question="How much of the water that it can hold is in the soil, and is that a drought?",
        unit="1",
        direction="higher",
        entity_types=_EVERYWHERE,
        formula="mean of the readings of the hour; its grade is the state of drought",
        bounds=(0, None),
        judged=_soil,
        inputs=("soil_permille_sum", "soil_count"),
        grades=DROUGHT_GRADES,
    ),
    _of(
        id="farming.lowest_temperature_c",
        name_en="Lowest air temperature on plots",
        name_zh="田间最低气温",
        question="How cold did it get on the fields, and is that frost?",
        unit="°C",
        direction="higher",
        entity_types=_EVERYWHERE,
        formula="the lowest air temperature of any reading of the hour; its grade is the state of frost",
        bounds=(-90, 60),
        judged=_frost,
        inputs=("temperature_mdegc_min", "temperature_count"),
        grades=FROST_GRADES,
    ),
    _of(
        id="farming.chain_breaks",
        name_en="Cold chain readings above the limit",
        name_zh="冷链超温次数",
        question="How many readings of the cold chain were too warm?",
        unit="readings",
        entity_types=_EVERYWHERE,
        formula="readings above the chain's own highest temperature; exactly as warm is allowed",
        bounds=(0, None),
        # A count says something only where there was something to count.
        judged=extreme("chain_breaks", "chain_count"),
        inputs=("chain_breaks", "chain_count"),
    ),
    _of(
        id="farming.chain_break_ratio",
        name_en="Share of cold chain readings above the limit",
        name_zh="冷链断链率",
        question="How often is the cold chain too warm?",
        unit="1",
        entity_types=_EVERYWHERE,
        formula="readings above the chain's own highest temperature / readings of chains with such a limit",
        bounds=(0, 1),
        judged=share("chain_breaks", "chain_count"),
        inputs=("chain_breaks", "chain_count"),
    ),
    _of(
        id="farming.price_yuan_kg",
        name_en="Mean price of a kilogram",
        name_zh="每公斤均价",
        question="What does a kilogram of a product cost at a market?",
        unit="yuan/kg",
        direction=None,
        entity_types=("site",),
        formula="sum of price * volume / sum of volume, of one product at one market",
        editions=(MARKETS_V1,),
        bounds=(0, None),
        judged=_price,
        inputs=("turnover_fen_sum", "volume_kg_sum"),
    ),
    _of(
        id="farming.price_change_ratio",
        name_en="Change of the price",
        name_zh="价格涨跌幅",
        question="How has the price changed since the hour before?",
        unit="1",
        direction=None,
        entity_types=("site",),
        formula="mean price of the hour / mean price of the hour before - 1; none where in one of the two nothing was sold",
        editions=(MARKETS_V1,),
        bounds=(-1, None),
        inputs=("turnover_fen", "volume_kg", "turnover_fen_before", "volume_kg_before"),
    ),
    _of(
        id="farming.sold_kg",
        name_en="Volume sold",
        name_zh="成交量",
        question="How much was sold?",
        unit="kg",
        direction=None,
        entity_types=_EVERYWHERE,
        formula="sum of the volumes of the hour",
        editions=(MARKETS_V1,),
        bounds=(0, None),
        judged=extreme("volume_kg_sum", "volume_count"),
        inputs=("volume_kg_sum", "volume_count"),
    ),
    _of(
        id="farming.pest_findings",
        name_en="Pests found",
        name_zh="虫情发现数",
        question="How many pests were found in the traps?",
        unit="pests",
        entity_types=_EVERYWHERE,
        formula="sum of the pests that the traps reported in the hour",
        bounds=(0, None),
        judged=extreme("pests", "pest_count"),
        inputs=("pests", "pest_count"),
    ),
    *coverage_of(
        "farming", "site", ("farming site", "farming sites", "农业监测点"), "PT1H", _MEASURE, owner=_OWNER
    ),
)
