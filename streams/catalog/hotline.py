"""Citizens' hotline 12345: is it answered, and are cases handled?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events


def _of(step: str, value: str = "1") -> str:
    return f"SUM(CASE WHEN step = '{step}' THEN {value} ELSE 0 END)"


HOTLINE = of_own_events(
    "hotline",
    ("Citizens' hotline", "12345 热线与网格化治理"),
    "step",
    measure="hotline.handling",
    finest="cell",
    window=timedelta(hours=1),
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(days=3),
    counted=Counted(
        "How many calls and cases came, how long did they wait, and what became of them, by area and kind?",
        {
            "answered_in_time": _of("answered", "in_time"),
            "answered_late": _of("answered", "1 - in_time"),
            "given_up_early": _of("given_up", "in_time"),
            "given_up_late": _of("given_up", "1 - in_time"),
            "opened": _of("opened"),
            "closed": _of("closed"),
            "handling_s_sum": _of("closed", "COALESCE(handling_s, 0)"),
            "due": _of("closed", "CASE WHEN in_time IS NULL THEN 0 ELSE 1 END"),
            "closed_on_time": _of("closed", "COALESCE(in_time, 0)"),
            "sent_back": _of("sent_back"),
            "rated": _of("rated"),
            "satisfied": "SUM(satisfied)",
        },
        entity="cell_id",
    ),
)
