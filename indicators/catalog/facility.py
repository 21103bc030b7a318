"""Which numbers tell whether covers, lights, drains and pipes are in order, and how soon is repaired what is not?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import extreme, mean, share
from indicators.facilities import FACILITIES_V1, PRESSURE_DROP_PERMILLE

_MEASURE = "facility.state"
_OWNER = "City management bureau (城市管理局)"
_EVERYWHERE = ("facility", "area", "city")
_PLACES = ("area", "city")

_of = partial(
    Indicator,
    window="PT15M",
    editions=(FACILITIES_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    direction="lower",
)
_ratio = partial(_of, unit="1", bounds=(0, 1))

INDICATORS = (
    _ratio(
        id="facility.fault_ratio",
        name_en="Share of readings with a fault",
        name_zh="设施故障率",
        question="Which share of the readings says that a facility is out of order?",
        entity_types=_EVERYWHERE,
        formula="readings of faulty facilities / readings",
        public=True,
        judged=share("faults", "readings"),
        inputs=("faults", "readings"),
    ),
    _ratio(
        id="facility.cover_fault_ratio",
        name_en="Share of readings with a faulty cover",
        name_zh="井盖异常率",
        question="How often is a manhole cover open, tilted or gone?",
        entity_types=_PLACES,
        formula="readings of faulty covers / readings of covers",
        public=True,
        judged=share("cover_faults", "cover_readings"),
        inputs=("cover_faults", "cover_readings"),
    ),
    _ratio(
        id="facility.light_fault_ratio",
        name_en="Share of readings with a faulty light",
        name_zh="路灯故障率",
        question="How often is a street light not lit as it should be?",
        entity_types=_PLACES,
        formula="readings of faulty lights / readings of lights",
        public=True,
        judged=share("light_faults", "light_readings"),
        inputs=("light_faults", "light_readings"),
    ),
    _of(
        id="facility.repair_hours",
        name_en="Mean time to repair",
        name_zh="平均修复时长",
        question="How long did the repairs take that ended?",
        unit="h",
        entity_types=_PLACES,
        formula="sum of the times from report to repair / repairs that ended in the window",
        public=True,
        bounds=(0, None),
        judged=mean("repair_s_sum", "repaired", per=3_600),
        inputs=("repair_s_sum", "repaired"),
    ),
    _ratio(
        id="facility.repaired_in_time_ratio",
        name_en="Share of repairs in time",
        name_zh="及时修复率",
        question="Which share of the repairs with a deadline ended by then?",
        entity_types=_PLACES,
        direction="higher",
        formula="repairs that ended by their deadline / repairs with a deadline that ended in the window; what is still open "
        "and overdue is not among them",
        public=True,
        judged=share("repaired_in_time", "due"),
        inputs=("repaired_in_time", "due"),
    ),
    _ratio(
        id="facility.ponding_ratio",
        name_en="Share of readings with ponding",
        name_zh="积水率",
        question="How often does water stand higher than a place can bear?",
        entity_types=_EVERYWHERE,
        formula="readings of drains with water above the depth declared for the place / readings of drains with such a depth",
        public=True,
        judged=share("ponding", "limited_count"),
        inputs=("ponding", "limited_count"),
    ),
    _of(
        id="facility.depth_m",
        name_en="Greatest depth of water",
        name_zh="最大积水深度",
        question="How high did the water stand in the drains?",
        unit="m",
        entity_types=_EVERYWHERE,
        formula="the greatest depth of any reading of a drain in order",
        public=True,
        bounds=(0, None),
        judged=extreme("depth_mm_max", "depth_count", per=1_000),
        inputs=("depth_mm_max", "depth_count"),
    ),
    _ratio(
        id="facility.leak_suspected_ratio",
        name_en="Share of readings with low pressure",
        name_zh="疑似泄漏率",
        question="How often is the pressure of a pipe so far below its own that it may leak?",
        entity_types=_EVERYWHERE,
        formula=f"readings of pipes at least {PRESSURE_DROP_PERMILLE / 10:g} % below the pressure that is usual at the site / readings "
        "of pipes with a usual pressure; of gas and water alike",
        public=False,
        judged=share("pressure_low", "pressure_count"),
        inputs=("pressure_low", "pressure_count"),
    ),
    *coverage_of(
        "facility", "facility", ("facility", "facilities", "市政设施"), "PT15M", _MEASURE, owner=_OWNER
    ),
)
