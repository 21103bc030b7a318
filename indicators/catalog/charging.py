"""Which numbers tell whether a car can be charged, whether one does, and who has a charger near?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Indicator
from indicators.catalog.figures import extreme, mean, share
from indicators.charging import CHARGING_V1, SERVED_V1, SESSIONS_V1
from indicators.targets import CHARGING_RADIUS_M

_MEASURE = "charging.sites"
_PROVED_BY = ("workplace-charging", SIMULATOR)
_OWNER = "Development and reform commission (发展和改革委员会)"
_PLACES = ("site", "area", "city")
_WH_PER_KWH = 1_000
_SECONDS_PER_HOUR = 3_600

_ratio = partial(
    Indicator,
    unit="1",
    window="PT15M",
    editions=(CHARGING_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    bounds=(0, 1),
)
_hourly = partial(
    Indicator,
    direction=None,
    entity_types=_PLACES,
    window="PT1H",
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    bounds=(0, None),
)

INDICATORS = (
    _ratio(
        id="charging.utilisation_ratio",
        name_en="Share of connector time charging",
        name_zh="充电桩利用率",
        question="Which share of their time do the connectors charge?",
        direction="higher",
        entity_types=_PLACES,
        formula="readings that say charging / readings of connectors whose format tells charging from standing there",
        judged=share("charging", "charging_readings"),
        inputs=("charging", "charging_readings"),
    ),
    _ratio(
        id="charging.occupied_ratio",
        name_en="Share of connectors taken",
        name_zh="充电位占用率",
        question="Which share of the connectors in service is taken, whether the car charges or not?",
        direction="lower",
        entity_types=_PLACES,
        formula="readings that say taken / readings of connectors that are neither faulted nor unavailable",
        judged=share("occupied", "in_service"),
        inputs=("occupied", "in_service"),
    ),
    _ratio(
        id="charging.faulted_ratio",
        name_en="Share of connectors faulted",
        name_zh="充电桩故障率",
        question="Which share of the connectors is out of order?",
        direction="lower",
        entity_types=_PLACES,
        formula="readings that say faulted / readings of connectors",
        judged=share("faulted", "readings"),
        inputs=("faulted", "readings"),
    ),
    _hourly(
        id="charging.energy_kwh",
        name_en="Energy given",
        name_zh="充电量",
        question="How much energy flowed into cars?",
        unit="kWh",
        formula="energy since the reading before, of the readings of the hour that tell it; sessions are not added again",
        editions=(CHARGING_V1,),
        judged=extreme("energy_wh", "energy_readings", _WH_PER_KWH),
        inputs=("energy_wh", "energy_readings"),
    ),
    _hourly(
        id="charging.session_energy_kwh",
        name_en="Energy of sessions",
        name_zh="已结束充电的电量",
        question="How much energy was taken by the sessions that have ended?",
        unit="kWh",
        formula="energy of the whole sessions that ended in the hour and tell it",
        editions=(SESSIONS_V1,),
        judged=extreme("session_wh", "metered_sessions", _WH_PER_KWH),
        inputs=("session_wh", "metered_sessions", "sessions"),
        proved_by=_PROVED_BY,
    ),
    _hourly(
        id="charging.session_hours",
        name_en="Mean length of a session",
        name_zh="平均充电时长",
        question="How long were the cars at the charger?",
        unit="h",
        formula="sum of the lengths of the sessions that ended in the hour / sessions that tell theirs",
        editions=(SESSIONS_V1,),
        judged=mean("session_s", "timed_sessions", _SECONDS_PER_HOUR),
        inputs=("session_s", "timed_sessions", "sessions"),
        proved_by=_PROVED_BY,
    ),
    _ratio(
        id="charging.communities_served_ratio",
        name_en="Share of communities with a charger near",
        name_zh="社区充电设施覆盖率",
        question="Which share of the residential communities has a charger in service nearby?",
        direction="higher",
        entity_types=("area", "city"),
        formula=f"communities within {CHARGING_RADIUS_M} m of a site with a connector in service / communities whose position "
        "is known",
        editions=(SERVED_V1,),
        inputs=("served", "communities"),
    ),
    *coverage_of(
        "charging", "site", ("charging site", "charging sites", "充电站"), "PT15M", _MEASURE, owner=_OWNER
    ),
)
