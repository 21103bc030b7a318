"""How CPU time and memory of process trees are counted."""

import os
import subprocess
import sys
import time

import pytest

from load_tests.machine import Meter, Spent

KAFKA, SINK, PLANNER = (10, 1.0), (20, 1.0), (30, 7.0)


def spent(*snapshots) -> Spent:
    account = Spent()
    for snapshot in snapshots:
        account.see(snapshot)
    return account


def test_what_a_process_used_before_the_measurement_does_not_count():
    assert spent({"kafka": {KAFKA: 100.0}}, {"kafka": {KAFKA: 104.0}}).by_part() == {"kafka": 4.0}


def test_a_process_that_appears_later_counts_from_its_beginning():
    account = spent({"jobs": {SINK: 5.0}}, {"jobs": {SINK: 6.0, PLANNER: 3.0}})

    assert account.by_part() == {"jobs": 4.0}


def test_a_process_that_has_ended_keeps_what_it_used():
    account = spent({"jobs": {PLANNER: 1.0}}, {"jobs": {PLANNER: 4.0}}, {"jobs": {}}, {})

    assert account.by_part() == {"jobs": 3.0}


def test_a_part_that_was_started_again_counts_both_of_its_processes():
    account = spent({"sink": {SINK: 2.0}}, {"sink": {SINK: 3.0}}, {"sink": {(20, 9.0): 0.5}})

    assert account.by_part() == {"sink": 1.5}


def test_the_total_is_the_sum_of_all_parts():
    account = spent(
        {"kafka": {KAFKA: 1.0}, "sink": {SINK: 1.0}}, {"kafka": {KAFKA: 2.0}, "sink": {SINK: 4.0}}
    )

    assert account.total == 4.0


@pytest.fixture
def busy_child():
    # It says when it has worked for a while, and then waits to be ended.
    program = (
        "import time\nwhile time.process_time() < 0.3: pass\nprint('worked', flush=True)\ntime.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()


def test_a_meter_sees_the_time_and_the_memory_of_a_process(busy_child):
    with Meter(lambda: {"child": busy_child.pid}, interval_seconds=0.05) as meter:
        assert busy_child.stdout.readline() == "worked\n"

    assert 0.1 < meter.spent.by_part()["child"] < 3.0
    assert 1024**2 < meter.peak_bytes == meter.peak_by_part["child"] < 1024**3


def test_a_process_in_two_trees_counts_once_for_the_first(busy_child):
    roots = {"child": busy_child.pid, "parent": os.getpid()}
    with Meter(lambda: roots, interval_seconds=10) as meter:
        pass

    assert meter.peak_by_part["child"] > 0
    alone = sum(meter.peak_by_part.values())
    assert meter.peak_bytes <= alone


def test_a_part_without_a_process_is_no_error():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    deadline = time.monotonic() + 5

    with Meter(lambda: {"gone": ended.pid}, interval_seconds=10) as meter:
        assert time.monotonic() < deadline

    assert meter.spent.total == 0.0
