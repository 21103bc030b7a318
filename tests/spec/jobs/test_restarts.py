"""When is a job given up?"""

from jobs.restarts import RestartGuard


def hopeless(*looks: tuple[str | None, int]) -> list[bool]:
    """What the guard says at each look at one job: its newest checkpoint, and its restarts so far."""
    guard = RestartGuard()
    return [guard.is_hopeless("job", checkpoint, restarts) for checkpoint, restarts in looks]


def test_the_fourth_restart_without_a_checkpoint_is_one_too_many() -> None:
    assert hopeless(("chk-1", 0), ("chk-1", 1), ("chk-1", 3), ("chk-1", 4)) == [False, False, False, True]


def test_a_job_that_never_came_to_a_checkpoint_is_counted_from_its_start() -> None:
    assert hopeless((None, 4)) == [True]


def test_a_checkpoint_begins_the_count_anew() -> None:
    assert hopeless(("chk-1", 0), ("chk-1", 3), ("chk-2", 3), ("chk-2", 6), ("chk-2", 7)) == [
        False,
        False,
        False,
        False,
        True,
    ]


def test_what_happened_before_it_was_first_seen_is_forgiven_if_it_led_to_a_checkpoint() -> None:
    assert hopeless(("chk-9", 50), ("chk-9", 53)) == [False, False]
