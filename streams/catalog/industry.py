"""Industry: is the equipment connected, what does it make, and at which cost of energy and emission?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

INDUSTRY = of_own_events(
    "industry",
    ("Industrial internet", "工业互联网"),
    "report",
    measure="industry.plants",
    finest="plant",
    window=timedelta(minutes=15),
    # A plant's gateway asks all of its equipment every few minutes.
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(hours=72),
    counted=Counted(
        "How much of the equipment of each plant is connected and runs, and what did it make, use and emit?",
        {
            "readings": "COUNT(entity_id)",
            "connected": "COUNT(*) FILTER (WHERE state IN ('running', 'idle', 'faulted'))",
            "at_work": "COUNT(*) FILTER (WHERE state = 'running')",
            "faulted": "COUNT(*) FILTER (WHERE state = 'faulted')",
            "output_readings": "COUNT(output_milliunits)",
            # Of one plant: each declares its own unit, and a city cannot add cars to cement.
            "output_milliunits": "SUM(output_milliunits)",
            "energy_readings": "COUNT(energy_wh)",
            "energy_wh": "SUM(energy_wh)",
            "emission_readings": "COUNT(emission_g)",
            "emission_g": "SUM(emission_g)",
        },
        entity="plant_id",
    ),
)
