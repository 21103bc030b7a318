"""Farming: how dry is the soil, how cold the night, how cold the cold chain, what do markets pay, and which pests are found?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

FARMING = of_own_events(
    "farming",
    ("Farming", "智慧农业"),
    "report",
    measure="farming.report",
    finest="site",
    window=timedelta(hours=1),
    # Fields are far away: what could not be sent is sent with the next reading.
    out_of_orderness=timedelta(minutes=15),
    repeat_span=timedelta(hours=72),
    known=("limit_mdegc",),
    counted=Counted(
        "How dry and how cold was it at each site, how often too warm in the cold chain, what was sold, which pests were found?",
        {
            "soil_count": "COUNT(soil_permille)",
            "soil_permille_sum": "SUM(soil_permille)",
            "temperature_count": "COUNT(temperature_mdegc)",
            "temperature_mdegc_min": "MIN(temperature_mdegc)",
            # Only of chains of which the registry knows their limit.
            "chain_count": "COUNT(*) FILTER (WHERE chain_mdegc IS NOT NULL AND limit_mdegc IS NOT NULL)",
            "chain_breaks": "COUNT(*) FILTER (WHERE chain_mdegc > limit_mdegc)",
            "volume_count": "COUNT(volume_kg)",
            "volume_kg_sum": "SUM(volume_kg)",
            "turnover_fen_sum": "SUM(price_fen * volume_kg)",
            "pest_count": "COUNT(pests)",
            "pests": "SUM(pests)",
        },
    ),
)
