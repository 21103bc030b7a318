"""Which numbers tell how safe the roads are?"""

from dataclasses import replace
from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Indicator
from indicators.catalog.figures import mean, of_a_day, share, total
from indicators.traffic_safety import CLEARANCE_LIMIT_S, TRAFFIC_SAFETY_V1

_MEASURE = "traffic-safety.reports"
_OWNER = "Traffic police (公安交管部门)"
_SECONDS_PER_MINUTE = 60

_of_reports = partial(
    Indicator,
    direction="lower",
    entity_types=("area", "city"),
    window="PT1H",
    editions=(TRAFFIC_SAFETY_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    bounds=(0, None),
)

_VIOLATIONS = _of_reports(
    id="traffic-safety.violations",
    name_en="Violations seen",
    name_zh="电子警察抓拍违法数",
    question="How many violations did the cameras see in the hour?",
    unit="violations",
    entity_types=("site", "area", "city"),
    formula="sum of the counts that end in the hour and are of an hour or less",
    judged=total("violations_of_the_hour", counted="counts_of_the_hour"),
    inputs=("violations_of_the_hour", "counts_of_the_hour"),
)
_CRASHES = _of_reports(
    id="traffic-safety.crashes",
    name_en="Crashes",
    name_zh="交通事故数",
    question="How many crashes happened in the hour?",
    unit="crashes",
    formula="count of the crashes that were reported, by the hour in which they happened",
    judged=total("crashes"),
    inputs=("crashes",),
)

INDICATORS = (
    _VIOLATIONS,
    replace(
        _VIOLATIONS,
        id="traffic-safety.violations_daily",
        name_en="Violations seen, civil day",
        name_zh="电子警察日抓拍违法数",
        question="How many violations did the cameras see on the day?",
        window="P1D",
        formula="sum of the counts that end on the civil day, of whatever length; a site without a count has none, not 0",
        judged=None,
        judged_of_day=of_a_day(total("violations", counted="counts")),
        inputs=("violations", "counts"),
        proved_by=("chicago-red-light", SIMULATOR),
    ),
    _CRASHES,
    replace(
        _CRASHES,
        id="traffic-safety.crashes_daily",
        name_en="Crashes, civil day",
        name_zh="日交通事故数",
        question="How many crashes happened on the day?",
        window="P1D",
        formula="count of the crashes that were reported, by the civil day on which they happened",
        judged=None,
        judged_of_day=of_a_day(total("crashes")),
    ),
    _of_reports(
        id="traffic-safety.clearance_minutes",
        name_en="Mean time to clear a crash",
        name_zh="事故平均清除时长",
        question="How long was the road blocked by a crash?",
        unit="min",
        formula="sum of the times from crash to clearance / crashes that were cleared in the hour",
        judged=mean("clearance_s_sum", "cleared", per=_SECONDS_PER_MINUTE),
        inputs=("clearance_s_sum", "cleared"),
    ),
    _of_reports(
        id="traffic-safety.cleared_in_time_ratio",
        name_en="Share of crashes cleared in time",
        name_zh="事故按时清除率",
        question="Which share of the crashes was cleared in time?",
        unit="1",
        direction="higher",
        formula=f"crashes cleared within their own limit, or {CLEARANCE_LIMIT_S // _SECONDS_PER_MINUTE} min where they have "
        "none / crashes that were cleared in the hour; what still blocks the road is not among them",
        bounds=(0, 1),
        judged=share("cleared_in_time", "cleared"),
        inputs=("cleared_in_time", "cleared"),
    ),
    *coverage_of(
        "traffic-safety",
        "site",
        ("site with a camera", "sites with a camera", "电子警察点位"),
        "PT1H",
        _MEASURE,
        owner=_OWNER,
    ),
)
