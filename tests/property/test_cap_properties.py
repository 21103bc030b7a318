"""Is every CAP document one that the schema of OASIS takes, whatever an alert says?"""

from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from told_alerts import alert, checked, command

from streams.deliver.cap_desk import CapDesk, Sender
from streams.deliver.shapes import Shape

WORDS = st.text(st.characters(), max_size=300)
"""Control characters, surrogates and markup, too."""
TIMES = st.integers(0, 4_000_000_000_000)
ALERTS = st.fixed_dictionaries(
    {
        "title": WORDS,
        "level": st.integers(1, 4),
        "rule_id": WORDS,
        "alert_id": st.text(st.characters(), min_size=1, max_size=200),
        "entity_id": WORDS,
        "entity_type": WORDS,
        "area_id": st.none() | WORDS,
        "runbook": st.none() | WORDS | st.just("http://[") | st.just("https://ok.example/a b"),
        "reason": st.none() | WORDS,
        "standard": st.none() | WORDS,
        "cap_category": st.sampled_from(["Env", "Transport", "no such one"]),
        "kind": st.sampled_from(["state", "no_data", "test", "flood"]),
        "value": st.none() | st.floats(),
        "threshold": st.none() | st.floats(),
        "unit": WORDS,
        "latitude": st.none() | st.floats(-90, 90),
        "longitude": st.none() | st.floats(-180, 180),
        "event_time": TIMES,
        "began_at": TIMES,
    }
)
LIVES = st.lists(
    st.tuples(st.sampled_from(["raised", "pending", "cleared", "closed"]), st.booleans(), st.integers(1, 4)),
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(
    ALERTS, st.sampled_from(["Asia/Shanghai", "UTC", "Asia/Kathmandu"]), st.sampled_from(["live", "drill"])
)
def test_every_document_fits_the_schema_whatever_an_alert_says(told, zone, mode):
    shapes = {told["area_id"] or "": Shape(told["title"], told["unit"], ())}
    desk = CapDesk(Sender("ops.example", told["title"]), mode, ZoneInfo(zone), shapes)

    records = desk.on_alert(alert(mode=mode, **told))
    for by in ("one", "two"):
        records += desk.on_command(command("cap.release", records[0]["identifier"], by=by, mode=mode))

    for record in records:
        checked(record["xml"])
        assert record["sender"] == "ops.example"
        if mode != "live" or told["kind"] == "test":
            assert record["status"] != "Actual"
    assert any(record["status"] == "Actual" for record in records) == (
        mode == "live" and told["kind"] != "test"
    )


@settings(max_examples=50, deadline=None)
@given(LIVES, st.integers(0, 12))
def test_a_restart_anywhere_changes_no_message(life, cut):
    changes = [
        alert(sequence=number, state=state, muted_by=["shelved"] if muted else [], level=level)
        for number, (state, muted, level) in enumerate(life, 1)
    ]
    whole, first, second = (CapDesk(Sender("o"), "live", ZoneInfo("UTC"), {}) for _ in range(3))
    wanted = [record for change in changes for record in whole.on_alert(change)]

    written = [record for change in changes[:cut] for record in first.on_alert(change)]
    for record in written:
        second.learn(record)
    # What was not committed is read again.
    written += [record for change in changes[max(0, cut - 3) :] for record in second.on_alert(change)]

    assert written == wanted
    told = [record["msg_type"] for record in wanted]
    assert all(later != "Alert" or earlier == "Cancel" for earlier, later in pairwise(told))
