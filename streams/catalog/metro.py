"""Metro and city card: how many go in and out of each station?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

METRO = of_own_events(
    "metro",
    ("Metro and city card", "地铁与市民卡"),
    "passage",
    measure="metro.passengers",
    finest="station",
    window=timedelta(minutes=15),
    # Gates send what they kept when their connection was down; most of it comes within a minute.
    out_of_orderness=timedelta(minutes=1),
    repeat_span=timedelta(hours=6),
    counted=Counted(
        "How many passengers go in and out of each station, each district and the whole network?",
        {
            "entries": "SUM(entries)",
            "exits": "SUM(exits)",
            # Where nobody counts who comes out, nought would be a lie.
            "exit_counts": "COUNT(entity_id) - COUNT(exits_uncounted)",
        },
    ),
)
