"""Which numbers tell how congested the roads are?"""

from dataclasses import replace
from functools import lru_cache

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Indicator, Sums
from indicators.grades import LINK_GRADES, NETWORK_GRADES
from indicators.traffic import GBT33171_2016, Congestion, congestion, space_mean_speed

_MEASURE = "road.travel_time"
_OWNER = "Traffic police (公安交管部门)"

_INPUTS = ("travel_time_ms", "free_flow_time_ms", "length_m", "weight")
_DETAILS = {
    "tpi_conversion": "C",
    # Sums carry the weight that the entity registry gives each link; the standard's own weights are not public.
    "weight_method": "entity_weight",
}


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
        entity_types=("link", "area", "city"),
        window="PT5M",
        formula="sum of travel times / sum of free-flow times over the same weighted vehicles, at least 1",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        bounds=(1, None),
        judged=_tti,
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
        entity_types=("link", "area", "city"),
        window="PT5M",
        formula="(sum of travel times - sum of free-flow times) / sum of travel times, at least 0",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        bounds=(0, 1),
        judged=_dtp,
        inputs=_INPUTS,
    ),
    Indicator(
        id="road.tpi",
        name_en="Traffic performance index",
        name_zh="交通运行指数",
        question="How congested is the road network, from 0 to 10?",
        unit="1",
        direction="lower",
        entity_types=("area", "city"),
        window="PT5M",
        formula="from the network's delay-time proportion by appendix C, linear between 0, .3, .5, .6, .7, 1 "
        "-> 0, 2, 4, 6, 8, 10",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        bounds=(0, 10),
        judged=_tpi,
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
        entity_types=("link", "area", "city"),
        window="PT5M",
        formula="sum of lengths driven / sum of travel times over the same weighted vehicles (distance over time, not "
        "the mean of speeds)",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        bounds=(0, None),
        judged=_speed,
        inputs=_INPUTS,
    ),
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
    *(_of_an_hour(indicator) for indicator in _OF_A_WINDOW),
    *coverage_of("road", "link", "PT5M", _MEASURE, _OWNER),
)
