"""Are the counts of the simulated city's cases those that follow from its own plan, reckoned another way?"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import orjson
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from told_cases import City, at, event, tick

from feeds.civil_time import instant_with_offset
from feeds.decoding import Raw, Rejected
from feeds.directory import FEEDS
from feeds.simulated_order import EVENT, Sent, in_order
from feeds.simulated_plan import plan
from feeds.simulated_size import SMALL
from feeds.simulated_systems import GATEWAYS, SIMULATED

MINUTE = 60_000
START = at("01:00")
MINUTES = 150
CITY = plan(7, START, 8 * 60 * MINUTE, replace(SMALL, links=2))
Said = dict[str, Any]
"""What a case is by the payloads that have arrived: opened, closed and deadlines, epoch milliseconds."""


def sent_by(slug: str) -> Iterator[Sent]:
    return takewhile(lambda sent: sent.at < START + MINUTES * MINUTE, in_order(SIMULATED[slug].sources(CITY)))


def told_of(slug: str) -> City:
    """The desk when every record has been decoded and every minute has ticked."""
    city, next_tick, feed = City(), START, FEEDS[GATEWAYS[slug]]
    for sent in sent_by(slug):
        while next_tick <= sent.at:
            city.comes(slug, tick(slug, next_tick))
            next_tick += MINUTE
        raw = Raw(feed.name, sent.body.write(CITY.offset_ms), {}, sent.at, "simulator", "run-1", 0)
        for item in feed.decode(raw):
            if not isinstance(item, Rejected):
                own = {"ingest_time": sent.at, "area_id": item.get("area_id") or "simcity/east"}
                city.comes(slug, {**event(slug, item["event_time"], item["entity_id"]), **item, **own})
    city.comes(slug, tick(slug, START + MINUTES * MINUTE))
    return city


def network(said: Said, case: Said) -> None:
    limit = {1: 30, 2: 60, 3: 90}.get(said.get("level", 0))
    if said["step"] == "opened":
        case["opened"] = said["at"]
        case["due"] = [] if limit is None else [said["at"] + limit * MINUTE]
    elif said["step"] == "closed":
        case["closed"] = True


def video(said: Said, case: Said) -> None:
    case.update(
        {"opened": said["at"], "due": [said["at"] + 5 * MINUTE]}
        if said["step"] == "raised"
        else {"closed": True}
    )


def work_safety(said: Said, case: Said) -> None:
    if said["step"] == "found":
        # Without a limit of its own it has working days, which are not over within the hours of this test.
        case.update(
            {"opened": said["at"], "due": [said["at"] + said["limit_s"] * 1_000] if said["limit_s"] else []}
        )
    elif said["step"] == "rectified":
        case["closed"] = True


def hotline(said: Said, case: Said) -> None:
    if said["step"] == "opened":
        case["opened"] = said["at"]
        case["due"] = [instant_with_offset(said["due_at"], "due_at"), said["at"] + 30 * MINUTE]
    elif said["step"] == "handed_over":
        case["due"] = case["due"][:1]
    elif said["step"] == "closed":
        case["closed"] = True
    elif said["step"] == "sent_back":
        # The source's own deadline holds on where it lies ahead; a limit of the calendar is not over within this test.
        ahead = [due for due in case["due"][:1] if due >= said["at"]]
        case.update({"closed": False, "due": [*ahead, said["at"] + 30 * MINUTE]})


def facility(said: Said, case: Said) -> None:
    if said["step"] == "reported":
        hours = {"cover": 2, "gas": 1, "water": 4}.get(said["kind"], 24)
        own = said["due_at"]
        case["opened"] = said["at"]
        case["due"] = [
            said["at"] + hours * 60 * MINUTE if own is None else instant_with_offset(own, "due_at")
        ]
    elif said["step"] == "repaired":
        case["closed"] = True


def gov(said: Said, case: Said) -> None:
    if said["step"] == "filed":
        case.update({"opened": said["at"], "due": []})
    elif said["step"] == "decided":
        case["closed"] = True


def community(said: Said, case: Said) -> None:
    if said["step"] == "order_opened":
        limit = said["limit_s"] or (24 * 3_600 if said["kind"] == "repair" else None)
        case.update({"opened": said["at"], "due": [] if limit is None else [said["at"] + limit * 1_000]})
    elif said["step"] == "order_closed":
        case["closed"] = True


def emergency(said: Said, case: Said) -> None:
    step, busy = said["stage"], case.setdefault("busy", set())
    if step == "received":
        case.update({"opened": said["at"], "due": [said["at"] + 15 * MINUTE]})
    elif step in ("dispatched", "en_route", "arrived"):
        busy.add(said["unit"])
        case["closed"] = False
    elif step == "available":
        busy.discard(said["unit"])
        case["closed"] = not busy
    if step == "arrived" or case["closed"]:
        case["due"] = []


def incident(said: Said, case: Said) -> None:
    since = 0 if said["step"] == "reported" else said["since_report_s"]
    if since is not None and "opened" not in case:
        opened = case["opened"] = said["at"] - since * 1_000
        case.setdefault("arrived", opened + 15 * MINUTE)
        if said["level"] < 3:
            case.setdefault("reported_up", opened + 30 * said["level"] * MINUTE)
    if said["step"] in ("arrived", "reported_up"):
        case[said["step"]] = None
    case["due"] = [due for due in (case.get("arrived"), case.get("reported_up")) if due]
    case["closed"] = case["closed"] or said["step"] == "closed"


RECKONINGS = {
    "emergency": ("emergency", emergency, ("incident",)),
    "incident": ("incident", incident, ("incident",)),
    "network": ("security_case", network, ("case",)),
    "video": ("video_alert", video, ("id",)),
    "work-safety": ("hidden_danger", work_safety, ("site", "item")),
    "hotline": ("hotline", hotline, ("id",)),
    "facility": ("facility_repair", facility, ("order",)),
    "gov": ("approval", gov, ("hall", "case")),
    "community": ("community_order", community, ("community", "order")),
}


def reckoned(slug: str) -> dict[int, tuple[int, int]]:
    """Open and overdue at each minute, by what has arrived before it: each minute anew, and without any clock."""
    _, reckon, names = RECKONINGS[slug]
    told = []
    for sent in sent_by(slug):
        if sent.fate == EVENT:
            said = orjson.loads(sent.body.write(CITY.offset_ms))
            if all(said.get(name) is not None for name in names):
                told.append((sent.at, {**said, "at": instant_with_offset(said["at"], "at")}))
    found = {}
    for minute in range(START + 10 * MINUTE, START + (MINUTES + 1) * MINUTE, 10 * MINUTE):
        cases: dict[tuple[str, ...], Said] = defaultdict(lambda: {"due": [], "closed": False})
        for _, said in sorted((item for item in told if item[0] < minute), key=lambda item: item[1]["at"]):
            reckon(said, cases[tuple(said[name] for name in names)])
        standing = [case for case in cases.values() if "opened" in case and not case["closed"]]
        found[minute] = (len(standing), sum(any(due < minute for due in case["due"]) for case in standing))
    return found


@pytest.mark.parametrize("slug", RECKONINGS)
def test_open_and_overdue_cases_are_those_of_the_simulated_city_s_plan(slug: str) -> None:
    kind = RECKONINGS[slug][0]
    counted = {
        row["window_end"]: (row["sums"]["open"], row["sums"]["overdue"])
        for row in told_of(slug).counted
        if (row["entity_type"], row["entity_id"]) == ("case_kind", kind)
    }

    expected = reckoned(slug)
    assert {minute: counted[minute] for minute in expected} == expected
    assert max(cases for cases, _ in expected.values()) > 5
