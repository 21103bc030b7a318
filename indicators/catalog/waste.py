"""Which numbers tell whether waste is sorted rightly and fetched in time?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import mean, share, total
from indicators.waste import NEARLY_FULL_PERMILLE, WASTE_V1

_MEASURE = "waste.sorting"
_OWNER = "City management bureau (城市管理局)"

_of_points = partial(
    Indicator,
    unit="1",
    entity_types=("point", "area", "city"),
    window="PT1H",
    editions=(WASTE_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    bounds=(0, 1),
)

INDICATORS = (
    _of_points(
        id="waste.sorting_accuracy_ratio",
        name_en="Sorting accuracy",
        name_zh="分类准确率",
        question="Which share of the audited waste lay in the right bin or bag?",
        direction="higher",
        formula="mass sorted rightly / mass audited, over the bins and bags that were looked through in the hour",
        judged=share("right_g", "audited_g"),
        inputs=("right_g", "audited_g"),
    ),
    _of_points(
        id="waste.fill_ratio",
        name_en="Mean fill level of waste points",
        name_zh="平均满溢度",
        question="How full are the bins?",
        direction="lower",
        formula="mean of the fill levels, every reading counting once",
        judged=mean("fill_permille_sum", "fill_count", 1_000),
        inputs=("fill_permille_sum", "fill_count"),
    ),
    _of_points(
        id="waste.nearly_full_ratio",
        name_en="Share of fill readings nearly full",
        name_zh="近满溢占比",
        question="How often are bins close to running over?",
        direction="lower",
        formula=f"readings with a fill level of {NEARLY_FULL_PERMILLE // 10} % or more / readings of the fill level",
        judged=share("nearly_full", "fill_count"),
        inputs=("nearly_full", "fill_count"),
    ),
    _of_points(
        id="waste.participation_ratio",
        name_en="Share of households that sort",
        name_zh="分类参与率",
        question="Which share of the households took part in sorting?",
        direction="higher",
        formula="households that took part / households, summed over the counts that were told in the hour",
        judged=share("took_part", "households"),
        inputs=("took_part", "households"),
    ),
    _of_points(
        id="waste.collected_kg",
        name_en="Waste collected",
        name_zh="垃圾清运量",
        question="How much waste was fetched?",
        unit="kg",
        direction=None,
        formula="sum of what was weighed when points were emptied",
        bounds=(0, None),
        judged=total("collected_g", 1_000),
        inputs=("collected_g",),
    ),
    *coverage_of(
        "waste", "point", ("waste point", "waste points", "垃圾投放点"), "PT1H", _MEASURE, owner=_OWNER
    ),
)
