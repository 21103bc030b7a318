"""Stories of a source that corrects itself: what it said last of a status is what holds."""

import sys
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from told_cases import City, at, event, line_of, tick


def step(clock: str, said: str, number: str, version: int = 0, quality: str = "good") -> dict[str, Any]:
    """A step of a security case; `number` is the source's own of what it says."""
    body = event("network", at(clock), "desk-1", step=said, case_id="n1", level=1, source_version=version)
    return {**body, "event_id": number, "quality": quality}


def closed_case() -> City:
    city = City()
    city.comes("network", tick("network", at("09:00")))
    city.comes("network", step("09:00", "opened", "a"), step("09:20", "closed", "b"))
    return city


def corrected(city: City, *events: dict[str, Any]) -> list[str]:
    return [line_of(result) for one in events for result in city.desk.on_late("network", one)]


def test_a_corrected_moment_takes_the_place_of_the_one_that_was_told() -> None:
    city = closed_case()

    assert corrected(city, step("09:30", "closed", "b", version=1)) == [
        "09:30 security_case:n1 3 noted closed closed handled none"
    ]
    (case,) = city.state.items("case|")
    assert case[1]["told"]["ended"] == {"handling": 1_800}


def test_a_correction_says_that_it_is_one() -> None:
    city = closed_case()
    (result,) = city.desk.on_late("network", step("09:30", "closed", "b", version=1))
    assert result.record["reason"] == "corrected by its source"  # type: ignore[union-attr]


def test_an_older_version_and_the_same_one_again_change_nothing() -> None:
    city = closed_case()
    corrected(city, step("09:30", "closed", "b", version=2))

    assert (
        corrected(city, step("09:40", "closed", "b", version=1), step("09:30", "closed", "b", version=2))
        == []
    )


def test_a_closing_that_is_taken_back_leaves_the_case_open() -> None:
    city = closed_case()
    assert corrected(city, step("09:20", "closed", "b", version=1, quality="withdrawn")) == [
        "09:20 security_case:n1 3 reopened opened open in_time"
    ]


def test_a_case_whose_opening_is_taken_back_is_excluded() -> None:
    city = City()
    city.comes("network", tick("network", at("09:00")), step("09:00", "opened", "a"))

    assert corrected(city, step("09:00", "opened", "a", version=1, quality="withdrawn")) == [
        "09:00 security_case:n1 2 excluded opened excluded none"
    ]
    assert city.comes("network", tick("network", at("18:00"))) == []


@st.composite
def versions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """An opening and up to three more steps, each said in up to three versions, some taken back."""
    found = []
    for number, said in enumerate(
        ("opened", *draw(st.lists(st.sampled_from(("closed", "opened")), max_size=3)))
    ):
        for version in range(draw(st.integers(1, 3))):
            minute = draw(st.integers(0, 50))
            # A source takes back what it has said, not what it says for the first time.
            quality = draw(st.sampled_from(("good", "withdrawn"))) if version else "good"
            found.append(step(f"09:{minute:02}", said, str(number), version, quality))
    return found


@given(versions(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_in_any_order_the_same_versions_lead_to_the_same_case(
    told: list[dict[str, Any]], chance: Any
) -> None:
    shuffled = [*told, *told[: len(told) // 2]]
    chance.shuffle(shuffled)
    cities = []
    for events in (told, shuffled):
        city = City()
        city.comes("network", tick("network", at("08:59")))
        for one in events:
            city.desk.on_late("network", one)
        city.comes("network", tick("network", at("20:00")))
        cities.append({key: _standing(case) for key, case in city.state.items("case|")})

    assert cities[0] == cities[1]


def _standing(case: dict[str, Any]) -> Any:
    told = case["told"]
    return None if told is None or told["status"] == "excluded" else told
