"""Which numbers tell what the weather is, and whether people were warned of it in time?"""

from dataclasses import replace

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Indicator, Sums
from indicators.catalog.figures import extreme, mean, total
from indicators.grades import RAIN_GRADES
from indicators.rounding import as_float
from indicators.weather import WARNINGS_V1, WEATHER_V1, HourOfRain, rain_total

_MEASURE = "weather.report"
_PROVED_BY = ("beijing-weather", SIMULATOR)
_OWNER = "Meteorological bureau (气象局)"


def _rain(_: str, sums: Sums) -> Figure:
    hour = rain_total([HourOfRain(sums["rain_um_sum"], sums["rain_s_sum"])], 1)
    details = {} if hour.reason is None else {"reason": hour.reason}
    return Figure(None if hour.value is None else as_float(hour.value), None, hour.validity, details)


_RAIN_1H = Indicator(
    id="weather.rain_1h_mm",
    name_en="Rain in the hour",
    name_zh="1小时降水量",
    question="How much rain fell in the hour?",
    unit="mm",
    direction=None,
    entity_types=("station", "area", "city"),
    window="PT1H",
    formula="rain measured in the hour / the hours in which it was measured, summed over the stations, but at least one: of a "
    "station what it measured, of a place the mean of its stations; insufficient with less than 45 minutes measured",
    editions=(WEATHER_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    proved_by=_PROVED_BY,
    bounds=(0, None),
    judged=_rain,
    inputs=("rain_um_sum", "rain_s_sum"),
)
_IN_FORCE = Indicator(
    id="weather.warnings_in_force",
    name_en="Warnings in force",
    name_zh="生效预警数",
    question="How many official warnings are in force?",
    unit="warnings",
    direction="lower",
    entity_types=("area", "city"),
    window="PT1H",
    formula="warnings issued - warnings lifted since the run began, never below 0: who is lifted without having been issued in "
    "it counts for nothing; told with every partial result and at the end of each hour",
    editions=(WARNINGS_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    bounds=(0, None),
    inputs=("in_force",),
)

INDICATORS = (
    _RAIN_1H,
    replace(
        _RAIN_1H,
        id="weather.rain_3h_mm",
        name_en="Rain in three hours",
        name_zh="3小时降水量",
        question="How much rain fell in the last three hours?",
        formula="sum of the rain of the three hours that end with this one; no value unless each was measured for 45 minutes",
        judged=None,
        inputs=("rain_um", "hours"),
    ),
    replace(
        _RAIN_1H,
        id="weather.rain_24h_mm",
        name_en="Rain in 24 hours",
        name_zh="24小时降水量",
        question="How much rain fell in the last 24 hours?",
        formula="sum of the rain of the 24 hours that end with this one, as far as it was measured; no value unless 20 of them "
        "were measured for 45 minutes each",
        judged=None,
        inputs=("rain_um", "hours"),
        grades=RAIN_GRADES,
    ),
    replace(
        _RAIN_1H,
        id="weather.wind_ms",
        name_en="Greatest wind",
        name_zh="最大风速",
        question="How strong was the strongest wind?",
        unit="m/s",
        formula="the greatest wind speed of any reading of the hour",
        judged=extreme("wind_mms_max", "wind_count", per=1_000),
        inputs=("wind_mms_max", "wind_count"),
    ),
    replace(
        _RAIN_1H,
        id="weather.temperature_c",
        name_en="Mean temperature",
        name_zh="平均气温",
        question="How warm was it?",
        unit="°C",
        formula="sum of the temperatures of the readings of the hour / readings with a temperature",
        bounds=(-90, 60),
        judged=mean("temperature_mdegc_sum", "temperature_count", per=1_000),
        inputs=("temperature_mdegc_sum", "temperature_count"),
    ),
    replace(
        _IN_FORCE,
        id="weather.warnings_issued",
        name_en="Warnings issued",
        name_zh="发布预警数",
        question="How many official warnings were issued?",
        direction=None,
        formula="count of the warnings that were issued in the hour",
        judged=total("issued"),
        inputs=("issued",),
    ),
    _IN_FORCE,
    replace(
        _IN_FORCE,
        id="weather.lead_minutes",
        name_en="Lead time of warnings",
        name_zh="预警提前量",
        question="How long before its onset was a warning issued?",
        unit="min",
        direction="higher",
        formula="mean of declared onset - issue over the warnings whose onset was declared in the hour; negative where they came "
        "too late",
        bounds=(None, None),
        judged=mean("lead_s_sum", "lead_count", per=60),
        inputs=("lead_s_sum", "lead_count"),
    ),
    *coverage_of(
        "weather",
        "station",
        ("weather station", "weather stations", "气象站"),
        "PT1H",
        _MEASURE,
        owner=_OWNER,
    ),
)
