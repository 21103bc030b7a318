"""When are alerts and cases of several systems one thing that happened?"""

import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from streams.catalog import JOINT_EVENTS
from streams.keyed_state import KeyedState
from streams.situations.declared import read_operations
from streams.situations.joint import MEMBERS_MAX
from streams.situations.situations import Situations

sys.path.insert(0, str(Path(__file__).parent))
from told_changes import MINUTE_MS, RUN, SQUARE, START, alert, case, command

DECLARED = read_operations()
METRE = 1 / 111_195
"""Degrees of latitude."""


class City:
    def __init__(self) -> None:
        self.state = KeyedState()
        self.joint: list[dict[str, Any]] = []
        self._begin()

    def _begin(self) -> None:
        self.situations = Situations(self.state, DECLARED, ZoneInfo("Asia/Shanghai"))

    def restart(self) -> None:
        """Begin again from what was kept."""
        self.state = KeyedState(dict(self.state.items("")))
        self._begin()

    def hears(self, change: dict[str, Any]) -> list[dict[str, Any]]:
        on = self.situations
        told = (
            on.on_alert
            if "severity" in change or ("alert_id" in change and "case_id" not in change)
            else on.on_case
        )(change)
        rows = [dict(row) for topic, row in told if topic is JOINT_EVENTS]
        self.joint += rows
        return rows

    def told(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        rows = [dict(row) for topic, row in self.situations.on_command(given) if topic is JOINT_EVENTS]
        self.joint += rows
        return rows


def test_a_slow_road_and_a_complaint_beside_it_are_one_thing() -> None:
    city = City()
    city.hears(alert("slow", level=3))
    (formed,) = city.hears(case("hotline:7", minute=4))

    assert (formed["change"], formed["sequence"]) == ("formed", 1)
    assert formed["members"] == ["alert:slow", "case:hotline:7"]
    assert formed["systems"] == ["hotline", "road"]
    assert (formed["level"], formed["combination"]) == (3, "blocked-road")
    assert formed["began_at"] == START


def test_two_alerts_of_one_system_are_two_things() -> None:
    city = City()
    city.hears(alert("one"))
    assert city.hears(alert("other", minute=1)) == []


def test_systems_that_no_combination_has_together_stay_apart() -> None:
    city = City()
    city.hears(alert("one", "air"))
    assert city.hears(alert("other", "metro")) == []


def test_500_metres_and_ten_minutes_are_the_limits_and_both_belong() -> None:
    for metres, minutes, joined in ((499, 10, True), (502, 0, False), (0, 10.1, False)):
        city = City()
        city.hears(alert("one"))
        place = {"latitude": SQUARE[1] + metres * METRE}
        assert bool(city.hears(alert("other", "hotline", minute=minutes, **place))) is joined, (
            metres,
            minutes,
        )


def test_an_alert_without_a_place_joins_nothing() -> None:
    city = City()
    city.hears(alert("one"))
    assert city.hears(case("hotline:1", longitude=None, latitude=None)) == []


def test_a_case_that_an_alert_opened_is_not_another_thing() -> None:
    city = City()
    city.hears(alert("one", "road"))
    assert city.hears(case("incident:alert:one", "incident", alert_id="one")) == []


def test_the_gravest_member_leads() -> None:
    city = City()
    city.hears(alert("mild", level=4))
    (formed,) = city.hears(alert("grave", "video", level=1, minute=2))
    assert formed["members"][0] == "alert:grave"
    assert formed["level"] == 1


def test_one_that_links_two_joint_events_merges_them_into_the_older() -> None:
    city = City()
    apart = {"latitude": SQUARE[1] + 900 * METRE}
    city.hears(alert("a"))
    (older,) = city.hears(case("hotline:1", minute=1))
    city.hears(alert("b", minute=2, **apart))
    (younger,) = city.hears(case("hotline:2", minute=3, **apart))
    ended, merged = city.hears(alert("c", "video", minute=4, latitude=SQUARE[1] + 450 * METRE))

    assert (ended["joint_id"], ended["change"]) == (younger["joint_id"], "ended")
    assert ended["reason"] == f"merged into {older['joint_id']}"
    assert (merged["joint_id"], merged["change"]) == (older["joint_id"], "merged")
    assert len(merged["members"]) == 5


def test_it_ends_with_the_last_of_its_members() -> None:
    city = City()
    city.hears(alert("slow"))
    city.hears(case("hotline:7", minute=4))
    assert city.hears(alert("slow", minute=20, state="cleared")) == []
    (ended,) = city.hears(case("hotline:7", minute=30, status="closed"))
    assert (ended["change"], ended["ended_at"]) == ("ended", START + 30 * MINUTE_MS)


def test_what_people_split_the_clock_does_not_put_together_again() -> None:
    city = City()
    city.hears(alert("slow"))
    (formed,) = city.hears(case("hotline:7", minute=1))
    members = {"members": "case:hotline:7"}
    (split,) = city.told(command("joint.split", formed["joint_id"], minute=2, parameters=members))
    assert (split["change"], split["members"], split["by"]) == ("split", ["alert:slow"], "duty-officer")

    (joined,) = city.hears(alert("seen", "video", minute=3))
    assert joined["members"] == ["alert:slow", "alert:seen"]


def test_people_merge_what_is_far_apart() -> None:
    city = City()
    city.hears(alert("slow"))
    (formed,) = city.hears(case("hotline:7", minute=1))
    city.hears(alert("far", "noise", latitude=SQUARE[1] + 1))
    members = {"members": "alert:far"}
    (merged,) = city.told(command("joint.merge", formed["joint_id"], minute=2, parameters=members))
    assert (merged["change"], merged["reason"], len(merged["members"])) == ("merged", "because", 3)


def test_a_command_for_a_joint_event_that_is_not_there_is_refused_with_why() -> None:
    (refused,) = City().told(command("joint.split", "joint|x"))
    assert (refused["change"], refused["sequence"]) == ("refused", 0)
    assert "no joint event joint|x is open" in refused["reason"]


def test_nothing_is_told_twice_when_a_batch_is_read_again_after_a_kill() -> None:
    city = City()
    changes = [alert("slow"), case("hotline:7", minute=1), alert("seen", "video", minute=2)]
    for change in changes:
        city.hears(change)
    before = list(city.joint)
    city.restart()
    for change in changes:
        assert city.hears(change) == []
    assert city.joint == before


def test_a_joint_event_has_so_many_members_and_no_more() -> None:
    city = City()
    city.hears(alert("slow"))
    for number in range(MEMBERS_MAX + 5):
        city.hears(case(f"hotline:{number}", minute=number / 100))
    assert max(len(row["members"]) for row in city.joint) == MEMBERS_MAX


changes = st.lists(
    st.tuples(
        st.sampled_from(["road", "video", "hotline", "noise", "air"]),
        st.integers(0, 30),
        st.integers(0, 2_000),
    ),
    max_size=8,
)


@given(said=changes, data=st.data())
def test_who_is_together_at_the_end_does_not_hang_on_who_was_heard_first(
    said: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    heard = [
        alert(f"{number}", system, minute=minute, latitude=SQUARE[1] + metres * METRE)
        for number, (system, minute, metres) in enumerate(said)
    ]

    def groups(order: list[dict[str, Any]]) -> set[frozenset[str]]:
        city = City()
        for change in order:
            city.hears(change)
        newest = {row["joint_id"]: row for row in city.joint}
        return {frozenset(row["members"]) for row in newest.values() if row["ended_at"] is None}

    assert groups(heard) == groups(data.draw(st.permutations(heard)))


@given(said=changes)
def test_sequences_have_no_gap(said: list[tuple[str, int, int]]) -> None:
    city = City()
    for number, (system, minute, metres) in enumerate(said):
        city.hears(alert(f"{number}", system, minute=minute, latitude=SQUARE[1] + metres * METRE))
    for number, (system, minute, _) in enumerate(said):
        city.hears(alert(f"{number}", system, minute=minute + 60, state="closed"))
    for joint_id in {row["joint_id"] for row in city.joint}:
        told = [row["sequence"] for row in city.joint if row["joint_id"] == joint_id]
        assert told == list(range(1, len(told) + 1))
        assert city.joint[[row["joint_id"] for row in city.joint].index(joint_id)]["run_id"] == RUN
