"""Which numbers tell how crowded a place is, and how fast it fills?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Formula, Indicator, Sums
from indicators.catalog.figures import extreme, mean
from indicators.crowds import CROWDS_V1
from indicators.grades import CROWD_GRADES
from indicators.rounding import ratio_to_float

_MEASURE = "crowd.presence"
_OWNER = "Culture and tourism bureau (文化和旅游局)"
_PLACES = ("site", "area", "city")
_SECONDS_PER_MINUTE = 60

_of_presence = partial(
    Indicator,
    window="PT5M",
    editions=(CROWDS_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    bounds=(0, None),
)


def _of_capacity(_: str, sums: Sums) -> Figure:
    present, capacity = sums["present_of_capacity"], sums["capacity"]
    if not capacity:
        return Figure(None, None, "no_data", {"reason": "nothing_counted"})
    return Figure(ratio_to_float(present, capacity), CROWD_GRADES.of_ratio(100 * present, capacity).word)


def _per_minute(name: str) -> Formula:
    counted = mean("persons", "seconds")
    return lambda place, sums: counted(
        place, {"persons": _SECONDS_PER_MINUTE * sums[name], "seconds": sums[f"{name}_s"]}
    )


INDICATORS = (
    _of_presence(
        id="crowd.present",
        name_en="Persons present",
        name_zh="在场人数",
        question="How many people are at the site?",
        unit="persons",
        direction=None,
        entity_types=("site",),
        formula="mean of the persons present, over the readings that count them",
        judged=mean("present", "present_count"),
        inputs=("present", "present_count"),
    ),
    _of_presence(
        id="crowd.density_per_m2",
        name_en="Density of the crowd",
        name_zh="人流密度",
        question="How many people stand on a square metre?",
        unit="persons/m2",
        direction="lower",
        entity_types=_PLACES,
        formula="persons present / area of the site, both summed over the readings; a site counts as often as it reports",
        judged=mean("present_on_area", "area_m2"),
        inputs=("present_on_area", "area_m2"),
    ),
    _of_presence(
        id="crowd.capacity_ratio",
        name_en="Share of the capacity that is present",
        name_zh="承载量占比",
        question="Which share of those that a site may hold is there?",
        unit="1",
        direction="lower",
        entity_types=_PLACES,
        formula="persons present / capacity of the site, both summed over the readings; more than 1 where it overflows; "
        "graded by the city's own cuts",
        judged=_of_capacity,
        inputs=("present_of_capacity", "capacity"),
        grades=CROWD_GRADES,
    ),
    _of_presence(
        id="crowd.fullest_ratio",
        name_en="Fullest moment of a crowd",
        name_zh="瞬时最高承载量占比",
        question="How full did the site get, for its capacity?",
        unit="1",
        direction="lower",
        entity_types=("site",),
        formula="the greatest share of the capacity that was present at any reading, rounded down to a thousandth",
        judged=extreme("full_permille_max", "capacity", 1_000),
        inputs=("full_permille_max", "capacity"),
    ),
    _of_presence(
        id="crowd.inflow_per_min",
        name_en="Inflow of persons",
        name_zh="人流流入速率",
        question="How many people come in each minute?",
        unit="persons/min",
        direction=None,
        entity_types=("site",),
        formula="persons that came in / minutes in which they were counted",
        proved_by=("hangzhou-crowd", SIMULATOR),
        judged=_per_minute("entries"),
        inputs=("entries", "entries_s"),
    ),
    _of_presence(
        id="crowd.outflow_per_min",
        name_en="Outflow of persons",
        name_zh="人流流出速率",
        question="How many people leave each minute?",
        unit="persons/min",
        direction=None,
        entity_types=("site",),
        formula="persons that went out / minutes in which they were counted",
        judged=_per_minute("exits"),
        inputs=("exits", "exits_s"),
    ),
    *coverage_of(
        "crowd", "site", ("crowd site", "crowd sites", "人流监测点"), "PT5M", _MEASURE, owner=_OWNER
    ),
)
