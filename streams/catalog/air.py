"""Air quality: what did each station measure of the six pollutants in each hour?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

_POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")

AIR = of_own_events(
    "air",
    ("Air quality", "空气质量"),
    "observation",
    measure="air.concentration",
    finest="station",
    window=timedelta(hours=1),
    # An hour's mean carries the start of its hour and is published up to an hour after its end.
    out_of_orderness=timedelta(hours=1),
    repeat_span=timedelta(hours=72),
    counted=Counted(
        "What did each station measure of the six pollutants in each hour?",
        {
            name: aggregate
            for pollutant in _POLLUTANTS
            for name, aggregate in (
                (f"{pollutant}_sum_ngm3", f"SUM({pollutant}_ngm3)"),
                (f"{pollutant}_count", f"COUNT({pollutant}_ngm3)"),
            )
        },
        # A city's value is the mean of its stations' means, which is not a sum: the judge folds it.
        rolled_up=False,
    ),
)
