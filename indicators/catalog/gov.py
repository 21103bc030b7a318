"""Which numbers tell how easily a government service is had, and how soon?"""

from functools import partial

from indicators.approvals import (
    APPROVALS_V1,
    ApprovalReduction,
    ApprovalSums,
    reduction_against_baseline,
    reduction_against_law,
)
from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Indicator, Sums
from indicators.catalog.figures import mean, share
from indicators.gov_services import GOV_SERVICES_V1
from indicators.service_desk import SERVICE_DESK_V1

_MEASURE = "gov.services"
_OWNER = "Government services and data bureau (政务服务和数据管理局)"
_CDAYS_PER_DAY = 100
_SECONDS_PER_MINUTE = 60

_figure = partial(
    Indicator,
    entity_types=("hall", "area", "city"),
    window="PT1H",
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
)
_of_services = partial(_figure, editions=(GOV_SERVICES_V1,))
_of_approvals = partial(_figure, editions=(APPROVALS_V1,))


def _reduction(result: ApprovalReduction) -> Figure:
    details = {} if result.reason is None else {"reason": "nothing_counted"}
    return Figure(result.value_float, None, result.validity, details, result.value)


def _against_law(_: str, sums: Sums) -> Figure:
    limited = ApprovalSums(sums["limited"], sums["limited_taken_days"], sums["limit_days"])
    return _reduction(reduction_against_law(limited))


def _against_baseline(_: str, sums: Sums) -> Figure:
    # Both in hundredths of a day, and of the same items. What the law allows is not looked at: a day each will do.
    compared = sums["compared"]
    now = ApprovalSums(compared, sums["compared_taken_days"] * _CDAYS_PER_DAY, compared)
    return _reduction(
        reduction_against_baseline(now, ApprovalSums(compared, sums["baseline_cdays"], compared))
    )


INDICATORS = (
    _of_services(
        id="gov.online_available_ratio",
        name_en="Share of service items that can be done online",
        name_zh="网上可办率",
        question="Which share of the service items can be done online?",
        unit="1",
        direction="higher",
        formula="items that can be done online from end to end / items, both summed over the lists that came in the hour; an "
        "item counts once for each hall that has it, and a hall as often as it sends its list",
        bounds=(0, 1),
        judged=share("online_items", "items"),
        inputs=("online_items", "items"),
    ),
    _of_approvals(
        id="gov.integrated_window_coverage_ratio",
        name_en="Share of halls with an integrated window",
        name_zh="综合窗口覆盖率",
        question="In which share of the service halls does one window take everything?",
        unit="1",
        direction="higher",
        formula="lists of halls with an integrated window / lists that came in the hour; a hall counts as often as it sends "
        "its list",
        bounds=(0, 1),
        judged=share("integrated_lists", "lists"),
        inputs=("integrated_lists", "lists"),
    ),
    _of_services(
        id="gov.filed_online_ratio",
        name_en="Share of applications filed online",
        name_zh="网办率",
        question="Which share of the applications was filed online?",
        unit="1",
        direction="higher",
        formula="applications filed online / applications filed in the hour, at windows and terminals too",
        bounds=(0, 1),
        judged=share("filed_online", "filed"),
        inputs=("filed_online", "filed"),
    ),
    _of_approvals(
        id="gov.approval_days",
        name_en="Mean time to a decision",
        name_zh="平均审批时长",
        question="How many working days did the applications take that were decided?",
        unit="workdays",
        direction="lower",
        formula="working days from acceptance to decision, without those that the applicant was waited for / applications "
        "decided in the hour",
        bounds=(0, None),
        judged=mean("taken_days", "decided"),
        inputs=("taken_days", "decided"),
    ),
    _of_approvals(
        id="gov.approval_time_reduction_ratio",
        name_en="Approval time saved against the law's limits",
        name_zh="审批较法定时限压减率",
        question="How much less time did approvals take than the law allows?",
        unit="1",
        direction="higher",
        formula="1 - working days taken / working days that the law allows, both summed over the decided applications that "
        "have a limit; negative when they took longer",
        bounds=(None, 1),
        judged=_against_law,
        inputs=("limited", "limited_taken_days", "limit_days"),
    ),
    _of_approvals(
        id="gov.approval_time_vs_baseline_ratio",
        name_en="Approval time saved against the base period",
        name_zh="审批较基期压减率",
        question="How much less time did approvals take than in the base period?",
        unit="1",
        direction="higher",
        formula="1 - working days taken / working days that the same items took in the base period, both summed over the "
        "decided applications whose item was measured then; negative when they took longer",
        bounds=(None, 1),
        judged=_against_baseline,
        inputs=("compared", "compared_taken_days", "baseline_cdays"),
    ),
    _figure(
        id="gov.on_time_ratio",
        name_en="Share of applications decided on time",
        name_zh="审批按时办结率",
        question="Which share of the applications was decided within the law's limit?",
        unit="1",
        direction="higher",
        formula="applications decided within their limit, exactly at it included / applications with a limit that were decided "
        "in the hour; what is still open and overdue is not among them",
        editions=(SERVICE_DESK_V1,),
        bounds=(0, 1),
        judged=share("decided_on_time", "limited"),
        inputs=("decided_on_time", "limited"),
    ),
    _of_services(
        id="gov.trips_per_case",
        name_en="Trips per application",
        name_zh="平均跑动次数",
        question="How often did an applicant have to come?",
        unit="trips",
        direction="lower",
        formula="trips of the applicants / applications decided in the hour",
        bounds=(0, None),
        judged=mean("trips", "decided"),
        inputs=("trips", "decided"),
    ),
    _of_services(
        id="gov.zero_trip_ratio",
        name_en="Share of applications without a trip",
        name_zh="零跑动率",
        question="Which share of the applications was decided without the applicant coming at all?",
        unit="1",
        direction="higher",
        formula="applications decided without a trip / applications decided in the hour",
        bounds=(0, 1),
        judged=share("without_trip", "decided"),
        inputs=("without_trip", "decided"),
    ),
    _of_services(
        id="gov.queue_wait_minutes",
        name_en="Mean wait at the windows",
        name_zh="平均排队时长",
        question="How long does one wait for a window?",
        unit="min",
        direction="lower",
        formula="waits of the tickets that were called / tickets called in the hour; who left before is not among them",
        bounds=(0, None),
        judged=mean("waited_s", "calls", _SECONDS_PER_MINUTE),
        inputs=("waited_s", "calls"),
    ),
    _of_services(
        id="gov.queue_within_limit_ratio",
        name_en="Share of waits within the declared limit",
        name_zh="排队达标率",
        question="Which share of those who waited for a window did so no longer than the hall declares?",
        unit="1",
        direction="higher",
        formula="tickets called within the longest wait that their hall declares, exactly at it included / tickets called in "
        "halls that declare one",
        bounds=(0, 1),
        judged=share("calls_within_limit", "calls_with_limit"),
        inputs=("calls_within_limit", "calls_with_limit"),
    ),
    _of_services(
        id="gov.terminal_available_ratio",
        name_en="Share of terminals in service",
        name_zh="自助终端可用率",
        question="Which share of the self-service terminals works?",
        unit="1",
        direction="higher",
        formula="terminals in service / terminals, summed over the reports of the hour; a hall counts as often as it reports",
        bounds=(0, 1),
        judged=share("terminals_available", "terminals"),
        inputs=("terminals_available", "terminals"),
    ),
    *coverage_of(
        "gov", "hall", ("service hall", "service halls", "政务大厅"), "PT1H", _MEASURE, owner=_OWNER
    ),
)
