"""Where does this number come from? What the command refuses, and when a number counts as the same."""

from typing import Any

import pytest
from typer.testing import CliRunner

from citybrain import explanation
from citybrain.cli import app
from citybrain.explanation import Explanation, NothingToExplainError
from indicators.catalog import INDICATORS

ROW = {
    "value": 1.5,
    "grade": None,
    "validity": "valid",
    "observations": 3,
    "expected": None,
    "inputs": {"weight": 3},
}


def explain(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["explain", *arguments])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("road.mood", "bj", "2026-04-01"), "is no indicator"),
        (("city.vital_signs_index", "bj", "2026-04-01"), "put together from other indicators"),
        (("road.tpi", "bj' OR 1=1", "2026-04-01"), "is no name of an entity"),
        (("road.tpi", "bj", "last week"), "is not a time"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(arguments: tuple[str, ...], said: str) -> None:
    done = explain(*arguments)

    assert done.exit_code == 1
    assert said in str(done.exception)


def test_a_row_that_is_not_there_is_said_to_be_named_by_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explanation, "query", lambda *_: [])

    done = explain("road.tpi", "bj", "2026-04-01T08:00")

    assert isinstance(done.exception, NothingToExplainError)
    assert "named by its start" in str(done.exception)


@pytest.mark.parametrize(("value", "same"), [(1.5, True), (1.500001, False), (None, False)])
def test_a_number_is_the_same_only_to_the_last_digit(value: float | None, *, same: bool) -> None:
    again = {**ROW, "value": value, "run_id": "judged-again", "revision": 999}
    found = Explanation(INDICATORS["road.tpi"], dict(ROW), [], [], [], 0, {}, again)

    assert found.is_equal is same


def test_a_number_that_was_not_computed_again_is_not_called_the_same() -> None:
    assert not Explanation(INDICATORS["road.tpi"], dict(ROW), [], [], [], 0, {}, None).is_equal
