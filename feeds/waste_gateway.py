"""What do the collection points of the simulated city's sorted waste report? JSON, as `feeds/gateway.py` says.

A reading: `point`, `at` (ISO 8601 with its offset), `kind`, and by its kind `fill_percent` (`fill`), `audited_kg` and
`right_kg` of one bin or bag, with `sample` where an audit has several (`audit`), `collected_kg` (`weighing`),
`households` and `took_part` (`participation`). A bag may carry the code of its household; that is not read.
"""

from collections.abc import Mapping
from typing import Any

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway import count_of
from feeds.gateway_fields import city_gateway, fixed_point, one_of, whole

G_PER_KG = 1_000
AUDITED_MAX_G = 10_000_000
"""Ten tonnes: more than anybody looks through at once."""
COLLECTED_MAX_G = 100_000_000
"""More than any lorry carries."""
HOUSEHOLDS_MAX = 100_000
SAMPLE_MAX = 10_000
FIELDS = {
    "fill": ("fill_permille",),
    "audit": ("audited_g", "right_g"),
    "weighing": ("collected_g",),
    "participation": ("households", "took_part"),
}
"""What a reading of each kind is about."""
_PARTS = {"right_g": "audited_g", "took_part": "households"}


def _sample(reading: Mapping[str, Any], who: str) -> int:
    return count_of(reading.get("sample", 0), (0, SAMPLE_MAX), f"{who}: sample")


def _of_its_kind(event: Event) -> Event:
    """The event with what its kind is about, and nothing else. Raises UnfitError(MISSING_VALUE or OUT_OF_RANGE)."""
    mine = FIELDS[event["kind"]]
    for name in mine:
        if event[name] is None:
            raise UnfitError(
                RejectReason.MISSING_VALUE, f"{event['entity_id']}: {event['kind']} without {name}"
            )
    for part, everything in _PARTS.items():
        if part in mine and event[part] > event[everything]:
            raise UnfitError(
                RejectReason.OUT_OF_RANGE,
                f"{event['entity_id']}: {part} is {event[part]} of {event[everything]}",
            )
    others = {name for names in FIELDS.values() for name in names if name not in mine}
    return {**event, **dict.fromkeys(others)}


FEED = city_gateway(
    "waste",
    "Collection points",
    "point",
    {
        "kind": one_of("kind", tuple(FIELDS)),
        "sample": _sample,
        "fill_permille": fixed_point("fill_percent", 10, 0, 1_000, optional=True),
        "audited_g": fixed_point("audited_kg", G_PER_KG, 1, AUDITED_MAX_G, optional=True),
        "right_g": fixed_point("right_kg", G_PER_KG, 0, AUDITED_MAX_G, optional=True),
        "collected_g": fixed_point("collected_kg", G_PER_KG, 0, COLLECTED_MAX_G, optional=True),
        "households": whole("households", 1, HOUSEHOLDS_MAX, optional=True),
        "took_part": whole("took_part", 0, HOUSEHOLDS_MAX, optional=True),
    },
    identity=("kind", "sample"),
    completed=_of_its_kind,
)
