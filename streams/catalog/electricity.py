"""Electricity: how much flows in, is used and is lost, and who is without?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events


def _of(kind: str) -> str:
    return f"SUM(CASE WHEN kind = '{kind}' THEN energy_wh ELSE 0 END)"


def _readings(kind: str) -> str:
    return f"COUNT(CASE WHEN kind = '{kind}' THEN energy_wh END)"


ELECTRICITY = of_own_events(
    "electricity",
    ("Electricity", "智慧电网"),
    "reading",
    measure="electricity.flows",
    finest="asset",
    window=timedelta(hours=1),
    # A half hour is told when it is over, by its beginning, and then is a quarter of an hour on its way.
    out_of_orderness=timedelta(minutes=45),
    repeat_span=timedelta(hours=72),
    known=("customers",),
    counted=Counted(
        "How much energy came from the grid and the sun, how much was billed, and which customers had none?",
        {
            # Of one asset: its own. Of a district or the city it would add a feeder to the substation before it.
            "energy_wh": "SUM(energy_wh)",
            "energy_s": "SUM(CASE WHEN energy_wh IS NOT NULL THEN covered_s ELSE 0 END)",
            "supply_wh": _of("substation"),
            "supply_readings": _readings("substation"),
            "pv_wh": _of("pv"),
            "billed_wh": _of("meter"),
            "billed_readings": _readings("meter"),
            "state_s": "SUM(CASE WHEN out_s IS NOT NULL THEN covered_s ELSE 0 END)",
            "out_s": "SUM(out_s)",
            "customer_s": "SUM(CASE WHEN out_s IS NOT NULL THEN covered_s * customers ELSE 0 END)",
            "customer_out_s": "SUM(out_s * customers)",
            "customers_interrupted": "SUM(outages * customers)",
        },
    ),
)
