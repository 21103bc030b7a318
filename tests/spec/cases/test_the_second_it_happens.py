"""Stories of the clock on the wall: a deadline is told the second it passes, and nothing else hangs on that clock."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from told_cases import City, at, stamp, tick

LIVE = "live"


def opened_at(clock: str) -> City:
    """A city on the wall's time with an incident that was received then."""
    city = City()
    city.comes("emergency", tick("emergency", at("09:00"), LIVE), stamp(clock, "F1", "received", run_id=LIVE))
    return city


def ticked(city: City, clock: str) -> list[str]:
    return city.comes("emergency", tick("emergency", at(clock), LIVE))


def test_a_deadline_is_told_in_the_second_after_it_and_its_tick_has_nothing_to_add() -> None:
    city = opened_at("09:00:10")
    ticked(city, "09:12")
    assert city.second("09:12:09") == []
    assert city.second("09:12:10") == ["09:12:10 emergency:F1 2 at_risk received open at_risk"]
    assert ticked(city, "09:13") == []

    ticked(city, "09:15")
    assert city.second("09:15:10") == []
    assert city.second("09:15:11") == ["09:15:10 emergency:F1 3 overdue received open overdue"]
    assert city.second("09:15:12") == []
    assert ticked(city, "09:16") == []


def test_what_the_wall_tells_is_what_the_ticks_would_have_told() -> None:
    by_wall, by_tick = opened_at("09:00:10"), opened_at("09:00:10")
    for minute in range(1, 17):
        for city in (by_wall, by_tick):
            ticked(city, f"09:{minute:02}")
        for second in range(60):
            by_wall.second(f"09:{minute:02}:{second:02}")

    assert by_wall.changes == by_tick.changes
    assert by_wall.counted == by_tick.counted
    assert [change["change"] for change in by_wall.changes] == ["opened", "at_risk", "overdue"]


def test_a_line_that_is_behind_does_not_call_overdue_what_it_has_not_heard_of() -> None:
    city = opened_at("09:00:10")
    ticked(city, "09:10")

    assert city.second("11:00") == []
    assert city.comes("emergency", stamp("09:11", "F1", "arrived", "E1", run_id=LIVE)) == [
        "09:11 emergency:F1 2 moved arrived open none"
    ]


def test_a_recording_has_no_wall() -> None:
    city = City()
    city.ticks("emergency", "09:00")
    city.comes("emergency", stamp("09:00:10", "F1", "received"))
    city.ticks("emergency", "09:15")

    assert city.second("09:15:30") == []
    assert city.ticks("emergency", "09:16")[-1] == "09:15:10 emergency:F1 3 overdue received open overdue"


def test_a_case_that_nobody_opened_waits_for_its_opening_however_late_it_is_on_the_wall() -> None:
    city = City()
    city.comes("emergency", tick("emergency", at("09:00"), LIVE))
    city.comes("emergency", stamp("09:00:30", "F1", "arrived", "E1", run_id=LIVE))
    ticked(city, "09:02")

    assert city.second("09:03:20") == []
    assert ticked(city, "09:03") == ["09:00:30 emergency:F1 1 contradicted received excluded none"]
