"""Which numbers tell whether help comes in time?"""

from dataclasses import replace

from indicators.catalog.declaration import SIMULATOR, Indicator
from indicators.emergency import RESPONSE_V1

_MEASURE = "emergency.response"
_PROVED_BY = ("san-francisco-fire", SIMULATOR)
_OWNER = "Emergency management bureau (应急管理局)"
_GRAINS = ("area", "city")


def _ratio(name: str, milestone_en: str, milestone_zh: str, question: str) -> Indicator:
    return Indicator(
        id=f"emergency.{name}",
        name_en=f"Share {milestone_en} within 15 minutes",
        name_zh=f"15 分钟内{milestone_zh}率",
        question=question,
        unit="1",
        direction="higher",
        entity_types=_GRAINS,
        window="PT1H",
        formula=f"incidents {milestone_en} within 900 s of the call / (incidents {milestone_en} + incidents still "
        "open without it after 900 s, at the end of the window); closed without arrival and expired incidents are excluded and counted beside",
        editions=(RESPONSE_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, 1),
    )


def _percentile(percent: int, question: str) -> Indicator:
    return Indicator(
        id=f"emergency.response_seconds_p{percent}",
        name_en=f"Response time, {percent}th percentile",
        name_zh=f"响应时间第 {percent} 百分位数",
        question=question,
        unit="s",
        direction="lower",
        entity_types=_GRAINS,
        window="PT1H",
        formula=f"nearest-rank {percent}th percentile of whole seconds from call to first arrival, over incidents "
        "with an arrival, from merged histograms",
        editions=(RESPONSE_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, None),
    )


_HOURLY = (
    _ratio(
        "within_15min_ratio", "reached", "到场", "Which share of incidents saw help arrive within 15 minutes?"
    ),
    _ratio(
        "dispatched_within_15min_ratio",
        "dispatched",
        "派警",
        "For which share of incidents was a unit sent within 15 minutes?",
    ),
    _ratio(
        "en_route_within_15min_ratio",
        "under way",
        "出动",
        "For which share of incidents was a unit on its way within 15 minutes?",
    ),
    _percentile(50, "How long does help take in the middle case?"),
    _percentile(90, "Which time do nine in ten responses keep?"),
    Indicator(
        id="emergency.closed_without_arrival",
        name_en="Incidents closed without arrival",
        name_zh="未到场即结束的突发事件数",
        question="How many incidents ended before any unit arrived?",
        unit="incidents",
        direction=None,
        entity_types=_GRAINS,
        window="PT1H",
        formula="count of incidents closed without an arrival; they stand beside the ratios, not in them",
        editions=(RESPONSE_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=False,
        proved_by=_PROVED_BY,
        bounds=(0, None),
    ),
    Indicator(
        id="emergency.overdue_open",
        name_en="Incidents open and overdue",
        name_zh="超时未到场突发事件数",
        question="How many incidents wait for help at the end of the window although their 15 minutes are over?",
        unit="incidents",
        direction="lower",
        entity_types=_GRAINS,
        window="PT1H",
        formula="count of incidents that became overdue until the end of the window, less those that were reached "
        "or ended since; an incident whose units are all free again waits for nobody",
        editions=(RESPONSE_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=False,
        proved_by=_PROVED_BY,
        bounds=(0, None),
    ),
)


def _of_a_day(hourly: Indicator) -> Indicator:
    # An hour and its day begin together, so a day needs an id of its own.
    return replace(
        hourly,
        id=f"{hourly.id}_daily",
        name_en=f"{hourly.name_en}, civil day",
        name_zh=f"{hourly.name_zh}（日）",
        question=f"Over the whole day: {hourly.question[0].lower()}{hourly.question[1:]}",
        window="P1D",
        formula=f"over the hours of the civil day, sums added and histograms merged: {hourly.formula}",
    )


INDICATORS = (*_HOURLY, *(_of_a_day(hourly) for hourly in _HOURLY))
