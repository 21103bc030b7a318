"""Which numbers tell where one can still park?"""

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Indicator, Sums
from indicators.grades import PARKING_GRADES
from indicators.parking import PARKING_V1, Occupancy

_MEASURE = "parking.occupancy"
_PROVED_BY = ("birmingham-parking", SIMULATOR)
_OWNER = "City management bureau (城市管理局)"
_INPUTS = ("occupied", "capacity", "full_permille_max")


def _ratio(_: str, sums: Sums) -> Figure:
    found = Occupancy(sums["occupied"], sums["capacity"])
    details = {} if found.capacity else {"reason": "nothing_counted"}
    return Figure(found.value_float, found.grade, found.validity, details)


def _peak(_: str, sums: Sums) -> Figure:
    return Figure(sums["full_permille_max"] / 1_000)


INDICATORS = (
    Indicator(
        id="parking.occupancy_ratio",
        name_en="Share of spaces taken",
        name_zh="泊位占用率",
        question="Which share of the parking spaces is taken?",
        unit="1",
        direction="lower",
        entity_types=("parking", "area", "city"),
        window="PT1H",
        formula="spaces taken / spaces there are, both summed over the readings of the hour; a car park counts as often as "
        "it reports",
        editions=(PARKING_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, 1),
        judged=_ratio,
        inputs=_INPUTS,
        grades=PARKING_GRADES,
    ),
    Indicator(
        id="parking.fullest_ratio",
        name_en="Fullest reading",
        name_zh="最高占用率",
        question="How full did a car park get?",
        unit="1",
        direction="lower",
        entity_types=("parking",),
        window="PT1H",
        formula="the greatest share of spaces taken of any reading of the hour, rounded down to a thousandth",
        editions=(PARKING_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, 1),
        judged=_peak,
        inputs=_INPUTS,
    ),
    *coverage_of("parking", "parking", ("car park", "car parks", "停车场"), "PT1H", _MEASURE, owner=_OWNER),
)
