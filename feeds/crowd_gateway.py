"""What do the people counters of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `site`, `at` (ISO 8601 with its offset), the `period_s` before it that counts are of, and of `entries`,
`exits` and `present` whatever is counted there. Counters see faces and hear telephones; whatever a reading says of
persons beside their number is not read.
"""

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, whole

COUNT_MAX = 1_000_000
"""More than any place holds, or lets through its gates in an hour."""
PERIOD_MAX_S = 3_600
COUNTS = ("entries", "exits", "present")


def _counted(event: Event) -> Event:
    """The event, if anything was counted. Raises UnfitError(MISSING_VALUE)."""
    if all(event[name] is None for name in COUNTS):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{event['entity_id']}: nothing was counted")
    return event


FEED = city_gateway(
    "crowd",
    "People counters",
    "site",
    {
        "period_s": whole("period_s", 1, PERIOD_MAX_S),
        **{name: whole(name, 0, COUNT_MAX, optional=True) for name in COUNTS},
    },
    completed=_counted,
)
