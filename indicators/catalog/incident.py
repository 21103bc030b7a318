"""Which numbers tell whether the city is on top of sudden incidents?"""

from functools import partial

from indicators.catalog.declaration import Figure, Indicator, Sums
from indicators.catalog.figures import mean, share, total
from indicators.emergency import RESPONSE_TARGET_SECONDS
from indicators.incidents import INCIDENTS_V1

_SECONDS_PER_MINUTE = 60
_LEVELS = ("I", "II", "III", "IV")
_LEVELS_ZH = ("特别重大（Ⅰ级）", "重大（Ⅱ级）", "较大（Ⅲ级）", "一般（Ⅳ级）")
_PLACES = ("cell", "area", "city")
"""A cell is one type and level in one area."""

_of = partial(
    Indicator,
    window="PT1H",
    editions=(INCIDENTS_V1,),
    measure="incident.handling",
    owner_department="Emergency management bureau (应急管理局)",
    # Public security is among the types.
    public=False,
)
_ratio = partial(_of, unit="1", direction="higher", entity_types=_PLACES, bounds=(0, 1))
_count = partial(_of, unit="incidents", direction=None, bounds=(0, None))


def _opened_minus_closed(_: str, sums: Sums) -> Figure:
    return Figure(float(sums["opened"] - sums["closed"]))


INDICATORS = (
    _ratio(
        id="incident.arrived_within_15min_ratio",
        name_en="Share of arrivals within 15 minutes of the report",
        name_zh="突发事件15分钟内到场率",
        question="At which share of the incidents that help reached was it there within 15 minutes?",
        formula=f"first arrivals at most {RESPONSE_TARGET_SECONDS} s after the report / first arrivals of the hour that say how "
        "long they took; an incident that nobody has reached is not among them",
        judged=share("arrived_within_15min", "arrived_timed"),
        inputs=("arrived_within_15min", "arrived_timed"),
    ),
    _ratio(
        id="incident.dispatched_within_15min_ratio",
        name_en="Share of dispatches within 15 minutes of the report",
        name_zh="突发事件15分钟内派遣率",
        question="To which share of the incidents that help was sent to was it sent within 15 minutes?",
        formula=f"dispatches at most {RESPONSE_TARGET_SECONDS} s after the report / dispatches of the hour that say how long "
        "they took; it stands beside the arrivals",
        judged=share("dispatched_within_15min", "dispatched_timed"),
        inputs=("dispatched_within_15min", "dispatched_timed"),
    ),
    _ratio(
        id="incident.reported_up_on_time_ratio",
        name_en="Share of incidents reported up on time",
        name_zh="突发事件信息按时上报率",
        question="Which share of the incidents that were reported up was reported up within its limit?",
        formula="reports to the level above no later than their limit, the limit itself included / such reports of the hour with "
        "a limit",
        judged=share("reported_up_on_time", "reported_up_due"),
        inputs=("reported_up_on_time", "reported_up_due"),
    ),
    _of(
        id="incident.closing_minutes",
        name_en="Mean time to closing",
        name_zh="突发事件平均处置时长",
        question="How long did the incidents take that were closed?",
        unit="min",
        direction="lower",
        entity_types=_PLACES,
        bounds=(0, None),
        formula="sum of the times from report to closing / incidents closed in the hour that say how long they took",
        judged=mean("closing_s_sum", "closed_timed", _SECONDS_PER_MINUTE),
        inputs=("closing_s_sum", "closed_timed"),
    ),
    _count(
        id="incident.opened",
        name_en="Incidents opened",
        name_zh="突发事件接报数",
        question="How many incidents were reported?",
        entity_types=_PLACES,
        formula="count of incidents reported in the hour",
        judged=total("opened"),
        inputs=("opened",),
    ),
    *(
        _count(
            id=f"incident.opened_level{number}",
            name_en=f"Incidents of level {level} opened",
            name_zh=f"{level_zh}突发事件接报数",
            question=f"How many incidents of level {level} were reported?",
            entity_types=("area", "city"),
            formula=f"count of incidents reported in the hour as level {level}",
            judged=total(f"opened_level{number}"),
            inputs=(f"opened_level{number}",),
        )
        for number, (level, level_zh) in enumerate(zip(_LEVELS, _LEVELS_ZH, strict=True), start=1)
    ),
    _of(
        id="incident.opened_minus_closed",
        name_en="Incidents opened less those closed",
        name_zh="突发事件接报与办结之差",
        question="Do more incidents come than are closed?",
        unit="incidents",
        direction="lower",
        entity_types=_PLACES,
        formula="incidents reported in the hour - incidents closed in it, whenever they were reported",
        judged=_opened_minus_closed,
        inputs=("opened", "closed"),
    ),
)
