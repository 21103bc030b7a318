"""Work safety: do gas, pressure and level stay below each site's own limits, and are hidden dangers put right?"""

from collections.abc import Mapping
from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

_QUANTITIES = {
    "gas": ("gas_permille", "gas_limit_permille"),
    "pressure": ("pressure_kpa", "pressure_limit_kpa"),
    "level": ("level_mm", "level_limit_mm"),
}
"""What is measured, and the site's own limit of it."""


def _against_limit(quantity: str, value: str, limit: str) -> Mapping[str, str]:
    # A reading that is just at the limit does not exceed it; one without a limit can be held against nothing.
    return {
        f"{quantity}_readings": f"COUNT({value})",
        f"{quantity}_limited": f"COUNT(*) FILTER (WHERE {value} IS NOT NULL AND {limit} IS NOT NULL)",
        f"{quantity}_exceeded": f"COUNT(*) FILTER (WHERE {value} > {limit})",
        f"{quantity}_exceeded_s": f"SUM(interval_s) FILTER (WHERE {value} > {limit})",
    }


WORK_SAFETY = of_own_events(
    "work-safety",
    ("Work safety", "安全生产"),
    "report",
    measure="work-safety.reports",
    finest="site",
    window=timedelta(minutes=15),
    # A site's collector sends every minute; a finding is entered on the spot.
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(days=3),
    known=tuple(limit for _, limit in _QUANTITIES.values()),
    counted=Counted(
        "For how long is each site above its own limits, and which hidden dangers are found and put right?",
        {
            **{
                name: aggregate
                for quantity, (value, limit) in _QUANTITIES.items()
                for name, aggregate in _against_limit(quantity, value, limit).items()
            },
            "findings": "COUNT(*) FILTER (WHERE step = 'found')",
            "findings_major": "COUNT(*) FILTER (WHERE step = 'found' AND major = 1)",
            "rectified": "COUNT(*) FILTER (WHERE step = 'rectified')",
            "rectified_due": "COUNT(*) FILTER "
            "(WHERE step = 'rectified' AND since_found_s IS NOT NULL AND limit_s IS NOT NULL)",
            "rectified_on_time": "COUNT(*) FILTER (WHERE step = 'rectified' AND since_found_s <= limit_s)",
        },
    ),
)
