"""Emergency response: how did each incident pass its milestones? Windows are made of what the case service says."""

from datetime import timedelta

from streams.catalog.declaration import Source, System, Topic, dead_letter_topic, late_topic, raw_topic

_RESPONSES = Topic("city.emergency.response.v1", "emergency_response", key="entity_id")

EMERGENCY = System(
    slug="emergency",
    name_en="Emergency response",
    name_zh="应急处置",
    raw=raw_topic("emergency"),
    dead_letters=dead_letter_topic("emergency"),
    normalized=Topic("city.emergency.status.v1", "emergency_status", key="entity_id"),
    source=Source(
        topic=_RESPONSES,
        late=late_topic(_RESPONSES),
        measure="emergency.response",
        out_of_orderness=timedelta(minutes=2),
        window=timedelta(hours=1),
        counted_once_in="city",
        observed="outcome NOT IN ('overdue', 'overdue_ended')",
    ),
    future_tolerance=timedelta(minutes=1),
    repeat_span=timedelta(hours=48),
    # An incident that nobody mentions again expires after a day.
    settle=timedelta(hours=25),
)
