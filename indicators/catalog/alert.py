"""Which numbers tell whether the rules of alerts are worth their noise?"""

from indicators.alerts import ALERT_LOAD_V1, ALERT_OUTCOMES_V1
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import share, total

INDICATORS = (
    Indicator(
        id="alert.false_ratio",
        name_en="Share of false alerts",
        name_zh="误报率",
        question="How many alerts of the rule turned out to be false?",
        unit="1",
        direction="lower",
        bounds=(0, 1),
        # Rules are declared in `rules/`; an entity is a rule's id.
        entity_types=("rule",),
        window="P1D",
        editions=(ALERT_OUTCOMES_V1,),
        measure="alert.outcome",
        owner_department="City operation management centre (城市运行管理中心)",
        public=False,
        formula="alerts whose outcome is false / alerts whose outcome became known on the day (handled, false or transferred); "
        "no data without one",
        judged=share("false", "outcomes"),
        inputs=("false", "outcomes"),
    ),
    Indicator(
        id="alert.calls_per_hour",
        name_en="Calls for attention in an hour",
        name_zh="每小时告警呼叫数",
        question="How often did the alerts of the hour ask for somebody's attention?",
        unit="calls",
        direction="lower",
        bounds=(0, None),
        entity_types=("line",),
        window="PT1H",
        editions=(ALERT_LOAD_V1,),
        measure="alert.load",
        owner_department="City operation management centre (城市运行管理中心)",
        public=False,
        formula="alerts that were told (raised, graver, or muted no more), those of one group in the same five minutes once; shared "
        "by those on duty; an hour without any is not told",
        judged=total("calls"),
        inputs=("calls", "alarms"),
    ),
    Indicator(
        id="alert.acknowledged_in_time_ratio",
        name_en="Share of alerts acknowledged in time",
        name_zh="告警按时确认率",
        question="How many alerts did somebody acknowledge before the next duty was asked?",
        unit="1",
        direction="higher",
        bounds=(0, 1),
        entity_types=("line",),
        window="PT1H",
        editions=(ALERT_LOAD_V1,),
        measure="alert.load",
        owner_department="City operation management centre (城市运行管理中心)",
        public=False,
        formula="alerts acknowledged before any escalation / those and the ones that were escalated to the next duty first",
        judged=share("in_time", "asked"),
        inputs=("in_time", "asked"),
    ),
)
