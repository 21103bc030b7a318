"""Weather: what do the stations measure of rain, wind and temperature, and which official warnings are in force?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

WEATHER = of_own_events(
    "weather",
    ("Weather and its warnings", "气象与自然灾害预警"),
    "report",
    measure="weather.report",
    finest="station",
    window=timedelta(hours=1),
    # A reading carries the start of the minutes that it is of, and comes soon after their end.
    out_of_orderness=timedelta(minutes=10),
    repeat_span=timedelta(hours=72),
    counted=Counted(
        "How much rain fell, how strong was the wind and how warm was it, and which warnings were issued and lifted?",
        {
            "rain_count": "COUNT(rain_um)",
            "rain_um_sum": "SUM(rain_um)",
            "rain_s_sum": "SUM(rain_s)",
            "wind_count": "COUNT(wind_mms)",
            "wind_mms_max": "MAX(wind_mms)",
            "temperature_count": "COUNT(temperature_mdegc)",
            "temperature_mdegc_sum": "SUM(temperature_mdegc)",
            "issued": "COUNT(*) FILTER (WHERE step = 'issued')",
            "lifted": "COUNT(*) FILTER (WHERE step = 'lifted')",
            "lead_count": "COUNT(lead_s)",
            "lead_s_sum": "SUM(lead_s)",
        },
    ),
)
