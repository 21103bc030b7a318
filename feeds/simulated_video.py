"""What do the simulated city's cameras raise, and what do people say to it? Three cameras a district; half is false."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import orjson

from feeds.civil_time import HOUR_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Simulated, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Told, event, sent_twice_at_times, spoiled
from feeds.video_gateway import TYPES

SYSTEM = "video"
WINDOW_MS = HOUR_MS
_LIMIT_S = 300
_JUDGED_AFTER_S = (25, 90, 240, 299, 300, 301, 1_200)
_VERDICTS = ("confirmed", "confirmed", "confirmed", "false", "false", "false", "unclear")
SUMS = (
    *("alerts", "judged", "confirmed", "false_alerts"),
    *("judged_timed", "judging_s_sum", "judged_due", "judged_on_time"),
)
FAULTS = (
    Fault(RejectReason.BAD_VALUE, (("type", "face"),)),
    Fault(RejectReason.OUT_OF_RANGE, (("confidence", 1.2),)),
    Fault(RejectReason.MISSING_VALUE, (("step", "judged"),)),
    Fault(RejectReason.BAD_VALUE, (("verdict", "false"),)),
    Fault(RejectReason.MISSING_ENTITY, (("id", None),)),
    Fault(RejectReason.MISSING_ENTITY, (("area", " "),)),
    Fault(RejectReason.MISSING_TIME, (("at", None),)),
    Fault(RejectReason.UNREADABLE, cut=5),
)


def _cameras(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"camera-{name}-{number}", f"{CITY}/{name}", number)
        for name in size.districts
        for number in range(1, 4)
    )


def _told(plan: Plan, camera: Thing, at: int, said: Mapping[str, Any], adds: Mapping[str, int]) -> Told:
    body = {"camera": camera.name, "area": camera.area_id, "at": written(at, plan.offset_ms), **said}
    places = (("cell", f"{camera.area_id}:{said['type']}"), ("area", camera.area_id), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple((name, adds.get(name, 0)) for name in SUMS), orjson.dumps(body))


def _alert(camera: Thing, number: int, rng: Random) -> dict[str, Any]:
    # Each camera watches for three things.
    kind = TYPES[(camera.number * 3 + rng.randrange(3)) % len(TYPES)]
    confidence = rng.randrange(400, 1_000) / 1_000
    return {"id": f"{camera.name}-{number}", "type": kind, "confidence": confidence}


def _judged(plan: Plan, camera: Thing, raised: int, alert: Mapping[str, Any], rng: Random) -> Told:
    """What people say to an alert; one in eight times it is not known how soon, one in six has no limit."""
    after_s, verdict = rng.choice(_JUDGED_AFTER_S), rng.choice(_VERDICTS)
    timed, limited = rng.randrange(8) > 0, rng.randrange(6) > 0
    said = {
        **alert,
        "step": "judged",
        "verdict": verdict,
        "since_alert_s": after_s if timed else None,
        "limit_s": _LIMIT_S if limited else None,
    }
    adds = {
        "judged": 1,
        "confirmed": int(verdict == "confirmed"),
        "false_alerts": int(verdict == "false"),
        "judged_timed": int(timed),
        "judging_s_sum": after_s if timed else 0,
        "judged_due": int(timed and limited),
        "judged_on_time": int(timed and limited and after_s <= _LIMIT_S),
    }
    return _told(plan, camera, raised + after_s * SECOND_MS, said, adds)


def _alerts_of(plan: Plan, camera: Thing) -> Iterator[Planned]:
    """Alerts of a camera; whether and when one will be judged is known when it is raised."""
    rng = plan.random(SYSTEM, camera.name)
    at, number = plan.start + rng.randrange(600) * SECOND_MS, 0
    while True:
        alert = _alert(camera, number, rng)
        raised = _told(plan, camera, at, {**alert, "step": "raised"}, {"alerts": 1})
        sent = event(SYSTEM, at + rng.randrange(200, 45_000), camera.name, raised)
        yield from sent_twice_at_times(sent, at, rng, 7_000)
        if rng.randrange(5) > 0:
            verdict = _judged(plan, camera, at, alert, rng)
            yield at, event(SYSTEM, verdict.event_time + rng.randrange(200, 45_000), camera.name, verdict)
        at, number = at + rng.randrange(60, 900) * SECOND_MS, number + 1


def _alert_to_spoil(plan: Plan, camera: Thing, at: int, rng: Random) -> tuple[str, Told]:
    alert = {**_alert(camera, 0, rng), "id": f"spoiled-{at}", "step": "raised"}
    return camera.name, _told(plan, camera, at, alert, {})


def video_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of records of video alerts."""
    cameras = _cameras(plan.size)
    return [
        *(_alerts_of(plan, camera) for camera in cameras),
        spoiled(SYSTEM, plan, FAULTS, lambda at, rng: _alert_to_spoil(plan, cameras[0], at, rng)),
    ]


SIMULATED = Simulated(SYSTEM, video_sources)
