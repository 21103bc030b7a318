"""Water quality: what do the sondes of surface water measure, section by section?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

_QUANTITIES = {
    "ph": "milli",
    "dissolved_oxygen": "ugl",
    "permanganate": "ugl",
    "ammonia": "ugl",
    "phosphorus": "ugl",
    "nitrogen": "ugl",
    "turbidity": "mntu",
    "conductivity": "nscm",
    "temperature": "mdegc",
}

WATER_QUALITY = of_own_events(
    "water-quality",
    ("Water quality", "水质"),
    "sample",
    measure="water-quality.sample",
    finest="station",
    window=timedelta(hours=1),
    # A station sends every few minutes, and an hour's mean soon after its hour.
    out_of_orderness=timedelta(minutes=10),
    repeat_span=timedelta(hours=72),
    known=("target_class", "is_lake"),
    counted=Counted(
        "What did each station measure of the water in each hour, and which class is its section to keep?",
        {
            **{
                name: aggregate
                for quantity, unit in _QUANTITIES.items()
                for name, aggregate in (
                    (f"{quantity}_count", f"COUNT({quantity}_{unit})"),
                    (f"{quantity}_{unit}_sum", f"SUM({quantity}_{unit})"),
                )
            },
            # The same on every reading of an hour: what the registry knew of the section then.
            "target_count": "COUNT(target_class)",
            "target_class_max": "MAX(target_class)",
            "lake_max": "MAX(is_lake)",
        },
        # A district has no class: water of two sections does not mix.
        rolled_up=False,
    ),
)
