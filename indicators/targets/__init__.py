"""Which targets has the city set itself, and who answers for each?

The values are the city's plan, the years are not in it beyond "in two years": a city adds its own by
`configuration`, and its baselines, without which no change can be judged (`judging`).
"""

from collections.abc import Mapping
from fractions import Fraction

from indicators.targets.declaration import Baseline, CityTarget, by_id

__all__ = ["CHARGING_RADIUS_M", "TARGETS", "Baseline", "CityTarget", "targets_of"]

# Ours, configuration: the plan names no distance.
CHARGING_RADIUS_M = 1000

_GOV_OWNER = "Government services and data bureau (政务服务和数据管理局)"
_ENERGY_OWNER = "Development and reform commission (发展和改革委员会)"

TARGETS: Mapping[str, CityTarget] = by_id(
    (
        CityTarget(
            id="emergency.within_15min",
            indicator="emergency.within_15min_ratio",
            name_en="Help arrives within 15 minutes",
            name_zh="突发事件 15 分钟内响应",
            comparator=">=",
            value=Fraction("0.90"),
            kind="level",
            reading="share of incidents, 0 to 1",
            counts="sudden incidents of any kind with a first arrival within 900 s of the call",
            denominator="incidents with an arrival and incidents still open without one after 900 s",
            owner_department="Emergency management bureau (应急管理局)",
        ),
        CityTarget(
            id="gov.online_available",
            indicator="gov.online_available_ratio",
            name_en="Government services can be done online",
            name_zh="政务服务事项网上可办",
            comparator=">=",
            value=Fraction("0.95"),
            kind="level",
            reading="share of service items, 0 to 1",
            counts="service items that can be done online; not applications filed online, a number without a target",
            denominator="all service items in the city's published list",
            owner_department=_GOV_OWNER,
        ),
        CityTarget(
            id="gov.integrated_window_coverage",
            indicator="gov.integrated_window_coverage_ratio",
            name_en="Service halls have integrated windows",
            name_zh="综合窗口全覆盖",
            comparator=">=",
            value=Fraction("1.00"),
            kind="level",
            reading="share of service halls, 0 to 1",
            counts="service halls where one integrated window takes every kind of application",
            denominator="all government service halls",
            owner_department=_GOV_OWNER,
        ),
        CityTarget(
            id="gov.approval_time_vs_baseline",
            indicator="gov.approval_days",
            name_en="Approvals take half the time of the baseline",
            name_zh="审批时间较基期压减",
            comparator=">=",
            value=Fraction("0.50"),
            kind="reduction",
            reading="mean working days from acceptance to decision",
            counts="1 - mean working days now / mean working days in the baseline period",
            denominator="applications decided in the period, with time waiting for the applicant excluded",
            owner_department=_GOV_OWNER,
        ),
        CityTarget(
            id="gov.approval_time_vs_statutory",
            indicator="gov.approval_time_reduction_ratio",
            name_en="Approvals take half the statutory limit",
            name_zh="审批时间较法定时限压减",
            comparator=">=",
            value=Fraction("0.50"),
            kind="level",
            # The limit comes with each application, so there is no base year; an overrun is negative.
            lowest=None,
            reading="1 - sum of working days taken / sum of the same applications' statutory limits",
            counts="working days saved against the statutory limits; negative when they are overrun",
            denominator="sum of the statutory limits of the applications decided in the period",
            owner_department=_GOV_OWNER,
        ),
        CityTarget(
            id="road.arterial_efficiency_gain",
            indicator="road.arterial_efficiency_gain_ratio",
            name_en="Arterial roads carry traffic faster",
            name_zh="主干道通行效率提升",
            comparator=">=",
            value=Fraction("0.25"),
            kind="level",
            reading="gain of a corridor against its base year, whose figures are reference data",
            counts="baseline time per km / current time per km - 1, same kind of day and hour class",
            denominator="what was driven on the corridor in those classes in the base year",
            owner_department="Traffic police (公安交管部门)",
            lowest=Fraction(-1),
            highest=None,
        ),
        CityTarget(
            id="city.efficiency_gain",
            indicator="city.efficiency_gain_ratio",
            name_en="The city runs more efficiently",
            name_zh="城市运行效率提升",
            comparator=">=",
            value=Fraction("0.15"),
            kind="change",
            due_within_years=2,
            reading="the composite efficiency, 1 in the base year; its parts are shown beside it",
            counts="weighted mean of the parts' gains: arterial roads, approvals, emergency response",
            denominator="the same quantities in the base year",
            owner_department="City operation management centre (城市运行管理中心)",
        ),
        CityTarget(
            id="service.satisfaction",
            indicator="service.satisfaction_ratio",
            name_en="Citizens are satisfied with the city's services",
            name_zh="市民服务满意率",
            comparator=">=",
            value=Fraction("0.90"),
            kind="level",
            reading="share of rated services, 0 to 1, with the number rated",
            counts="services rated satisfied or better, over all citizen services",
            denominator="services that were rated; those not rated are in neither number",
            owner_department=_GOV_OWNER,
        ),
        CityTarget(
            id="electricity.carbon_change",
            indicator="electricity.carbon_change_ratio",
            name_en="Electricity causes less carbon dioxide",
            name_zh="用电碳排放下降",
            comparator="<=",
            value=Fraction("-0.10"),
            kind="change",
            reading="tonnes of CO2 of the year's electricity, by the emission factor dated for that year",
            counts="tonnes of CO2 now / tonnes in the base year - 1, each by the factor of its own year",
            denominator="tonnes of CO2 in the base year",
            owner_department=_ENERGY_OWNER,
        ),
        CityTarget(
            id="charging.coverage",
            indicator="charging.communities_served_ratio",
            name_en="Communities have a charging pile nearby",
            name_zh="充电设施覆盖",
            comparator=">=",
            value=Fraction("0.80"),
            kind="level",
            reading="share of communities, 0 to 1",
            counts=f"residential communities (社区) within {CHARGING_RADIUS_M} m of a pile that is available",
            denominator="all residential communities of the city, each counted once",
            owner_department=_ENERGY_OWNER,
        ),
        CityTarget(
            id="waste.sorting_accuracy",
            indicator="waste.sorting_accuracy_ratio",
            name_en="Household waste is sorted correctly",
            name_zh="生活垃圾分类准确率",
            comparator=">=",
            value=Fraction("0.85"),
            kind="level",
            reading="share of checked deposits, 0 to 1",
            counts="checked deposits in which every item is in its category",
            denominator="deposits that were checked",
            owner_department="City management bureau (城市管理局)",
        ),
    )
)


def targets_of(targets: Mapping[str, CityTarget], indicator_id: str) -> list[CityTarget]:
    """The targets that are set for an indicator; the day of an indicator is held against those of its hours."""
    ids = (indicator_id, indicator_id.removesuffix("_daily"))
    return [target for target in targets.values() if target.indicator in ids]
