"""Which numbers tell whether polluting firms treat what they produce, and whether they are quiet at night?"""

from collections.abc import Sequence
from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import DayFormula, Figure, Indicator, PartOfDay
from indicators.catalog.figures import share
from indicators.counting import checked_part
from indicators.pollution_power import DAY_HOURS, NIGHT_V1, RUNNING_V1, is_night
from indicators.rounding import ratio_to_float

_MEASURE = "pollution-power.lines"
_OWNER = "Ecology and environment bureau (生态环境局)"
_PLACES = ("line", "area", "city")
_NOTHING = Figure(None, None, "no_data", {"reason": "nothing_counted"})


def _of_the_night(part: str, whole: str, *, is_share: bool) -> DayFormula:
    """One sum over another, of the hours of the night; ours: three quarters of them must have readings."""

    def judged(_: str, parts: Sequence[PartOfDay], hours: int) -> Figure:
        nights = [found.sums for found in parts if is_night(found.hour) and found.sums[whole]]
        some, everything = (sum(sums[name] for sums in nights) for name in (part, whole))
        if not everything:
            return _NOTHING
        if is_share:
            checked_part(some, everything, f"{part} of {whole}")
        value = ratio_to_float(some, everything)
        if 4 * len(nights) < 3 * (hours - DAY_HOURS):
            return Figure(value, None, "insufficient", {"reason": "too_few_hours"})
        return Figure(value)

    return judged


_of = partial(
    Indicator,
    unit="1",
    entity_types=_PLACES,
    editions=(RUNNING_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=False,
    bounds=(0, 1),
)
_of_night = partial(_of, direction="lower", window="P1D", editions=(NIGHT_V1,))

INDICATORS = (
    _of(
        id="pollution-power.together_ratio",
        name_en="Share of production that is treated",
        name_zh="产治同步运行率",
        question="How often does the treatment run while production does?",
        direction="higher",
        window="PT1H",
        formula="readings in which production and treatment run / readings in which production runs, of lines that declare from "
        "which power on each of them runs",
        judged=share("running_together", "production_running"),
        inputs=("running_together", "production_running"),
    ),
    _of(
        id="pollution-power.production_ratio",
        name_en="Share of time in production",
        name_zh="生产设备运行率",
        question="How often does production run?",
        direction=None,
        window="PT1H",
        formula="readings in which production runs / readings of lines that declare from which power on they run",
        judged=share("production_running", "judgeable"),
        inputs=("production_running", "judgeable"),
    ),
    _of_night(
        id="pollution-power.night_above_quiet_ratio",
        name_en="Share of the night above the quiet",
        name_zh="夜间超基线用电占比",
        question="For which share of the night did a line draw more than when nobody works?",
        formula="night readings whose power is above the line's declared quiet / night readings of lines that declare one; "
        "three quarters of the hours of the night must have readings",
        judged_of_day=_of_the_night("above_quiet", "quiet_readings", is_share=True),
        inputs=("above_quiet", "quiet_readings"),
    ),
    _of_night(
        id="pollution-power.night_use_ratio",
        name_en="Night use against the quiet",
        name_zh="夜间用电基线比",
        question="How many times its quiet did a line draw at night?",
        formula="power of production and treatment / declared quiet, both summed over the night's readings of lines that declare "
        "one; three quarters of the hours of the night must have readings",
        judged_of_day=_of_the_night("power_w", "quiet_w", is_share=False),
        inputs=("power_w", "quiet_w"),
        bounds=(0, None),
    ),
    *coverage_of(
        "pollution-power",
        "line",
        ("process line", "process lines", "产污生产线"),
        "PT1H",
        _MEASURE,
        owner=_OWNER,
    ),
)
