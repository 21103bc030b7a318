"""Which numbers tell whether dangerous sites are kept safe?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Formula, Indicator, Sums
from indicators.catalog.figures import share, total
from indicators.counting import checked_part
from indicators.rounding import ratio_to_float
from indicators.work_safety import FINDINGS_V1, WORK_SAFETY_V1

_MEASURE = "work-safety.reports"
_OWNER = "Emergency management bureau (应急管理局)"
_SECONDS_PER_MINUTE = 60
_QUANTITIES = ("gas", "pressure", "level")

_of = partial(Indicator, measure=_MEASURE, owner_department=_OWNER, public=False)
_of_sensors = partial(
    _of,
    direction="lower",
    entity_types=("site", "area", "city"),
    window="PT15M",
    editions=(WORK_SAFETY_V1,),
)
_of_findings = partial(_of, entity_types=("area", "city"), window="PT1H", editions=(FINDINGS_V1,))
_count = partial(_of_findings, unit="findings", bounds=(0, None))


def _added(sums: Sums, what: str, quantities: tuple[str, ...]) -> int:
    return sum(sums[f"{quantity}_{what}"] for quantity in quantities)


def _without_limits(sums: Sums, quantities: tuple[str, ...]) -> Figure:
    """No data, and why: where no reading could be held against a limit, 0 would be a lie."""
    measured = _added(sums, "readings", quantities)
    return Figure(None, None, "no_data", {"reason": "site_has_no_limits" if measured else "nothing_counted"})


def _minutes(*quantities: str) -> Formula:
    def judged(_: str, sums: Sums) -> Figure:
        if not _added(sums, "limited", quantities):
            return _without_limits(sums, quantities)
        return Figure(ratio_to_float(_added(sums, "exceeded_s", quantities), _SECONDS_PER_MINUTE))

    return judged


def _share_exceeding(_: str, sums: Sums) -> Figure:
    exceeded, limited = checked_part(
        _added(sums, "exceeded", _QUANTITIES),
        _added(sums, "limited", _QUANTITIES),
        "readings above their limit of readings with one",
    )
    return Figure(ratio_to_float(exceeded, limited)) if limited else _without_limits(sums, _QUANTITIES)


def _inputs(*what: str, quantities: tuple[str, ...] = _QUANTITIES) -> tuple[str, ...]:
    return tuple(f"{quantity}_{name}" for quantity in quantities for name in what)


INDICATORS = (
    _of_sensors(
        id="work-safety.exceedance_minutes",
        name_en="Minutes above the limits",
        name_zh="危险源超限时长",
        question="How many minutes above the site's own limits do the readings add up to?",
        unit="min",
        formula="sum of the intervals for which readings of gas, pressure and level above their limits stand; two "
        "sensors above their limits at once count twice",
        bounds=(0, None),
        judged=_minutes(*_QUANTITIES),
        inputs=_inputs("exceeded_s", "limited"),
    ),
    *(
        _of_sensors(
            id=f"work-safety.{quantity}_exceedance_minutes",
            name_en=f"Minutes with {what} above its limit",
            name_zh=f"{what_zh}超限时长",
            question=f"For how long was {what} above the site's own limit?",
            unit="min",
            formula=f"sum of the intervals for which readings of {what} above their limit stand",
            bounds=(0, None),
            judged=_minutes(quantity),
            inputs=_inputs("exceeded_s", "limited", quantities=(quantity,)),
        )
        for quantity, what, what_zh in (
            ("gas", "combustible gas", "可燃气体浓度"),
            ("pressure", "the pressure", "压力"),
            ("level", "the level of a tank", "液位"),
        )
    ),
    _of_sensors(
        id="work-safety.exceedance_ratio",
        name_en="Share of readings above the limits",
        name_zh="危险源监测超限率",
        question="Which share of what the sensors measured was above the site's own limits?",
        unit="1",
        formula="readings of gas, pressure and level above their limits / such readings for which the site has a limit",
        bounds=(0, 1),
        judged=_share_exceeding,
        inputs=_inputs("exceeded", "limited", "readings"),
    ),
    _of_findings(
        id="work-safety.rectified_on_time_ratio",
        name_en="Share of hidden dangers rectified on time",
        name_zh="隐患按期整改率",
        question="Which share of the hidden dangers that were rectified was rectified by its deadline?",
        unit="1",
        direction="higher",
        formula="findings rectified no later than they were due / findings rectified in the hour that were due at a time; one "
        "that is still open and overdue is not among them",
        bounds=(0, 1),
        judged=share("rectified_on_time", "rectified_due"),
        inputs=("rectified_on_time", "rectified_due", "rectified"),
    ),
    _count(
        id="work-safety.findings_opened",
        name_en="Hidden dangers found",
        name_zh="隐患排查数",
        question="How many hidden dangers were found?",
        # Many may be good inspectors or bad sites.
        direction=None,
        formula="count of hidden dangers found in the hour",
        judged=total("findings"),
        inputs=("findings",),
    ),
    _count(
        id="work-safety.major_findings_opened",
        name_en="Major hidden dangers found",
        name_zh="重大隐患排查数",
        question="How many major hidden dangers were found?",
        direction=None,
        formula="count of hidden dangers found in the hour that are major",
        judged=total("findings_major"),
        inputs=("findings_major", "findings"),
    ),
    *coverage_of("work-safety", "site", ("site", "sites", "危险源"), "PT15M", _MEASURE, owner=_OWNER),
)
