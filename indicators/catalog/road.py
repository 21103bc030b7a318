"""Which numbers tell how congested the roads are?"""

from dataclasses import replace
from functools import lru_cache

from indicators.arterial_efficiency import ARTERIAL_EFFICIENCY_V1
from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Formula, Indicator, Sums
from indicators.grades import LINK_GRADES, NETWORK_GRADES
from indicators.network_share import NETWORK_SHARE_2016
from indicators.rounding import ratio_to_float
from indicators.traffic import GBT33171_2016, Congestion, congestion, space_mean_speed

_MEASURE = "road.travel_time"
_PROVED_BY = ("los-angeles-traffic", "aarhus-links", SIMULATOR)
_OWNER = "Traffic police (公安交管部门)"

_WINDOWS_PER_HOUR = 12
_NETWORKS = ("area", "city", "corridor", "subnetwork")

_INPUTS = ("travel_time_ms", "free_flow_time_ms", "length_m", "weight")
_DETAILS = {
    "tpi_conversion": "C",
    # Sums carry the weight that the entity registry gives each link; the standard's own weights are not public.
    "weight_method": "entity_weight",
}


def _without_speeds(sums: Sums) -> Figure | None:
    """What there is to say where vehicles were counted and no speed was measured."""
    if sums["weight"] or not sums.get("vehicle_counts"):
        return None
    return Figure(None, None, "no_data", {"reason": "no_speeds"})


def _of_speeds(formula: Formula) -> Formula:
    return lambda entity_type, sums: _without_speeds(sums) or formula(entity_type, sums)


def _tti(entity_type: str, sums: Sums) -> Figure:
    # The grades of §8.1 are those of a road segment; a network is graded by its index.
    result = _congestion(sums["travel_time_ms"], sums["free_flow_time_ms"])
    return Figure(result.tti_value, result.link_grade if entity_type == "link" else None, details=_DETAILS)


def _dtp(_: str, sums: Sums) -> Figure:
    result = _congestion(sums["travel_time_ms"], sums["free_flow_time_ms"])
    return Figure(result.dtp_value, details=_DETAILS)


def _tpi(_: str, sums: Sums) -> Figure:
    result = _congestion(sums["travel_time_ms"], sums["free_flow_time_ms"])
    return Figure(result.tpi_value, result.network_grade, details=_DETAILS)


def _speed(_: str, sums: Sums) -> Figure:
    return Figure(space_mean_speed(sums["length_m"], sums["travel_time_ms"]), details=_DETAILS)


def _delay(_: str, sums: Sums) -> Figure:
    lost_ms = max(0, sums["travel_time_ms"] - sums["free_flow_time_ms"])
    # A millisecond on a metre is a second on a kilometre.
    return Figure(ratio_to_float(lost_ms, sums["length_m"]), details=_DETAILS)


def _flow(_: str, sums: Sums) -> Figure:
    if not sums["vehicle_counts"]:
        return Figure(None, None, "no_data", {"reason": "nothing_counted"})
    return Figure(float(sums["vehicles"] * _WINDOWS_PER_HOUR))


@lru_cache(maxsize=64)
def _congestion(travel_time_ms: int, free_flow_time_ms: int) -> Congestion:
    # Three figures of one window ask one after the other.
    return congestion(travel_time_ms, free_flow_time_ms, weight_method=_DETAILS["weight_method"])


