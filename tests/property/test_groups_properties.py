"""Is every change told in the end, once, and never too often, whatever happens to alerts and to the process?"""

from hypothesis import given, settings
from hypothesis import strategies as st
from told_alerts import alert

from streams.deliver.groups import Groups
from streams.deliver.receivers import Receiver

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["s1", "s2", "s3"]),
        st.sampled_from(["raised", "raised", "pending", "cleared", "closed"]),
        st.integers(1, 4),
        st.booleans(),
        st.integers(0, 400),
    ),
    max_size=30,
)


def changes_of(steps):
    """Changes with their moments; a closed alert stays so."""
    sequence, over, now = {}, set(), 0.0
    for entity, state, level, muted, seconds in steps:
        now += seconds
        if entity in over:
            continue
        sequence[entity] = sequence.get(entity, 0) + 1
        if state == "closed":
            over.add(entity)
        mute = ["shelved"] if muted else []
        yield now, alert(entity, sequence[entity], state=state, level=level, worst_level=1, muted_by=mute)


def receiver(wait):
    return Receiver.model_validate(
        {
            "name": "r",
            "url": "https://r.example/",
            "secret_env": "S",
            "group_wait": f"{wait}s",
            "group_interval": f"{2 * wait}s",
            "max_alerts": 2,
        }
    )


def believed(told):
    """What a receiver believes to fire, and at which level."""
    firing = {}
    for notification in told:
        for one in notification.alerts:
            if one["state"] == "raised":
                firing[one["alert_id"]] = one["level"]
            else:
                firing.pop(one["alert_id"], None)
    return firing


@settings(max_examples=200, deadline=None)
@given(STEPS, st.sampled_from([0, 60]), st.integers(0, 30))
def test_in_the_end_a_receiver_believes_what_is_so_also_over_a_kill(steps, wait, cut):
    changes = list(changes_of(steps))
    at, told, newest, muted_end = Groups(receiver(wait), "live"), [], {}, {}
    committed = 0
    for offset, (now, change) in enumerate(changes):
        if offset == cut:
            at = Groups(receiver(wait), "live")
            for one in told:
                at.restore(
                    {
                        "group_key": one.group_key,
                        "sequences": one.sequences,
                        "levels": one.levels,
                        "event_time": int(now * 1000),
                    }
                )
            for _, learned in changes[:committed]:
                at.learn(learned)
            at.catch_up(now)
            for again in range(committed, offset):
                at.on_change(changes[again][1], again, now)
        at.on_change(change, offset, now)
        told += at.take_due(now)
        waiting = at.oldest_offset()
        committed = offset + 1 if waiting is None else waiting
        newest[change["alert_id"]] = change
        muted_end[change["alert_id"]] = bool(change["muted_by"])
    told += at.take_due(1e6)

    assert at.oldest_offset() is None
    firing = believed(told)
    for alert_id, change in newest.items():
        if change["state"] == "raised" and not muted_end[alert_id]:
            assert firing.get(alert_id) == change["level"]
        if change["state"] in {"cleared", "closed"}:
            assert alert_id not in firing
    offsets = [offset for one in told for offset in one.offsets]
    assert all(len(one.alerts) <= 2 for one in told)
    if cut >= len(changes):
        assert len(offsets) == len(set(offsets))
