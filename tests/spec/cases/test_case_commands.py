"""Stories of cases that people and alerts open, change and close, and of what is refused."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from told_cases import City, at, command, event, stamp

ALERT = "road.jam|area|simcity/east|1775000000000|run-1"


def opened(**parameters: str) -> City:
    city = City()
    city.ticks("emergency", "09:00")
    city.told("case.open", "task:t1", "09:00", area_id="simcity/east", level="2", **parameters)
    return city


def test_a_case_opened_by_hand_says_who_and_why() -> None:
    city = opened()

    (change,) = city.changes
    assert (change["case_id"], change["change"], change["sequence"]) == ("task:t1", "opened", 1)
    assert (change["source"], change["by"], change["reason"]) == ("manual", "duty-officer", "on request")
    assert (change["level"], change["area_id"]) == (2, "simcity/east")
    assert change["running"] == {"acceptance": at("09:10"), "handling": at("13:00")}
    assert change["run_id"] == "run-1"


def test_a_kind_alone_opens_a_case_under_the_command_s_own_number() -> None:
    city = City()
    city.told("case.open", "task", "09:00", area_id="simcity/east")

    assert city.changes[0]["case_id"].startswith("task:manual:case.open@")


def test_a_case_of_an_alert_carries_the_alert_and_returns_its_outcome() -> None:
    city = City()
    city.ticks("emergency", "09:00")
    target = f"task:alert:{ALERT}"
    city.told("case.open", target, "09:00", area_id="simcity/east", limit_s="3600", source="alert")
    city.told("case.close", target, "09:20", outcome="false")

    assert [change["alert_id"] for change in city.changes] == [ALERT, ALERT]
    assert city.changes[0]["running"]["handling"] == at("10:00")
    assert (city.changes[-1]["status"], city.changes[-1]["outcome"]) == ("closed", "false")


def test_by_hand_it_moves_is_transferred_paused_and_closed() -> None:
    city = opened()

    assert city.told("case.update", "task:t1", "09:05", state="accepted") == [
        "09:05 task:t1 2 moved accepted open in_time"
    ]
    assert city.told("case.update", "task:t1", "09:06", lead_department="水利局") == [
        "09:06 task:t1 3 transferred accepted open in_time"
    ]
    assert city.told("case.update", "task:t1", "09:07", reason="the crew is on its way") == [
        "09:07 task:t1 4 noted accepted open in_time"
    ]
    assert city.told("case.update", "task:t1", "09:10", pause="begin") == [
        "09:10 task:t1 5 paused accepted open none"
    ]
    assert city.changes[-1]["running"] == {}
    assert city.told("case.update", "task:t1", "10:10", pause="end") == [
        "10:10 task:t1 6 resumed accepted open in_time"
    ]
    assert city.changes[-1]["running"] == {"handling": at("14:00")}
    assert city.told("case.close", "task:t1", "10:40", outcome="handled") == [
        "10:40 task:t1 7 closed closed closed handled none"
    ]
    assert city.changes[-1]["ended"] == {"acceptance": 300, "handling": 2_400}
    assert city.changes[-1]["lead_department"] == "水利局"


def test_while_it_is_paused_no_clock_tells_anything() -> None:
    city = opened()
    city.told("case.update", "task:t1", "09:05", pause="begin")

    assert city.ticks("emergency", "13:30") == []
    city.told("case.update", "task:t1", "13:35", pause="end")
    assert city.ticks("emergency", "13:41")[-1] == "13:40 task:t1 5 overdue opened open overdue"


def test_a_supervised_case_has_a_deadline_of_its_own() -> None:
    city = opened()

    assert city.told("case.supervise", "task:t1", "09:01", until=at("09:05")) == [
        "09:01 task:t1 2 supervised opened open in_time"
    ]
    assert city.changes[-1]["supervised"] is True
    assert city.changes[-1]["running"]["supervision"] == at("09:05")
    assert city.ticks("emergency", "09:06") == [
        "09:04:12 task:t1 3 at_risk opened open at_risk",
        "09:05 task:t1 4 supervision_overdue opened open overdue",
    ]
    assert city.told("case.supervise", "task:t1", "09:07", lift="true") == [
        "09:07 task:t1 5 noted opened open in_time"
    ]
    assert city.changes[-1]["supervised"] is False


def test_a_case_is_excluded_for_a_reason_that_its_kind_declares() -> None:
    city = opened()

    assert city.told("case.close", "task:t1", "09:05", exclude="duplicate", reason="same as t0") == [
        "09:05 task:t1 2 excluded opened excluded none"
    ]
    assert city.changes[-1]["reason"] == "duplicate: same as t0"


def test_what_is_refused_is_told_with_its_reason_and_the_case_stays_as_it_was() -> None:
    city = opened()
    for name, parameters, reason in (
        ("case.open", {}, "task:t1 is there already, and is open"),
        ("case.update", {"state": "flying"}, "task has no state flying: there are opened, accepted"),
        ("case.update", {"state": "closed"}, "`closed` closes it: give case.close"),
        ("case.update", {"level": "9"}, "level is '9': write a whole number from 1 to 4"),
        ("case.update", {"colour": "red"}, "case.update knows no colour"),
        ("case.close", {"outcome": "forgotten"}, "task has no outcome 'forgotten'"),
        (
            "case.close",
            {"exclude": "boredom"},
            "task is not excluded for 'boredom': its reasons are duplicate",
        ),
    ):
        (line,) = city.told(name, "task:t1", "09:02", **parameters)
        assert "contradicted opened open in_time" in line
        assert reason in city.changes[-1]["reason"]
        assert city.changes[-1]["command_id"].startswith(name)
    assert [change["sequence"] for change in city.changes] == list(range(1, 9))


def test_a_command_that_contradicts_the_history_is_refused() -> None:
    city = opened()
    city.told("case.close", "task:t1", "09:05")

    city.told("case.update", "task:t1", "09:06", pause="begin")
    assert city.changes[-1]["change"] == "contradicted"
    assert city.changes[-1]["reason"] == "refused: it is closed, and no clock runs"


def test_a_command_for_a_case_that_is_not_there_is_answered_under_its_own_number() -> None:
    city = City()
    city.told("case.close", "task:t9", "09:05")
    city.told("case.open", "picnic:p1", "09:06")

    nowhere, no_kind = city.changes
    assert nowhere["case_id"].startswith("refused:case.close@")
    assert "no case task:t9 is known" in nowhere["reason"]
    assert "there is no kind 'picnic': there are emergency, incident" in no_kind["reason"]
    assert not list(city.state.items("case|"))


def test_the_same_command_again_changes_nothing() -> None:
    city = opened()
    close = command("case.close", "task:t1", at("09:05"))

    assert len(city.desk.on_command(close)) == 1
    assert city.desk.on_command(close) == []
    assert city.desk.on_command(command("alert.acknowledge", ALERT, at("09:05"))) == []


def test_a_case_that_a_source_opened_is_closed_by_hand_and_opens_again_when_its_source_goes_on() -> None:
    city = City()
    city.comes("emergency", stamp("09:00", "F1", "received"), stamp("09:01", "F1", "dispatched", "E1"))
    city.told("case.close", "emergency:F1", "09:20", outcome="transferred")

    assert city.changes[-1]["outcome"] == "transferred"
    assert city.comes("emergency", stamp("09:30", "F1", "arrived", "E1")) == [
        "09:30 emergency:F1 4 reopened arrived open none"
    ]


def test_a_complaint_taken_by_hand_belongs_to_the_run_of_its_system() -> None:
    city = City()
    city.comes("hotline", event("hotline", at("09:00"), "c0", step="opened", kind="噪声"))
    asked = command("case.open", "hotline:c1", at("09:01"), type="供水", area_id="simcity/east")

    (result,) = city.desk.on_command({**asked, "run_id": "live"})
    assert result.record["run_id"] == "run-1"
    assert result.record["lead_department"] == "水利局"
