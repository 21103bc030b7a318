"""Which numbers have departments reported, in time or not, on target or not?

Coverage counts figures that came within an hour. Most are due once a month or a quarter, so it says something only
over the hours in which they are due.
"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import mean, share, total
from indicators.reported_figures import REPORTED_V1

_MEASURE = "reported.figures"
_OWNER = "Statistics bureau (统计局)"
_MICRO = 1_000_000

_of_figures = partial(
    Indicator,
    unit="1",
    entity_types=("figure", "area", "city"),
    window="PT1H",
    editions=(REPORTED_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    # Signed off for the city's own use; what is published is for the departments to say.
    public=False,
    bounds=(0, 1),
)

INDICATORS = (
    _of_figures(
        id="reported.value",
        name_en="Reported figure",
        name_zh="报送指标值",
        question="Which value was signed off?",
        unit="the figure's unit",
        direction=None,
        entity_types=("figure",),
        formula="mean of the values of the figure that were first signed off in the hour, in their newest versions; as a rule one, "
        "and then itself, to its six decimals",
        bounds=(None, None),
        judged=mean("value_micro_sum", "figures", _MICRO),
        inputs=("value_micro_sum", "figures"),
    ),
    _of_figures(
        id="reported.on_time_ratio",
        name_en="Share of figures reported on time",
        name_zh="按时报送率",
        question="Which share of the figures with a due date was signed off by then?",
        direction="higher",
        formula="figures first signed off by their due date / figures with a due date that were first signed off in the hour; "
        "what is overdue and not signed off is not among them",
        judged=share("on_time", "due"),
        inputs=("on_time", "due"),
    ),
    _of_figures(
        id="reported.target_reached_ratio",
        name_en="Share of reported figures that reach their target",
        name_zh="指标达标率",
        question="Which share of the figures with a target has reached it?",
        direction="higher",
        formula="figures at their target or better / figures with a target that were first signed off in the hour; whether more or "
        "less is better the registry knows",
        judged=share("reached", "targeted"),
        inputs=("reached", "targeted"),
    ),
    _of_figures(
        id="reported.corrections",
        name_en="Corrections of reported figures",
        name_zh="报送更正次数",
        question="How often were the figures corrected?",
        unit="corrections",
        direction="lower",
        formula="sum over the figures first signed off in the hour of how often each has been corrected, as its source counts; it "
        "grows as corrections come, with a restatement",
        bounds=(0, None),
        judged=total("corrections"),
        inputs=("corrections", "figures"),
    ),
    *coverage_of(
        "reported",
        "figure",
        ("reported figure", "reported figures", "报送指标"),
        "PT1H",
        _MEASURE,
        owner=_OWNER,
    ),
)
