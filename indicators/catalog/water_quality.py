"""Which numbers tell how clean the water is, and whether each section keeps the class that it should?"""

from dataclasses import replace
from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Indicator, Sums
from indicators.catalog.figures import mean
from indicators.grades import WATER_CLASS_GRADES
from indicators.rounding import as_float
from indicators.water import WaterResult
from indicators.water_limits import GB3838_2002
from indicators.water_stations import (
    SUMS,
    WATER_MEANS_V1,
    WATER_TARGETS_V1,
    class_of_hour,
    greatest_multiple,
)

_MEASURE = "water-quality.sample"
_PROVED_BY = ("nyeri-raw-water", SIMULATOR)
_OWNER = "Ecology and environment bureau (生态环境局)"
_NOTHING = Figure(None, None, "no_data", {"reason": "nothing_counted"})
_NO_TARGET = Figure(None, None, "not_applicable", {"reason": "section_has_no_class_to_keep"})


def _figure(result: WaterResult, value: float, grade: str | None, details: dict[str, str]) -> Figure:
    if not result.missing:
        return Figure(value, grade, "valid", details)
    missing = {"reason": "items_missing", "missing": ", ".join(result.missing)}
    return Figure(value, grade, "insufficient", {**details, **missing})


def _class(_: str, sums: Sums) -> Figure:
    result = class_of_hour(sums)
    if result.value is None:
        return _NOTHING
    details = {"determining": ", ".join(result.determining)}
    if result.target is not None:
        details["target_class"] = str(result.target)
    return _figure(result, result.value, result.grade, details)


def _exceeding(_: str, sums: Sums) -> Figure:
    result = class_of_hour(sums)
    if result.value is None:
        return _NOTHING
    if result.target is None:
        return _NO_TARGET
    details = {"exceeding": ", ".join(result.exceeding), "target_class": str(result.target)}
    return _figure(result, len(result.exceeding), None, details)


def _multiple(_: str, sums: Sums) -> Figure:
    result = class_of_hour(sums)
    if result.value is None:
        return _NOTHING
    if result.target is None:
        return _NO_TARGET
    item, multiple = greatest_multiple(result)
    return _figure(result, as_float(multiple), None, {"item": item, "target_class": str(result.target)})


_of_station = partial(
    Indicator,
    entity_types=("station",),
    window="PT1H",
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
)


def _mean(
    quantity: str, names: tuple[str, str], unit: str, sums: tuple[str, str], *, recorded: bool = False
) -> Indicator:
    """The mean of what was measured in the hour; `sums` are its sum in thousandths and its count."""
    return _of_station(
        id=f"water-quality.{quantity}",
        name_en=names[0],
        name_zh=names[1],
        question=f"What was the mean of the hour of {names[0].lower()}?",
        unit=unit,
        direction="higher" if quantity.startswith("dissolved_oxygen") else None,
        formula="sum of the readings of the hour / readings",
        editions=(WATER_MEANS_V1,),
        proved_by=_PROVED_BY if recorded else (SIMULATOR,),
        judged=mean(*sums, per=1_000),
        inputs=sums,
    )


_CLASS = _of_station(
    id="water-quality.class",
    name_en="Class of the water",
    name_zh="水质类别",
    question="Which class has the water, and because of what?",
    unit="class",
    direction="lower",
    formula="class of the worst of pH, dissolved oxygen, permanganate index, ammonia nitrogen and total phosphorus, each by the "
    "mean of its readings of the hour; 1 to 5 for Ⅰ to Ⅴ, 6 for water that fails Ⅴ; with an item missing the class can "
    "only be the same or worse",
    editions=(GB3838_2002,),
    proved_by=_PROVED_BY,
    bounds=(1, 6),
    judged=_class,
    inputs=(*SUMS, "lake_max"),
    grades=WATER_CLASS_GRADES,
)

INDICATORS = (
    _CLASS,
    replace(
        _CLASS,
        id="water-quality.exceeding_items",
        name_en="Items beyond the section's class",
        name_zh="超标项目数",
        question="How many items fail the class that the section is to keep?",
        unit="items",
        formula="items of the class whose own class is worse than the section's; none is told of a section without a class to keep",
        proved_by=(SIMULATOR,),
        bounds=(0, 5),
        judged=_exceeding,
        inputs=(*SUMS, "lake_max", "target_class_max"),
        grades=None,
    ),
    replace(
        _CLASS,
        id="water-quality.exceedance_multiple",
        name_en="Greatest exceedance",
        name_zh="最大超标倍数",
        question="By how many times does the worst item exceed the limit of the section's class?",
        unit="1",
        formula="greatest (mean - limit) / limit of the exceeding items, 0 where none exceeds; not of pH and dissolved oxygen, for "
        "which it is not defined",
        proved_by=(SIMULATOR,),
        bounds=(0, None),
        judged=_multiple,
        inputs=(*SUMS, "lake_max", "target_class_max"),
        grades=None,
    ),
    replace(
        _CLASS,
        id="water-quality.meeting_target_ratio",
        name_en="Share of stations that keep their class",
        name_zh="水质达标率",
        question="Which share of the stations keeps the class of its section?",
        unit="1",
        direction="higher",
        entity_types=("area", "city"),
        formula="stations whose class of the hour is not worse than their section's / stations judged; a station with an item missing "
        "is judged only where it fails already",
        editions=(WATER_TARGETS_V1,),
        proved_by=(SIMULATOR,),
        bounds=(0, 1),
        judged=None,
        inputs=("keeping", "judged"),
        grades=None,
    ),
    _mean("ph", ("pH value", "pH值"), "pH", ("ph_milli_sum", "ph_count"), recorded=True),
    _mean(
        "dissolved_oxygen_mgl",
        ("Dissolved oxygen", "溶解氧"),
        "mg/L",
        ("dissolved_oxygen_ugl_sum", "dissolved_oxygen_count"),
    ),
    _mean(
        "permanganate_mgl",
        ("Permanganate index", "高锰酸盐指数"),
        "mg/L",
        ("permanganate_ugl_sum", "permanganate_count"),
    ),
    _mean("ammonia_mgl", ("Ammonia nitrogen", "氨氮"), "mg/L", ("ammonia_ugl_sum", "ammonia_count")),
    _mean("phosphorus_mgl", ("Total phosphorus", "总磷"), "mg/L", ("phosphorus_ugl_sum", "phosphorus_count")),
    _mean("nitrogen_mgl", ("Total nitrogen", "总氮"), "mg/L", ("nitrogen_ugl_sum", "nitrogen_count")),
    _mean(
        "turbidity_ntu",
        ("Turbidity", "浊度"),
        "NTU",
        ("turbidity_mntu_sum", "turbidity_count"),
        recorded=True,
    ),
    _mean(
        "conductivity_uscm",
        ("Conductivity", "电导率"),
        "µS/cm",
        ("conductivity_nscm_sum", "conductivity_count"),
    ),
    _mean(
        "temperature_c",
        ("Temperature of the water", "水温"),
        "°C",
        ("temperature_mdegc_sum", "temperature_count"),
    ),
    *coverage_of(
        "water-quality",
        "station",
        ("water station", "water stations", "水质自动站"),
        "PT1H",
        _MEASURE,
        owner=_OWNER,
    ),
)
