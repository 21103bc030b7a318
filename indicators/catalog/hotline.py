"""Which numbers tell whether the citizens' hotline is answered, and whether its cases are handled?"""

from collections.abc import Callable

from indicators.catalog.declaration import SIMULATOR, Figure, Indicator, Sums
from indicators.rounding import ratio_to_float
from indicators.service_calls import (
    ANSWER_LIMIT_S,
    CALLS_V1,
    GBT33358_2016,
    CallSums,
    answer_rate,
    connection_rate,
)
from indicators.service_desk import (
    SERVICE_DESK_V1,
    SatisfactionSums,
    ServiceRate,
    satisfaction,
    service_rate,
)
from indicators.standard import Edition

_MEASURE = "hotline.handling"
_PROVED_BY = ("nyc-311", SIMULATOR)
_RECORDED = frozenset({"cases_opened", "cases_closed", "handling_hours"})
_OWNER = "Government services and data bureau (政务服务和数据管理局)"
_SECONDS_PER_HOUR = 3_600
_CALLS = ("answered_in_time", "answered_late", "given_up_early", "given_up_late")


def _calls(sums: Sums) -> CallSums:
    return CallSums(ANSWER_LIMIT_S, *(sums[name] for name in _CALLS))


def _rate(rate: ServiceRate) -> Figure:
    details = {} if rate.reason is None else {"reason": "nothing_counted"}
    return Figure(rate.value_float, None, rate.validity, details)


def _satisfied(_: str, sums: Sums) -> Figure:
    # Asked are all whose case was closed; who rates does so later, so the two are not of one hour.
    result = satisfaction(SatisfactionSums(sums["rated"], sums["rated"], sums["satisfied"]))
    details = {} if result.reason is None else {"reason": "nothing_counted"}
    return Figure(result.value_float, None, result.validity, details)


def _handling(_: str, sums: Sums) -> Figure:
    if not sums["closed"]:
        return Figure(None, None, "no_data", {"reason": "nothing_counted"})
    return Figure(ratio_to_float(sums["handling_s_sum"], sums["closed"] * _SECONDS_PER_HOUR))


def _of(
    name: str,
    names: tuple[str, str],
    question: str,
    formula: str,
    judged: Callable[[str, Sums], Figure],
    *,
    inputs: tuple[str, ...],
    unit: str = "1",
    better: str | None = "higher",
    editions: tuple[Edition, ...] = (SERVICE_DESK_V1,),
    finest: bool = False,
) -> Indicator:
    return Indicator(
        id=f"hotline.{name}",
        name_en=names[0],
        name_zh=names[1],
        question=question,
        unit=unit,
        direction="higher" if better == "higher" else "lower" if better == "lower" else None,
        entity_types=("cell", "area", "city") if finest else ("area", "city"),
        window="PT1H",
        formula=formula,
        editions=editions,
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY if name in _RECORDED else (SIMULATOR,),
        bounds=(0, 1 if unit == "1" else None),
        judged=judged,
        inputs=inputs,
    )


INDICATORS = (
    _of(
        "answer_ratio",
        ("Share of calls answered in time", "按时接听率"),
        "Which share of those who waited were answered within 15 s?",
        "answered within 15 s / all calls but those given up within 15 s",
        lambda _, sums: _rate(answer_rate(_calls(sums))),
        inputs=_CALLS,
        editions=(GBT33358_2016, CALLS_V1),
    ),
    _of(
        "connection_ratio",
        ("Share of calls connected", "接通率"),
        "Which share of the calls was answered at all?",
        "answered calls, however late / all calls",
        lambda _, sums: _rate(connection_rate(_calls(sums))),
        inputs=_CALLS,
        editions=(GBT33358_2016, CALLS_V1),
    ),
    _of(
        "cases_opened",
        ("Cases opened", "受理量"),
        "How many cases came in?",
        "count of cases opened in the hour; a cell is one kind in one area",
        lambda _, sums: Figure(float(sums["opened"])),
        inputs=("opened",),
        unit="cases",
        better=None,
        finest=True,
    ),
    _of(
        "cases_closed",
        ("Cases closed", "办结量"),
        "How many cases were closed?",
        "count of cases closed in the hour",
        lambda _, sums: Figure(float(sums["closed"])),
        inputs=("closed",),
        unit="cases",
        better=None,
        finest=True,
    ),
    _of(
        "handling_hours",
        ("Mean handling time", "平均办理时长"),
        "How long did the cases take that were closed?",
        "sum of the times from opening to closing / cases closed in the hour",
        _handling,
        inputs=("handling_s_sum", "closed"),
        unit="h",
        better="lower",
    ),
    _of(
        "on_time_ratio",
        ("Share of cases closed on time", "按时办结率"),
        "Which share of the closed cases with a deadline was closed by then?",
        "cases closed by their deadline / cases with a deadline that were closed in the hour; what is still open and overdue "
        "is not among them",
        lambda _, sums: _rate(service_rate(sums["closed_on_time"], sums["due"], "closed on time of closed")),
        inputs=("closed_on_time", "due"),
    ),
    _of(
        "sent_back_ratio",
        ("Cases sent back", "发回重办率"),
        "How many cases were sent back, for each that was closed?",
        "cases sent back in the hour / cases closed in the hour; at most 1",
        lambda _, sums: _rate(
            service_rate(min(sums["sent_back"], sums["closed"]), sums["closed"], "sent back")
        ),
        inputs=("sent_back", "closed"),
        better="lower",
    ),
    _of(
        "satisfaction_ratio",
        ("Satisfaction", "满意率"),
        "Which share of those who rated was satisfied?",
        "satisfied / rated in the hour; who did not rate is in neither",
        _satisfied,
        inputs=("satisfied", "rated"),
    ),
)
