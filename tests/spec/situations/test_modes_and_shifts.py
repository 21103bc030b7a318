"""When does a mode hold, and who answers for the city?"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from streams.catalog import MODES, SHIFTS
from streams.keyed_state import KeyedState
from streams.situations.declared import OperationsError, read_operations
from streams.situations.situations import Situations

sys.path.insert(0, str(Path(__file__).parent))
from told_changes import MINUTE_MS, START, alert, case, command

HOUR = 60
DAY = 24 * HOUR


class City:
    def __init__(self) -> None:
        self.state = KeyedState()
        self.situations = Situations(self.state, read_operations(), ZoneInfo("Asia/Shanghai"))
        self.modes: list[dict[str, Any]] = []
        self.shifts: list[dict[str, Any]] = []

    def note(self, told: list[Any]) -> list[dict[str, Any]]:
        rows = [dict(row) for _, row in told]
        self.modes += [dict(row) for topic, row in told if topic is MODES]
        self.shifts += [dict(row) for topic, row in told if topic is SHIFTS]
        return rows

    def passes(self, minute: float, run_id: str = "run") -> list[dict[str, Any]]:
        beat = alert("beat", minute=minute, kind="test", longitude=None, latitude=None, run_id=run_id)
        return self.note(self.situations.on_alert(beat))

    def told(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        return self.note(self.situations.on_command(given))


def changes(rows: list[dict[str, Any]]) -> list[str]:
    return [row["change"] for row in rows]


def test_the_flood_season_is_in_force_from_its_first_midnight_in_the_city() -> None:
    city = City()
    city.passes(0)
    (season,) = city.modes
    assert (season["name"], season["change"], season["by"]) == ("flood-season", "begun", "clock")
    begins = datetime.fromtimestamp(season["begins_at"] / 1000, UTC)
    assert begins.isoformat() == "2026-05-31T16:00:00+00:00"


def test_it_ends_when_its_last_day_is_over_and_says_when_that_was() -> None:
    city = City()
    city.passes(0)
    city.passes(122 * DAY)
    ended = [row for row in city.modes if row["change"] == "ended"]
    assert [row["event_time"] for row in ended] == [ended[0]["ends_at"]]
    assert datetime.fromtimestamp(ended[0]["ends_at"] / 1000, UTC).isoformat() == "2026-09-30T16:00:00+00:00"


def test_a_mode_is_begun_and_ended_by_hand_with_who_and_why() -> None:
    city = City()
    city.passes(0)
    (begun, *_) = city.told(
        command("mode.begin", "major-event", minute=5, parameters={"areas": "hz/x; hz/y"})
    )
    assert (begun["change"], begun["areas"], begun["by"], begun["reason"]) == (
        "begun",
        ["hz/x", "hz/y"],
        "duty-officer",
        "because",
    )
    (ended, *_) = city.told(command("mode.end", "major-event", minute=90))
    assert (ended["change"], ended["ends_at"]) == ("ended", START + 90 * MINUTE_MS)


def test_an_announced_mode_begins_at_its_time() -> None:
    city = City()
    city.passes(0)
    later = {"begins_at": str(START + 30 * MINUTE_MS)}
    (announced,) = city.told(command("mode.begin", "major-event", minute=5, parameters=later))
    assert announced["change"] == "announced"
    city.passes(29)
    assert changes(city.modes) == ["begun", "announced"]
    city.passes(31)
    assert (city.modes[-1]["change"], city.modes[-1]["event_time"]) == ("begun", START + 30 * MINUTE_MS)


def test_a_mode_with_an_end_ends_by_itself() -> None:
    city = City()
    city.passes(0)
    city.told(command("mode.begin", "major-event", minute=5, until=START + 60 * MINUTE_MS))
    city.passes(61)
    assert (city.modes[-1]["change"], city.modes[-1]["event_time"]) == ("ended", START + 60 * MINUTE_MS)


def test_a_period_that_was_ended_by_hand_does_not_begin_again() -> None:
    city = City()
    city.passes(0)
    city.told(command("mode.end", "flood-season", minute=5))
    city.passes(DAY)
    assert changes(city.modes) == ["begun", "ended"]


@pytest.mark.parametrize(
    ("name", "target", "why"),
    [("mode.begin", "carnival", "there are holiday"), ("mode.end", "holiday", "is not in force")],
)
def test_a_mode_that_cannot_be_is_refused_with_why(name: str, target: str, why: str) -> None:
    city = City()
    (refused,) = city.told(command(name, target))
    assert refused["change"] == "refused"
    assert why in refused["reason"]


def test_a_mode_raises_the_level_of_duty_and_its_end_lowers_it() -> None:
    city = City()
    city.passes(0)
    assert [row["duty_level"] for row in city.shifts] == ["normal", "reinforced"]
    assert changes(city.shifts) == ["begun", "duty_level"]
    city.told(command("mode.end", "flood-season", minute=5))
    assert city.shifts[-1]["duty_level"] == "normal"


def test_a_shift_begins_by_the_citys_clock() -> None:
    city = City()
    city.passes(1)
    city.passes(12 * HOUR + 1)
    begun = [row for row in city.shifts if row["change"] == "begun"]
    assert [row["shift_id"].partition("|")[0] for row in begun] == ["day", "night"]
    assert [row["event_time"] for row in begun] == [START, START + 12 * HOUR * MINUTE_MS]


def test_until_somebody_takes_over_the_outgoing_role_answers() -> None:
    city = City()
    city.passes(1)
    city.passes(12 * HOUR + 1)
    assert city.shifts[-1]["on_duty"] == "day/duty-officer"
    (taken,) = city.told(
        command("shift.take_over", "duty-officer", minute=12 * HOUR + 9, reason="the pump is off")
    )
    assert (taken["change"], taken["on_duty"]) == ("taken_over", "night/duty-officer")
    assert taken["notes"] == ["duty-officer: the pump is off"]


def test_what_is_open_goes_with_the_one_who_takes_over() -> None:
    city = City()
    city.passes(1)
    city.note(city.situations.on_alert(alert("seen", minute=2, acknowledged=True)))
    city.note(city.situations.on_alert(alert("quiet", minute=2, shelved_until=START)))
    city.note(city.situations.on_alert(alert("over", minute=2)))
    city.note(city.situations.on_alert(alert("over", minute=3, state="closed")))
    city.note(city.situations.on_case(case("hotline:1", minute=3, risk="overdue")))
    (taken,) = city.told(command("shift.take_over", "shift-leader", minute=9))
    assert taken["open_alerts"] == ["quiet", "seen"]
    assert (taken["acknowledgements"], taken["shelves"]) == (["seen"], ["quiet"])
    assert (taken["open_cases"], taken["overdue_cases"]) == (1, 1)
    assert taken["modes"] == ["flood-season"]


def test_a_role_that_the_roster_does_not_know_cannot_take_over() -> None:
    city = City()
    city.passes(1)
    (refused,) = city.told(command("shift.take_over", "mayor", minute=2))
    assert refused["change"] == "refused"
    assert "no role mayor in this shift; there are duty-officer" in refused["notes"][-1]


def test_a_replay_that_goes_back_begins_shifts_of_its_own() -> None:
    city = City()
    city.passes(3 * DAY)
    city.passes(0, "another")
    assert city.shifts[-1]["run_id"] == "another"
    begun = [row for row in city.shifts if row["change"] == "begun"]
    assert begun[-1]["event_time"] == START


def test_after_a_leap_of_the_clock_only_the_newest_shifts_are_told() -> None:
    city = City()
    city.passes(1)
    city.passes(100 * DAY)
    assert sum(row["change"] == "begun" for row in city.shifts) == 1 + 8


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("joint.yaml", "combinations: [{id: a}]", "combinations.0.name_zh"),
        ("modes.yaml", "modes: 7", "modes"),
        ("shifts.yaml", "shifts: {", "is no YAML"),
    ],
)
def test_a_wrong_declaration_is_refused_by_file_and_field(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    for given in Path("operations").glob("*.yaml"):
        (tmp_path / given.name).write_text(given.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(OperationsError, match=rf"{file}.*{said}|{said}"):
        read_operations(tmp_path)


def test_a_day_with_an_hour_that_nobody_has_is_refused(tmp_path: Path) -> None:
    for given in Path("operations").glob("*.yaml"):
        text = given.read_text(encoding="utf-8").replace('from: "20:00"', 'from: "21:00"')
        (tmp_path / given.name).write_text(text, encoding="utf-8")
    with pytest.raises(OperationsError, match="somebody must always be on duty"):
        read_operations(tmp_path)
