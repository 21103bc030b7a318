"""Stories of cases: what was said, what the clock did, what is told."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from told_cases import City, at, event, line_of, stamp, tick


def test_an_incident_is_at_risk_after_twelve_minutes_and_overdue_after_fifteen() -> None:
    city = City()
    city.ticks("emergency", "09:00")

    assert city.comes("emergency", stamp("09:00:10", "F1", "received")) == [
        "09:00:10 emergency:F1 1 opened received open in_time"
    ]
    assert city.ticks("emergency", "09:12") == []
    assert city.ticks("emergency", "09:13") == ["09:12:10 emergency:F1 2 at_risk received open at_risk"]
    assert city.ticks("emergency", "09:15") == []
    assert city.ticks("emergency", "09:16") == ["09:15:10 emergency:F1 3 overdue received open overdue"]
    assert city.comes("emergency", stamp("09:16:30", "F1", "arrived", "E1")) == [
        "09:16:30 emergency:F1 4 moved arrived open none"
    ]
    assert city.comes("emergency", stamp("09:40", "F1", "available", "E1")) == [
        "09:40 emergency:F1 5 closed closed closed handled none"
    ]
    closed = city.changes[-1]
    assert closed["ended"] == {"arrival": 980}
    assert (closed["opened_at"], closed["closed_at"]) == (at("09:00:10"), at("09:40"))
    assert closed["lead_department"] == "急救中心"


def test_at_the_very_deadline_it_is_not_overdue_yet() -> None:
    city = City()
    city.comes("emergency", stamp("09:00", "F1", "received"))

    assert city.ticks("emergency", "09:15") == ["09:12 emergency:F1 2 at_risk received open at_risk"]
    assert city.comes("emergency", stamp("09:15", "F1", "arrived", "E1")) == [
        "09:15 emergency:F1 3 moved arrived open none"
    ]


def test_what_was_told_overdue_too_soon_is_in_time_again_when_the_arrival_is_heard_of() -> None:
    city = City()
    city.comes("emergency", stamp("09:00", "F1", "received"))
    assert city.ticks("emergency", "09:16")[-1] == "09:15 emergency:F1 3 overdue received open overdue"

    assert city.comes("emergency", stamp("09:14", "F1", "arrived", "E1")) == [
        "09:14 emergency:F1 4 moved arrived open none"
    ]
    assert city.changes[-1]["ended"] == {"arrival": 840}


def test_a_case_closes_when_the_last_unit_is_free() -> None:
    city = City()
    city.comes("emergency", stamp("09:00", "F1", "received"))
    for unit in ("E1", "E2"):
        city.comes("emergency", stamp("09:01", "F1", "dispatched", unit))
    assert city.comes("emergency", stamp("09:09", "F1", "available", "E1")) == []
    assert city.comes("emergency", stamp("09:10", "F1", "available", "E2")) == [
        "09:10 emergency:F1 3 closed closed closed withdrawn none"
    ]


def test_a_unit_that_is_sent_again_opens_the_case_again() -> None:
    city = City()
    city.comes("emergency", stamp("09:00", "F1", "received"), stamp("09:01", "F1", "arrived", "E1"))
    city.comes("emergency", stamp("09:09", "F1", "available", "E1"))

    assert city.comes("emergency", stamp("09:30", "F1", "dispatched", "E2")) == [
        "09:30 emergency:F1 4 reopened dispatched open none"
    ]


def test_statuses_before_their_opening_wait_for_it_and_become_one_history() -> None:
    city = City()
    assert city.comes("emergency", stamp("09:02", "F1", "dispatched", "E1")) == []
    assert city.comes("emergency", stamp("09:07", "F1", "arrived", "E1")) == []

    assert city.comes("emergency", stamp("09:00", "F1", "received")) == [
        "09:00 emergency:F1 1 opened received open in_time",
        "09:02 emergency:F1 2 moved dispatched open in_time",
        "09:07 emergency:F1 3 moved arrived open none",
    ]


def test_what_was_never_opened_is_told_as_a_contradiction_and_counts_nowhere() -> None:
    city = City()
    city.comes("emergency", stamp("09:02", "F1", "arrived", "E1"))
    assert city.ticks("emergency", "09:03") == []

    assert city.ticks("emergency", "09:04") == ["09:02 emergency:F1 1 contradicted received excluded none"]
    assert "not that it was opened" in city.changes[-1]["reason"]
    assert city.count_of("emergency", "09:04") == (0, 0, 0, 0, 0)


def test_the_same_status_again_changes_nothing() -> None:
    city = City()
    received = stamp("09:00", "F1", "received")
    city.comes("emergency", received)

    assert city.comes("emergency", received) == []


def test_what_contradicts_is_named_with_its_reason_and_changes_nothing() -> None:
    city = City()
    city.comes("network", event("network", at("09:00"), "desk-1", step="opened", case_id="n1", level=1))
    city.comes("network", event("network", at("09:10"), "desk-1", step="closed", case_id="n1", level=1))

    assert city.comes(
        "network", event("network", at("09:20"), "desk-1", step="closed", case_id="n1", level=1)
    ) == ["09:20 security_case:n1 3 contradicted closed closed handled none"]
    assert city.changes[-1]["reason"] == "`closed` is told of two moments; the first holds"
    assert city.changes[-1]["closed_at"] == at("09:10")


def test_a_closing_that_was_earlier_than_told_corrects_it_without_a_second_close() -> None:
    city = City()
    city.comes("network", event("network", at("09:00"), "desk-1", step="opened", case_id="n1", level=1))
    city.comes("network", event("network", at("09:10"), "desk-1", step="closed", case_id="n1", level=1))

    told = city.comes(
        "network", event("network", at("09:05"), "desk-1", step="closed", case_id="n1", level=1)
    )

    assert told == [
        "09:05 security_case:n1 3 noted closed closed handled none",
        "09:10 security_case:n1 4 contradicted closed closed handled none",
    ]
    assert city.changes[-1]["closed_at"] == at("09:05")


def test_a_call_is_opened_and_closed_by_the_record_of_its_answer() -> None:
    city = City()
    city.ticks("hotline", "09:00")

    assert city.comes(
        "hotline", event("hotline", at("09:00:40"), "call-1", step="answered", kind="供水", waited_s=40)
    ) == [
        "09:00 hotline_call:call-1 1 opened ringing open in_time",
        "09:00:40 hotline_call:call-1 2 closed answered closed handled none",
    ]
    assert city.changes[-1]["ended"] == {"answer": 40}


def test_a_closing_says_when_a_case_was_opened_that_nobody_told_of() -> None:
    city = City()

    assert city.comes(
        "hotline", event("hotline", at("09:00"), "c1", step="closed", kind="供水", handling_s=3_600)
    ) == [
        "08:00 hotline:c1 1 opened opened open in_time",
        "09:00 hotline:c1 2 closed closed closed handled none",
    ]


def test_the_due_time_that_the_source_gives_goes_before_the_declared_one() -> None:
    city = City()
    city.comes(
        "hotline", event("hotline", at("09:00"), "c1", step="opened", kind="供水", due_time=at("11:00"))
    )

    assert city.changes[0]["running"] == {"hand_over": at("09:30"), "handling": at("11:00")}
    assert city.ticks("hotline", "09:31") == [
        "09:24 hotline:c1 2 at_risk opened open at_risk",
        "09:30 hotline:c1 3 overdue opened open overdue",
    ]
    assert city.comes("hotline", event("hotline", at("09:32"), "c1", step="handed_over", kind="供水")) == [
        "09:32 hotline:c1 4 moved handed_over open in_time"
    ]
    assert city.changes[-1]["lead_department"] == "水利局"


def test_a_complaint_is_due_when_the_office_closes_on_its_tenth_working_day() -> None:
    city = City()
    # Wednesday, 1 April 2026, 10:00 in Shanghai; the 4th to the 6th are holidays.
    city.comes("hotline", event("hotline", at("02:00"), "c1", step="opened", kind="噪声"))

    # The tenth working day is Thursday the 16th, 18:00 there.
    assert city.changes[0]["running"]["handling"] == at("+15 10:00")
    assert city.changes[0]["assisting_departments"] == ["公安局"]


def test_sent_back_it_is_open_again_with_a_new_clock() -> None:
    city = City()
    city.comes("hotline", event("hotline", at("02:00"), "c1", step="opened", kind="咨询"))
    city.comes("hotline", event("hotline", at("03:00"), "c1", step="closed", kind="咨询"))

    assert city.comes("hotline", event("hotline", at("04:00"), "c1", step="sent_back", kind="咨询")) == [
        "04:00 hotline:c1 3 reopened sent_back open in_time"
    ]
    assert city.changes[-1]["running"] == {"hand_over": at("04:30"), "handling": at("+1 10:00")}


def test_the_level_decides_which_clocks_run() -> None:
    city = City()
    said = {"incident_type": "accident", "lead_department": "消防救援支队", "origin": "call"}
    city.comes("incident", event("incident", at("09:00"), "i1", step="reported", level=1, **said))
    city.comes("incident", event("incident", at("09:00"), "i4", step="reported", level=4, **said))

    assert [change["running"] for change in city.changes] == [
        {"arrival": at("09:15"), "report_up": at("09:30")},
        {"arrival": at("09:15")},
    ]
    city.comes("incident", event("incident", at("09:10"), "i1", step="reported_up", level=1, **said))
    assert city.changes[-1]["change"] == "moved"
    assert city.changes[-1]["running"] == {"arrival": at("09:15")}
    assert city.changes[-1]["ended"] == {"report_up": 600}


def test_a_verdict_is_the_outcome_of_a_video_alert() -> None:
    city = City()
    said = {"alert_type": "litter", "alert_id": "v1"}
    city.comes("video", event("video", at("09:00"), "camera-1", step="raised", **said))

    assert city.comes(
        "video", event("video", at("09:04"), "camera-1", step="judged", verdict="false", **said)
    ) == ["09:04 video_alert:v1 2 closed judged closed false none"]


def test_a_case_of_which_nothing_is_heard_is_excluded_and_opens_again_when_something_is() -> None:
    city = City()
    city.comes("emergency", stamp("09:00", "F1", "received"))
    assert (
        city.ticks("emergency", "+1 09:00")[-1] == "+1 09:00 emergency:F1 4 excluded received excluded none"
    )
    assert city.changes[-1]["reason"] == "nothing was heard of it for 24 h"

    assert city.comes("emergency", stamp("+1 10:00", "F1", "dispatched", "E1")) == [
        "+1 10:00 emergency:F1 5 reopened dispatched open in_time"
    ]


def test_a_closed_case_is_kept_for_two_days_and_then_forgotten() -> None:
    city = City()
    city.comes("emergency", stamp("09:00", "F1", "received"), stamp("09:10", "F1", "available"))
    assert city.ticks("emergency", "+2 09:09") == []

    assert city.ticks("emergency", "+2 09:10") == ["emergency:F1 gone"]
    assert not list(city.state.items("case|"))


def test_a_new_run_ends_what_the_old_one_left_open() -> None:
    city = City()
    city.comes("emergency", stamp("09:00", "F1", "received"))

    assert city.comes("emergency", tick("emergency", at("07:00"), "run-2")) == [
        "09:00 emergency:F1 2 excluded received excluded none",
        "emergency:F1 gone",
    ]
    assert city.changes[-1]["reason"] == "another run has begun: run-2"
    assert not list(city.state.items("case|"))


def test_the_clock_of_a_system_is_that_of_its_slowest_partition() -> None:
    city = City(partitions=2)
    city.comes("emergency", stamp("09:00", "F1", "received"))
    assert city.ticks("emergency", "09:20", partition=0) == []

    assert city.ticks("emergency", "09:13", partition=1) == [
        "09:12 emergency:F1 2 at_risk received open at_risk"
    ]


def test_a_year_without_declared_holidays_has_no_deadline_and_says_why() -> None:
    city = City()
    later = at("+1000 02:00")
    city.comes("hotline", event("hotline", later, "c1", step="opened", kind="噪声"))

    assert "handling" not in city.changes[0]["running"]
    assert "has no holidays of 2028" in city.changes[0]["reason"]


def test_a_status_that_came_too_late_for_its_window_still_closes_its_case() -> None:
    city = City()
    city.ticks("network", "09:00")
    city.comes("network", event("network", at("09:00"), "desk-1", step="opened", case_id="n1", level=1))
    city.ticks("network", "10:00")
    closed = event("network", at("09:20"), "desk-1", step="closed", case_id="n1", level=1)

    (result,) = city.desk.on_late("network", closed)
    assert line_of(result) == "09:20 security_case:n1 4 closed closed closed handled none"
    assert result.record["ended"] == {"handling": 1_200}


def test_what_is_late_of_another_run_or_withdrawn_changes_nothing() -> None:
    city = City()
    city.comes("network", event("network", at("09:00"), "desk-1", step="opened", case_id="n1", level=1))
    closed = event("network", at("09:20"), "desk-1", step="closed", case_id="n1", level=1)

    assert city.desk.on_late("network", {**closed, "run_id": "backfill-1"}) == []
    assert city.desk.on_late("network", {**closed, "quality": "withdrawn"}) == []
