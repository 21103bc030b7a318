"""Which numbers tell whether the buses keep to their timetable?"""

from collections.abc import Callable
from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Formula, Indicator, Sums
from indicators.catalog.figures import share
from indicators.rounding import ratio_to_float
from indicators.transit import COMMON, ON_TIME_V1, StopSums, on_time_performance
from indicators.transit_headways import (
    FREQUENT_12MIN,
    HEADWAYS_V1,
    GapSums,
    HeadwayRegularity,
    HeadwaySums,
    headway_regularity,
)

_MEASURE = "bus.punctuality"
_PROVED_BY = ("buffalo-avl", SIMULATOR)
_OWNER = "Transport commission (交通运输委)"
_INPUTS = ("on_time", "early", "late", "no_data", "delay_s_sum")
_DETAILS = {"window": f"{COMMON.id}: {COMMON.from_s} s to {COMMON.to_s} s"}


def _on_time(_: str, sums: Sums) -> Figure:
    result = on_time_performance(
        StopSums(COMMON, sums["on_time"], sums["early"], sums["late"], no_data=sums["no_data"])
    )
    details = dict(_DETAILS)
    if result.reason is not None:
        details["reason"] = "nothing_known" if result.validity == "no_data" else "too_few_known"
    return Figure(result.value_float, None, result.validity, details)


def _delay(_: str, sums: Sums) -> Figure:
    known = sums["on_time"] + sums["early"] + sums["late"]
    if not known:
        return Figure(None, None, "no_data", {"reason": "nothing_known"})
    return Figure(ratio_to_float(sums["delay_s_sum"], known))


def _headways(sums: Sums) -> HeadwayRegularity:
    """Of one route in both directions; frequent by its mean planned headway of the window."""
    count, planned_s = sums["headways"], sums["planned_s_sum"]
    if not count or planned_s > FREQUENT_12MIN.headway_s * count:
        return headway_regularity(HeadwaySums(left_out=count))
    observed = GapSums(count, sums["headway_s_sum"], sums["headway_s2_sum"])
    planned = GapSums(count, planned_s, sums["planned_s2_sum"])
    return headway_regularity(HeadwaySums(FREQUENT_12MIN, frozenset(("route",)), observed, planned))


def _regular(value: Callable[[HeadwayRegularity], float | None]) -> Formula:
    def judged(_: str, sums: Sums) -> Figure:
        found = _headways(sums)
        figure = value(found)
        if figure is None:
            reason = "not_frequent" if found.sums.left_out else "too_few_headways"
            return Figure(None, None, "no_data", {"reason": reason})
        return Figure(figure, None, found.validity)

    return judged


_of_headways = partial(
    Indicator,
    entity_types=("route",),
    window="PT15M",
    editions=(HEADWAYS_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    direction="lower",
    inputs=("headways", "headway_s_sum", "headway_s2_sum", "planned_s_sum", "planned_s2_sum"),
)

INDICATORS = (
    Indicator(
        id="bus.on_time_ratio",
        name_en="Share of reports on time",
        name_zh="公交正点率",
        question="Which share of what the buses in service report is on time?",
        unit="1",
        direction="higher",
        entity_types=("route", "city"),
        window="PT15M",
        formula="reports with a delay from -60 s to 300 s / reports in service with a known delay; each vehicle counts as "
        "often as it reports, and with less than 70 % of delays known nothing is published as valid",
        editions=(ON_TIME_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, 1),
        judged=_on_time,
        inputs=_INPUTS,
    ),
    Indicator(
        id="bus.delay_mean_s",
        name_en="Mean delay",
        name_zh="平均晚点时间",
        question="How late are the buses on average, early counted as negative?",
        unit="s",
        direction="lower",
        entity_types=("route", "city"),
        window="PT15M",
        formula="sum of delays / reports in service with a known delay",
        editions=(ON_TIME_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        judged=_delay,
        inputs=_INPUTS,
    ),
    _of_headways(
        id="bus.excess_wait_s",
        name_en="Excess waiting time",
        name_zh="额外候车时间",
        question="How much longer than by the timetable does one wait for the next bus of a frequent route?",
        unit="s",
        formula="sum of headways squared / (2 x sum of headways) - the same of the planned headways, over the passages of "
        "the route's control stops; routes with a mean planned headway of at most 12 minutes",
        judged=_regular(lambda found: found.ewt_float),
    ),
    _of_headways(
        id="bus.headway_cv",
        name_en="Headway variation",
        name_zh="车头时距变异系数",
        question="How regularly do the buses of a frequent route come?",
        unit="1",
        bounds=(0, None),
        formula="standard deviation of the headways (whole population) / their mean, two or more of them; routes with a mean "
        "planned headway of at most 12 minutes",
        judged=_regular(lambda found: found.cv_float),
    ),
    Indicator(
        id="bus.bunching_ratio",
        name_en="Share of bunched buses",
        name_zh="串车率",
        question="How many buses come as a pair?",
        unit="1",
        direction="lower",
        entity_types=("route", "city"),
        window="PT15M",
        formula="passages with less than a quarter of the planned headway / passages with a headway",
        editions=(HEADWAYS_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        bounds=(0, 1),
        judged=share("bunched", "headways"),
        inputs=("bunched", "headways"),
    ),
    *coverage_of("bus", "route", ("bus route", "bus routes", "公交线路"), "PT15M", _MEASURE, owner=_OWNER),
)
