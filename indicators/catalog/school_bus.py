"""Which numbers tell whether children are safe in the school buses, and on time?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Indicator, Sums
from indicators.catalog.figures import share, total
from indicators.school_bus import MOVING_ABOVE_KMH, OFF_ROUTE_TOLERANCE_M, SCHOOL_BUS_V1, TRIP_WINDOW
from indicators.transit import StopSums, on_time_performance

_MEASURE = "school-bus.operation"
_OWNER = "Education bureau (教育局)"
_TRIPS = ("trips_on_time", "trips_early", "trips_late", "trips_ended")


def _on_time(_: str, sums: Sums) -> Figure:
    on_time, early, late, ended = (sums[name] for name in _TRIPS)
    result = on_time_performance(
        StopSums(TRIP_WINDOW, on_time, early, late, no_data=ended - on_time - early - late)
    )
    details = {"window": f"{TRIP_WINDOW.id}: {TRIP_WINDOW.from_s} s to {TRIP_WINDOW.to_s} s"}
    if result.reason is not None:
        details["reason"] = "nothing_known" if result.validity == "no_data" else "too_few_known"
    return Figure(result.value_float, None, result.validity, details)


# Not public: where and when children are on the road is nobody else's business.
_of_buses = partial(
    Indicator,
    unit="1",
    direction="lower",
    entity_types=("vehicle", "area", "city"),
    window="PT15M",
    editions=(SCHOOL_BUS_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=False,
    bounds=(0, 1),
)

INDICATORS = (
    _of_buses(
        id="school-bus.speeding_ratio",
        name_en="Share of readings above the speed limit",
        name_zh="校车超速率",
        question="How often does a school bus drive faster than it may?",
        formula="readings above the bus's own limit / readings with a speed of buses that have one",
        judged=share("speeding", "limited"),
        inputs=("speeding", "limited"),
    ),
    _of_buses(
        id="school-bus.off_route_ratio",
        name_en="Share of readings off the line",
        name_zh="校车偏离线路率",
        question="How often is a school bus where it should not be?",
        formula=f"readings more than {OFF_ROUTE_TOLERANCE_M} m off the bus's line / readings that say how far off it is",
        judged=share("off_route", "on_line"),
        inputs=("off_route", "on_line"),
    ),
    _of_buses(
        id="school-bus.open_door_ratio",
        name_en="Share of moving readings with an open door",
        name_zh="校车行驶中开门率",
        question="How often does a school bus drive with an open door?",
        formula=f"readings above {MOVING_ABOVE_KMH} km/h with an open door / readings above it that say whether one is open",
        judged=share("moving_open", "moving"),
        inputs=("moving_open", "moving"),
    ),
    _of_buses(
        id="school-bus.left_on_board",
        name_en="Trips that ended with somebody on board",
        name_zh="行程结束仍有学生在车次数",
        question="How many trips ended although a child had not got out?",
        unit="trips",
        formula="count of ended trips into which more children got than got out of; where more got out, a counter is wrong: "
        "the trip is flagged as suspect and not among them",
        bounds=(0, None),
        judged=total("trips_left_on_board", counted="trips_counted"),
        inputs=("trips_left_on_board", "trips_counted"),
    ),
    _of_buses(
        id="school-bus.on_time_ratio",
        name_en="Share of trips that ended on time",
        name_zh="校车准点率",
        question="Which share of the trips ended on time?",
        direction="higher",
        formula=f"trips that ended from {TRIP_WINDOW.from_s} s to {TRIP_WINDOW.to_s} s around their time / ended trips with a "
        "known delay; with less than 70 % of delays known nothing is published as valid",
        judged=_on_time,
        inputs=_TRIPS,
    ),
    *coverage_of(
        "school-bus", "vehicle", ("school bus", "school buses", "校车"), "PT15M", _MEASURE, owner=_OWNER
    ),
)
