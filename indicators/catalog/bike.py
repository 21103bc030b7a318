"""Which numbers tell whether a shared bike can be had, and given back?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import share
from indicators.shared_bikes import SHARED_BIKES_V1

_MEASURE = "bike.docks"
_OWNER = "City management bureau (城市管理局)"
_PLACES = ("dock", "area", "city")

_ratio = partial(
    Indicator,
    unit="1",
    window="PT15M",
    editions=(SHARED_BIKES_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    bounds=(0, 1),
)

INDICATORS = (
    _ratio(
        id="bike.in_balance_ratio",
        name_en="Share of readings in balance",
        name_zh="供需平衡率",
        question="How often can one both take a bike and give one back?",
        direction="higher",
        entity_types=_PLACES,
        formula="readings with a bike to take and room for one / readings",
        judged=share("in_balance", "readings"),
        inputs=("in_balance", "readings"),
    ),
    _ratio(
        id="bike.without_bikes_ratio",
        name_en="Share of readings without a bike",
        name_zh="无车可借率",
        question="How often is there no bike to take?",
        direction="lower",
        entity_types=_PLACES,
        formula="readings with no bike to take / readings",
        judged=share("without_bikes", "readings"),
        inputs=("without_bikes", "readings"),
    ),
    _ratio(
        id="bike.without_room_ratio",
        name_en="Share of readings without room",
        name_zh="无位可还率",
        question="How often is there no room to give a bike back?",
        direction="lower",
        entity_types=_PLACES,
        formula="readings with as many bikes as there is room for, or more / readings",
        judged=share("without_room", "readings"),
        inputs=("without_room", "readings"),
    ),
    _ratio(
        id="bike.faulted_ratio",
        name_en="Share of faulted bikes",
        name_zh="故障车占比",
        question="Which share of the bikes that stand there cannot be taken?",
        direction="lower",
        entity_types=_PLACES,
        formula="faulted bikes / bikes that stand there, summed over the readings",
        judged=share("faulted", "standing"),
        inputs=("faulted", "standing"),
    ),
    *coverage_of("bike", "dock", ("dock", "docks", "单车停放点"), "PT15M", _MEASURE, owner=_OWNER),
)
