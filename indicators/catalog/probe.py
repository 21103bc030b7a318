"""Which numbers tell how floating cars get along, and whether they are taken?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Indicator
from indicators.catalog.figures import mean, share, total
from indicators.floating_cars import FLOATING_CARS_V1

_MEASURE = "probe.points"
_OWNER = "Transport commission (交通运输委)"

_of_points = partial(
    Indicator,
    entity_types=("link", "area", "city"),
    editions=(FLOATING_CARS_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
)

INDICATORS = (
    _of_points(
        id="probe.speed_kmh",
        name_en="Speed of floating cars",
        name_zh="浮动车平均速度",
        question="How fast do floating cars get along?",
        unit="km/h",
        direction="higher",
        window="PT5M",
        formula="sum of the speeds of all points / points that are not parked; who stands in a queue counts with 0",
        public=True,
        proved_by=("beijing-taxi", SIMULATOR),
        bounds=(0, None),
        judged=mean("speed_dkmh_sum", "speed_points", per=10),
        inputs=("speed_dkmh_sum", "speed_points"),
    ),
    _of_points(
        id="probe.vacant_ratio",
        name_en="Share of points without a passenger",
        name_zh="空驶率",
        question="How much of the time are floating cars empty?",
        unit="1",
        direction="lower",
        window="PT1H",
        formula="points without a passenger / points that say whether there is one",
        public=False,
        bounds=(0, 1),
        judged=share("vacant", "vacancy_points"),
        inputs=("vacant", "vacancy_points"),
    ),
    # Not public: at night a link may have one trip, and its start is somebody's door.
    _of_points(
        id="probe.trips_started",
        name_en="Trips started",
        name_zh="上客次数",
        question="How many trips began?",
        unit="trips",
        direction=None,
        window="PT1H",
        formula="count of points that say that a passenger has just got in",
        public=False,
        bounds=(0, None),
        judged=total("trips_started"),
        inputs=("trips_started", "points"),
    ),
    *coverage_of(
        "probe",
        "link",
        ("link with floating cars", "links with floating cars", "浮动车路段"),
        "PT5M",
        _MEASURE,
        owner=_OWNER,
    ),
)
