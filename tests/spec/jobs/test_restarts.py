"""When is a job given up?"""

from jobs.restarts import RestartGuard, is_of_the_cluster


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


def test_a_job_that_fell_for_want_of_machines_begins_to_be_counted_anew() -> None:
    guard = RestartGuard()
    assert guard.is_hopeless("job", "chk-1", 0) is False
    assert guard.is_hopeless("job", "chk-1", 4) is True
    guard.forgive("job", "chk-1", 4)
    assert [guard.is_hopeless("job", "chk-1", restarts) for restarts in (4, 7, 8)] == [False, False, True]


def test_it_is_the_cluster_when_a_task_manager_is_away_and_the_job_when_its_own_code_fails() -> None:
    lost = (
        "java.util.concurrent.TimeoutException: Heartbeat of TaskManager with id 127.0.0.1:4100-5f timed out."
    )
    none = "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: Could not acquire"
    own = "java.io.IOException: Failed to deserialize Avro record."
    assert [is_of_the_cluster(cause) for cause in (lost, none, own)] == [True, True, False]
