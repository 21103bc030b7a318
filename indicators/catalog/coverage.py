"""Which numbers tell how much of what should report has reported? One declaration a system, all alike."""

from dataclasses import replace

from indicators.catalog.declaration import Indicator
from indicators.coverage import COVERAGE_V1


def coverage_of(
    system: str, entity_type: str, called: tuple[str, str, str], window: str, measure: str, *, owner: str
) -> tuple[Indicator, Indicator]:
    """The share of a system's expected reporters that were heard in a window, by place; and of each its day.

    called: what the reporters are called: one, several, and in Chinese.
    """
    single, plural, name_zh = called
    by_place = Indicator(
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
        owner_department=owner,
        public=False,
        bounds=(0, 1),
        coverage_of=entity_type,
    )
    by_reporter = replace(
        by_place,
        id=f"{system}.uptime_ratio",
        name_en=f"Share of the day in which a {single} was heard",
        name_zh=f"{name_zh}在线率",
        question=f"How reliably does this {single} report?",
        entity_types=(entity_type,),
        window="P1D",
        formula="windows of the civil day with at least one accepted observation / windows of the day since the run began",
    )
    return by_place, by_reporter
