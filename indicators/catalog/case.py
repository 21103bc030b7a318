"""Which numbers tell how many cases are open, how many of them are late, and how many soon will be?"""

from functools import partial

from indicators.cases import CASES_NOW_V1
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import total

_now = partial(
    Indicator,
    unit="cases",
    bounds=(0, None),
    # Kinds of cases are declared in `cases/kinds.yaml`, departments lead there or as the source says.
    entity_types=("case_kind", "area", "department", "city"),
    window="PT1M",
    editions=(CASES_NOW_V1,),
    measure="case.now",
    owner_department="City operation management centre (城市运行管理中心)",
    public=False,
)

INDICATORS = (
    _now(
        id="case.open",
        name_en="Open cases",
        name_zh="在办工单数",
        question="How many cases are open now?",
        direction=None,
        formula="count of cases that are opened and neither closed nor excluded at the end of the minute",
        judged=total("open"),
        inputs=("open",),
    ),
    _now(
        id="case.at_risk",
        name_en="Cases at risk",
        name_zh="临期工单数",
        question="How many open cases are near the end of a deadline?",
        direction="lower",
        formula="count of open cases of which a clock has passed its declared lead (80 % of its limit where nothing else is "
        "declared) and none has run out",
        judged=total("at_risk"),
        inputs=("at_risk", "open"),
    ),
    _now(
        id="case.overdue",
        name_en="Overdue cases",
        name_zh="超期工单数",
        question="How many open cases are past a deadline?",
        direction="lower",
        formula="count of open cases of which a running clock is past its deadline; at the very deadline a case is in time",
        judged=total("overdue"),
        inputs=("overdue", "open"),
    ),
    _now(
        id="case.due_30min",
        name_en="Cases due within 30 minutes",
        name_zh="三十分钟内到期工单数",
        question="How many open cases will be overdue in the next 30 minutes unless somebody acts?",
        direction="lower",
        formula="count of open cases with a deadline that is not past and at most 30 minutes ahead",
        judged=total("due_30min"),
        inputs=("due_30min", "open"),
    ),
    _now(
        id="case.supervised",
        name_en="Supervised cases",
        name_zh="督办工单数",
        question="How many open cases are under supervision?",
        direction=None,
        formula="count of open cases with a supervision mark (督办)",
        judged=total("supervised"),
        inputs=("supervised", "open"),
    ),
)