_OF_A_WINDOW = (
    Indicator(
        id="road.tti",
        name_en="Travel time index",
        name_zh="行程时间比",
        question="How many times longer does a trip take than in free flow?",
        unit="1",
        direction="lower",
        entity_types=("link", *_NETWORKS),
        window="PT5M",
        formula="sum of travel times / sum of free-flow times over the same weighted vehicles, at least 1",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(1, None),
        judged=_of_speeds(_tti),
        inputs=_INPUTS,
        grades=LINK_GRADES,
    ),
    Indicator(
        id="road.dtp",
        name_en="Delay-time proportion",
        name_zh="延误时间比",
        question="Which part of the time on the road is lost to congestion?",
        unit="1",
        direction="lower",
        entity_types=("link", *_NETWORKS),
        window="PT5M",
        formula="(sum of travel times - sum of free-flow times) / sum of travel times, at least 0",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, 1),
        judged=_of_speeds(_dtp),
        inputs=_INPUTS,
    ),
    Indicator(
        id="road.tpi",
        name_en="Traffic performance index",
        name_zh="交通运行指数",
        question="How congested is the road network, from 0 to 10?",
        unit="1",
        direction="lower",
        entity_types=_NETWORKS,
        window="PT5M",
        formula="from the network's delay-time proportion by appendix C, linear between 0, .3, .5, .6, .7, 1 "
        "-> 0, 2, 4, 6, 8, 10",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, 10),
        judged=_of_speeds(_tpi),
        inputs=_INPUTS,
        grades=NETWORK_GRADES,
    ),
    Indicator(
        id="road.speed_kmh",
        name_en="Mean travel speed",
        name_zh="平均行程速度",
        question="How fast does one get along?",
        unit="km/h",
        direction="higher",
        entity_types=("link", *_NETWORKS),
        window="PT5M",
        formula="sum of lengths driven / sum of travel times over the same weighted vehicles (distance over time, not "
        "the mean of speeds)",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, None),
        judged=_of_speeds(_speed),
        inputs=_INPUTS,
    ),
)

_DELAY = replace(
    _OF_A_WINDOW[1],
    id="road.delay_s_per_km",
    name_en="Delay per kilometre",
    name_zh="单位里程延误时间",
    question="How much time does congestion cost on each kilometre?",
    unit="s/km",
    formula="(sum of travel times - sum of free-flow times) / sum of lengths driven, at least 0",
    bounds=(0, None),
    judged=_of_speeds(_delay),
    proved_by=(SIMULATOR,),
)
_FLOW = replace(
    _DELAY,
    id="road.flow_veh_h",
    name_en="Flow",
    name_zh="交通流量",
    question="How many vehicles pass?",
    unit="vehicles/h",
    direction=None,
    entity_types=("link",),
    proved_by=("pems-flow", "pems-flow-march", SIMULATOR),
    formula="vehicles counted in the window x 12; the counts of all detectors of the link",
    judged=_flow,
    inputs=("vehicles", "vehicle_counts"),
)
_CONGESTED = replace(
    _DELAY,
    id="road.congested_length_ratio",
    name_en="Congested share of the network",
    name_zh="拥堵里程比例",
    question="Which part of the roads is congested?",
    unit="1",
    entity_types=_NETWORKS,
    formula="length of links graded 中度拥堵 or 严重拥堵 / length of links with a grade; with less than 70 % of the length graded "
    "it is not valid",
    editions=(NETWORK_SHARE_2016,),
    bounds=(0, 1),
    judged=None,
    inputs=("level_1_m", "level_2_m", "level_3_m", "level_4_m", "level_5_m", "ungraded_m"),
)


_GAIN = Indicator(
    id="road.arterial_efficiency_gain_ratio",
    name_en="Gain of an arterial road against the base year",
    name_zh="主干道通行效率提升率",
    question="How much faster does a corridor let one through than in its base year?",
    unit="1",
    direction="higher",
    entity_types=("corridor",),
    window="P1D",
    formula="travel time per km in the base year / travel time per km on the day - 1, over the classes of hours that the "
    "base year has for days of this kind (worked or not, by the city's calendar), each weighted by what was driven in it "
    "then; a class with less than half of its windows is left out, and with less than 70 % of the driving compared the "
    "figure is not valid",
    editions=(ARTERIAL_EFFICIENCY_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    inputs=("baseline_length_m", "baseline_travel_time_ms", "length_m", "travel_time_ms"),
)


def _of_an_hour(indicator: Indicator) -> Indicator:
    # An hour begins together with its first window, so it needs an id of its own.
    return replace(
        indicator,
        id=f"{indicator.id}_hourly",
        name_en=f"{indicator.name_en}, hour",
        name_zh=f"{indicator.name_zh}（小时）",
        question=f"Over the whole hour: {indicator.question[0].lower()}{indicator.question[1:]}",
        entity_types=("area", "city"),
        window="PT1H",
        formula=f"over the windows of the hour, sums added: {indicator.formula}",
    )


INDICATORS = (
    *_OF_A_WINDOW,
    _DELAY,
    _FLOW,
    _CONGESTED,
    _GAIN,
    *(_of_an_hour(indicator) for indicator in _OF_A_WINDOW),
    *coverage_of("road", "link", ("link", "links", "路段"), "PT5M", _MEASURE, owner=_OWNER),
)
