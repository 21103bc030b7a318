"""When do the events of a window not add up, and who is told?"""

from typing import Any

import pytest

from citybrain import accounting
from citybrain.accounting import Account, Accountant
from citybrain.settings import Settings


def account(archived: int = 10, observed: int = 9, late: int = 1, start: int = 0) -> Account:
    return Account("road.travel_time", start, start + 300_000, "live", archived, observed, late)


class World:
    """What the store would say, and what was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.accounts: list[Account] = []
        self.raised: list[str] = []
        self.told: list[tuple[str, str]] = []
        monkeypatch.setattr(accounting, "accounts", lambda _: iter(self.accounts))
        monkeypatch.setattr(accounting, "query", lambda *_: [{"alarm_id": found} for found in self.raised])
        monkeypatch.setattr(accounting, "Registry", lambda _: None)
        monkeypatch.setattr(accounting, "publish", lambda *given: self._publish(given[-1]))

    def _publish(self, rows: list[tuple[str, dict[str, Any]]]) -> None:
        for key, row in rows:
            self.told.append((key, row["state"]))
            if row["state"] == "raised":
                self.raised.append(key)
            else:
                self.raised.remove(key)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_what_is_observed_or_late_is_accounted_for() -> None:
    assert account().unaccounted == 0
    assert account(archived=12).unaccounted == 2
    assert account(archived=8).unaccounted == -2


def test_a_window_that_does_not_add_up_twice_is_an_alarm_told_once(world: World) -> None:
    wrong = world.accounts = [account(archived=12)]
    accountant = Accountant(Settings())

    assert [accountant.look(), accountant.look(), accountant.look()] == [[], wrong, wrong]
    assert world.told == [("unaccounted|road.travel_time|0|live", "raised")]


def test_what_was_only_on_its_way_is_no_alarm(world: World) -> None:
    accountant = Accountant(Settings())
    for archived in (12, 11, 10):
        world.accounts = [account(archived=archived)]
        assert accountant.look() == []

    assert world.told == []
    assert not accountant.has_doubts


def test_an_alarm_is_cleared_when_the_window_adds_up_again(world: World) -> None:
    world.accounts = [account(archived=12), account(start=300_000)]
    accountant = Accountant(Settings())
    accountant.look()
    accountant.look()

    world.accounts = [account(archived=12, observed=12, late=0), account(start=300_000)]
    assert accountant.look() == []
    assert [state for _, state in world.told] == ["raised", "cleared"]
    assert world.raised == []


@pytest.mark.parametrize(("archived", "word"), [(12, "citybrain restate"), (8, "more observations")])
def test_an_alarm_says_what_to_do(archived: int, word: str) -> None:
    assert word in accounting.alarm(account(archived=archived), "raised")["message"]
