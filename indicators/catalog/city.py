"""Which numbers tell how the city is as a whole?"""

from indicators.catalog.declaration import Indicator
from indicators.vital_signs import SCORE_MAX, VITAL_SIGNS

_PARTS = ", ".join(f"{part.indicator} ({part.weight})" for part in VITAL_SIGNS.parts)

INDICATORS = (
    Indicator(
        id="city.vital_signs_index",
        name_en="City vital-signs index",
        name_zh="城市运行体征指数",
        question="How is the city, or a district, in one figure?",
        unit="1",
        direction="higher",
        entity_types=("area", "city"),
        window="PT1H",
        formula=f"mean of the parts' scores, 0 to 100, by their weights: {_PARTS}; parts without a valid value are "
        f"left out and named, and with less than {float(VITAL_SIGNS.minimum_covered):.0%} of the weight there is none",
        editions=(VITAL_SIGNS.edition,),
        measure="city.vital_signs",
        owner_department="City operation management centre (城市运行管理中心)",
        public=False,
        bounds=(0, SCORE_MAX),
    ),
)
