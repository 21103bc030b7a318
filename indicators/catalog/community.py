"""Which numbers tell how well residential communities are served?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import mean, share, total
from indicators.community_services import COMMUNITY_SERVICES_V1
from indicators.service_desk import SERVICE_DESK_V1

_MEASURE = "community.services"
_OWNER = "Civil affairs bureau (民政局)"
_PLANNING = "Planning and natural resources bureau (自然资源和规划局)"
_SECONDS_PER_HOUR = 3_600

_figure = partial(
    Indicator,
    entity_types=("community", "area", "city"),
    window="PT1H",
    editions=(COMMUNITY_SERVICES_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
)
_ratio = partial(_figure, unit="1", direction="higher", bounds=(0, 1))

INDICATORS = (
    _figure(
        id="community.orders_opened",
        name_en="Orders for repair and service",
        name_zh="报修与便民工单量",
        question="How many orders for repair and service came in?",
        unit="orders",
        direction=None,
        formula="count of orders opened in the hour",
        bounds=(0, None),
        judged=total("orders_opened"),
        inputs=("orders_opened",),
    ),
    _figure(
        id="community.repair_hours",
        name_en="Mean time to a repair",
        name_zh="报修平均完成时长",
        question="How long does it take until something is mended?",
        unit="h",
        direction="lower",
        formula="sum of the times from opening to closing / orders for repair that were closed in the hour",
        bounds=(0, None),
        judged=mean("repair_s", "repairs_closed", _SECONDS_PER_HOUR),
        inputs=("repair_s", "repairs_closed"),
    ),
    _figure(
        id="community.service_hours",
        name_en="Mean time to a service",
        name_zh="便民服务平均完成时长",
        question="How long does it take until an ordered service is done?",
        unit="h",
        direction="lower",
        formula="sum of the times from opening to closing / orders for service that were closed in the hour",
        bounds=(0, None),
        judged=mean("service_s", "services_closed", _SECONDS_PER_HOUR),
        inputs=("service_s", "services_closed"),
    ),
    _ratio(
        id="community.on_time_ratio",
        name_en="Share of orders finished on time",
        name_zh="社区工单按时完成率",
        question="Which share of the orders for repair and service was finished by its deadline?",
        formula="orders closed within their limit, exactly at it included / orders with a limit that were closed in the hour; what "
        "is still open and overdue is not among them",
        editions=(SERVICE_DESK_V1,),
        judged=share("orders_on_time", "orders_with_limit"),
        inputs=("orders_on_time", "orders_with_limit"),
    ),
    _ratio(
        id="community.notice_reach_ratio",
        name_en="Reach of notices",
        name_zh="通知触达率",
        question="Which share of the households has read what it was told?",
        formula="households that have read a notice / households that it was sent to, over the notices whose readers were counted "
        "in the hour",
        judged=share("households_read", "households_sent"),
        inputs=("households_read", "households_sent"),
    ),
    _ratio(
        id="community.paid_online_ratio",
        name_en="Share of payments made online",
        name_zh="线上缴费率",
        question="Which share of the payments was made online?",
        formula="payments made online / payments, by the reports of the hour",
        judged=share("payments_online", "payments"),
        inputs=("payments_online", "payments"),
    ),
    _ratio(
        id="community.life_circle_coverage_ratio",
        name_en="Coverage of the 15-minute life circle",
        name_zh="15 分钟便民生活圈覆盖率",
        question="Which share of the residents can walk to every declared service within 15 minutes?",
        formula="residents within 15 minutes' walk of each of the declared services / residents, as the planning department "
        "counts both for all services at once; a community counts as often as it is counted; not how soon anybody responds",
        owner_department=_PLANNING,
        judged=share("residents_within_all", "residents"),
        inputs=("residents_within_all", "residents"),
    ),
    _ratio(
        id="community.service_reach_ratio",
        name_en="Mean reach of single services",
        name_zh="单项便民服务可达率",
        question="Which share of the residents has a declared service in reach, on average over the services?",
        formula="residents within 15 minutes' walk of a service / residents, both summed over the declared services one by one; a "
        "service counts as often as it is counted",
        owner_department=_PLANNING,
        judged=share("residents_within_by_service", "residents_by_service"),
        inputs=("residents_within_by_service", "residents_by_service"),
    ),
    *coverage_of(
        "community", "community", ("community", "communities", "社区"), "PT1H", _MEASURE, owner=_OWNER
    ),
)
