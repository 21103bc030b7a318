"""Does somebody who waits give up when nothing moves any more, and not before?"""

from collections.abc import Iterator

import pytest

from citybrain import waiting
from citybrain.waiting import LineTimeoutError, Patience
from sinks.query import QueryError


class Wall:
    """A wall clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    clock = Wall()
    monkeypatch.setattr(waiting, "time", clock)
    return clock


def counting(*figures: int | None) -> Iterator[int | None]:
    yield from figures
    while True:
        yield figures[-1]


def test_where_nothing_moves_it_is_said_how_far_it_got(wall: Wall) -> None:
    left = counting(30, 20, 10)

    with pytest.raises(LineTimeoutError, match="nothing has moved for 60 s: 10 to go"):
        waiting._wait(lambda: next(left), "{} to go", Patience(60.0))

    assert 60 < wall.now < 65


def test_what_moves_elsewhere_keeps_one_waiting(wall: Wall) -> None:
    others = counting(*range(1_000))
    left = counting(*[7] * 1_000, None)

    waiting._wait(lambda: next(left), "{} to go", Patience(60.0), moving=lambda: next(others))

    assert wall.now == 500.0


def test_a_part_that_does_not_answer_for_a_while_is_asked_again(wall: Wall) -> None:
    answers = iter([30, QueryError("the store is being started"), 20, TimeoutError("no broker"), None])

    def left() -> int | None:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    waiting._wait(left, "{} to go", Patience(60.0))

    assert wall.now == 2.0


def test_a_part_that_never_answers_again_is_given_up_with_what_it_said(wall: Wall) -> None:
    def left() -> int:
        raise QueryError("the store is away")

    with pytest.raises(
        LineTimeoutError, match=r"nothing has moved for 60 s: no answer \(the store is away\)"
    ):
        waiting._wait(left, "{} to go", Patience(60.0))
