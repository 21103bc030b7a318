"""Which numbers tell how much of what should report has reported? One declaration a system, all alike."""

from indicators.catalog.declaration import Indicator
from indicators.coverage import COVERAGE_V1

_NAMES = {"link": ("links", "路段"), "station": ("stations", "站点")}


def coverage_of(system: str, entity_type: str, window: str, measure: str, owner_department: str) -> Indicator:
    """The share of a system's expected reporters that were heard in a window, by district and city."""
    plural, name_zh = _NAMES[entity_type]
    return Indicator(
        id=f"{system}.coverage_ratio",
        name_en=f"Share of {plural} heard",
        name_zh=f"{name_zh}数据覆盖率",
        question=f"Which share of the expected {plural} has reported?",
        unit="1",
        direction="higher",
        entity_types=("area", "city"),
        window=window,
        formula=f"expected {plural} with at least one accepted observation in the window / expected {plural}",
        editions=(COVERAGE_V1,),
        measure=measure,
        owner_department=owner_department,
        public=False,
        bounds=(0, 1),
        coverage_of=entity_type,
    )
