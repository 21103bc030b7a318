"""What does somebody read who has set something wrong, or whose line is down?"""

import sys

import httpx
import pytest

from citybrain import cli
from schemas.registry import RegistryError
from streams.reading import NotReadError


def told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str, **settings: str
) -> str:
    """What the command says before it ends with 1."""
    monkeypatch.setattr(sys, "argv", ["citybrain", *arguments])
    # It would write to this test's own standard error for as long as the process lives.
    monkeypatch.setattr(cli, "configure_logging", lambda: None)
    for name, value in settings.items():
        monkeypatch.setenv(f"CITYBRAIN_{name}", value)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    return capsys.readouterr().err


def test_wrong_settings_are_named_each_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(
        monkeypatch, capsys, "status", SYSTEMS="roads", WITHOUT="judge", ZONE="Nowhere", BASE_PORT="many"
    )

    assert "citybrain: CITYBRAIN_SYSTEMS names no system with roads; there are road, air," in said
    assert "CITYBRAIN_WITHOUT names judge; a line can do without cases, situations, alerts, deliver" in said
    assert "CITYBRAIN_ZONE='Nowhere' is not a time zone" in said
    assert "CITYBRAIN_BASE_PORT: Input should be a valid integer" in said
    assert "Traceback" not in said


def test_a_store_that_is_not_there_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(monkeypatch, capsys, "sql", "SELECT 1", BASE_PORT="64900")

    assert "does not answer" in said
    assert "citybrain status" in said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RegistryError(503, 50001, "no leader"), "The schema registry failed: no leader"),
        (httpx.ReadTimeout("timed out"), "A part of the line does not answer: ReadTimeout('timed out')"),
        (NotReadError("city.road.raw.v1-0: not read to the end"), "city.road.raw.v1-0: not read to the end"),
    ],
)
def test_a_part_that_fails_a_command_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, words: str
) -> None:
    def failing() -> None:
        raise error

    monkeypatch.setattr(cli, "app", failing)

    said = told(monkeypatch, capsys, "replay", "beijing-air")

    assert words in said
    assert "Traceback" not in said
