"""Which numbers tell how good the air is?"""

from indicators.air_rules import HJ633_2012, HJ633_2012_CNEMC, HJ633_2012_TEXT, HJ633_2026
from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Indicator
from indicators.grades import AQI_GRADES

_MEASURE = "air.concentration"
_PROVED_BY = ("beijing-air", "cnemc-air", SIMULATOR)
_OWNER = "Ecology and environment bureau (生态环境局)"

INDICATORS = (
    Indicator(
        id="air.aqi_hourly",
        name_en="Hourly air quality index",
        name_zh="空气质量指数（实时报）",
        question="How good is the air in this hour?",
        unit="1",
        direction="lower",
        entity_types=("station", "area", "city"),
        window="PT1H",
        formula="largest sub-index of the six pollutants' 1-hour means, rounded up; an area or city from its stations' means",
        editions=(HJ633_2012_CNEMC, HJ633_2026),
        variants=(HJ633_2012_TEXT,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, 500),
        grades=AQI_GRADES,
    ),
    Indicator(
        id="air.aqi_daily",
        name_en="Daily air quality index",
        name_zh="空气质量指数（日报）",
        question="How good was the air on this day?",
        unit="1",
        direction="lower",
        entity_types=("station", "area", "city"),
        window="P1D",
        formula="largest sub-index of the natural-day means and the daily maximum 8-hour mean of ozone, rounded up; "
        "until 2026-02-28 also of ozone's daily maximum 1-hour mean; an area or city from the mean of its stations' "
        "daily values",
        editions=(HJ633_2012, HJ633_2026),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, 500),
        grades=AQI_GRADES,
    ),
    Indicator(
        id="air.pm25_ugm3",
        name_en="Hourly PM2.5",
        name_zh="细颗粒物（PM2.5）小时平均浓度",
        question="How much fine dust is in the air in this hour?",
        unit="µg/m³",
        direction="lower",
        entity_types=("station", "area", "city"),
        window="PT1H",
        formula="sum of concentrations / count of values; an area or city is the mean of its stations' means",
        editions=(HJ633_2012_CNEMC, HJ633_2026),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=_PROVED_BY,
        bounds=(0, None),
    ),
    *coverage_of("air", "station", ("station", "stations", "站点"), "PT1H", _MEASURE, owner=_OWNER),
)
