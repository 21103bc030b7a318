"""Every part may be killed, and every job replaced, at any moment; the final rows are those of an undisturbed run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from lines import MEASURED, PROJECT, start_line, stop_line, until

from citybrain.restatement import archived
from citybrain.touched import Window
from citybrain.waiting import Patience, wait_until_in_store
from jobs.flink_rest import FlinkRest
from schemas.registry import Registry
from stack.flink_conf import client_settings, flink_files
from streams.catalog import ROAD
from streams.kafka import make_producer
from streams.publishing import publish

pytestmark = pytest.mark.stack

# Kafka last: everything else reconnects to it.
PARTS = (
    "normalize",
    "responses",
    "cases",
    "judge",
    "sink",
    "store",
    "taskmanager",
    "jobs",
    "jobmanager",
    "registry",
    "kafka",
)
# One of each kind: plain sums, hours of windows, days, folds that remember, responses.
CHOSEN = "road,air,emergency,bus,noise,river,hotline,hospital,electricity,weather"
CITY = ("simulate", "--seed", "11", "--start", "2026-03-02T07:00:00+08:00", "--minutes", "60", "--wait")
# Kills are spread over the time in which the city is sent.
SPEED = "120"
SECONDS_TO_SEND = 60 * 60 / float(SPEED)


@pytest.fixture(scope="module")
def chaos_line():
    started = start_line("citybrain-chaos-", CHOSEN)
    try:
        yield started
    finally:
        stop_line(started)


def final_rows(line):
    """The newest final row of everything, without the run's name and generation, and with who wrote it last."""
    rows = line.rows(
        "SELECT * EXCEPT (run_id, computed_at, revision), revision % 1000000 AS revision FROM indicators "
        f"WHERE finality = 'final' AND {MEASURED} ORDER BY indicator_id, entity_type, entity_id, window_start"
    )
    (runs,) = line.rows(
        f"SELECT uniqExact(run_id) AS found FROM indicators WHERE finality = 'final' AND {MEASURED}"
    )
    return rows, runs["found"]


@pytest.fixture(scope="module")
def undisturbed(chaos_line):
    chaos_line.run(*CITY, "--speed", "max")
    return final_rows(chaos_line)


def kill(line, part):
    """End a part as a failing machine would, and see it come back."""
    pid = line.pid_of(part)
    assert pid is not None, f"{part} was not running"
    os.kill(pid, signal.SIGKILL)
    until(
        lambda: line.pid_of(part) not in {None, pid} and line.state_of(part) == "ready", 120, f"{part} back"
    )


def play(line, meanwhile, speed=SPEED):
    """Send the city and do something with the line or its sender meanwhile; return when all is judged and stored."""
    with subprocess.Popen(
        [sys.executable, "-m", "citybrain", *CITY, "--speed", speed],
        env=line.environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as playing:
        # City time goes back: the line may take a minute to be idle, and two for each system's new job.
        until(lambda: records_of_newest_run(line) > 0, 300, "the first events of the run")
        try:
            meanwhile(playing)
        finally:
            playing.send_signal(signal.SIGCONT)  # of a sender that stands still there is no end to wait for
        output, _ = playing.communicate(timeout=400)
    assert playing.returncode == 0, output


def kill_all(line, parts):
    """Kill one part after the other, spread over the time in which the city is sent."""
    began = time.monotonic()
    for number, part in enumerate(parts):
        due = number * SECONDS_TO_SEND / len(parts)
        until(lambda due=due: time.monotonic() - began > due, 120, "time passing")
        kill(line, part)


def records_of_newest_run(line):
    rows = line.rows(
        "SELECT run_id, sum(records) AS found FROM normalize_counts GROUP BY run_id ORDER BY run_id DESC LIMIT 1"
    )
    known = records_of_newest_run.known
    if rows and rows[0]["run_id"] not in known:
        return rows[0]["found"]
    return 0


@pytest.fixture
def compare(chaos_line, undisturbed):
    """Plays the city, does something meanwhile, and compares."""

    def run(meanwhile, speed=SPEED):
        rows = chaos_line.rows("SELECT DISTINCT run_id FROM normalize_counts")
        records_of_newest_run.known = {row["run_id"] for row in rows}
        play(chaos_line, meanwhile, speed)
        expected, _ = undisturbed
        found, runs = final_rows(chaos_line)
        assert found == expected
        assert runs == 1, "a row of an earlier run was not written again: something was lost"

    return run


def test_five_parts_killed_during_one_replay_change_no_final_row(chaos_line, compare):
    compare(lambda _: kill_all(chaos_line, ("normalize", "judge", "taskmanager", "sink", "store")))


@pytest.mark.chaos
@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_comes_back_and_changes_no_final_row(chaos_line, compare, part):
    compare(lambda _: kill_all(chaos_line, (part,)))


@pytest.fixture
def stop_keeper(chaos_line):
    """Lets the line's own keeper of jobs stand still; it begins again afterwards."""
    own = chaos_line.pid_of("jobs")
    yield lambda: os.kill(own, signal.SIGSTOP)
    os.kill(own, signal.SIGKILL)
    until(lambda: chaos_line.pid_of("jobs") not in {None, own}, 60, "its successor")


@contextmanager
def new_version(line, folder):
    """A keeper of jobs from another version of the software; what it says can be waited for."""
    flink = flink_files(line.home)
    settings = {
        **client_settings(line.home, line.settings.ports),
        "execution.checkpointing.interval": "5 s",
    }
    kept = ("--book", str(flink.book), "--checkpoints", str(flink.checkpoints), "--systems", line.systems)
    log = folder / "keeper.log"
    with log.open("w") as out:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "jobs", *kept, "--settings", json.dumps(settings)],
            env={
                **line.environment,
                **line.settings.for_parts(),
                **flink.environment,
                "PYTHONPATH": str(PROJECT),
            },
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield lambda said: until(lambda: said in log.read_text(), 300, f"{said!r} in {log.read_text()}")
    finally:
        keeper.terminate()
        keeper.wait(20)


def test_jobs_replaced_mid_stream_lose_nothing_and_count_nothing_twice(
    chaos_line, stop_keeper, compare, tmp_path
):
    """First with other settings, by savepoint; then with one more sum in the SQL, beside the job before."""
    for package in ("jobs", "streams"):
        shutil.copytree(PROJECT / package, tmp_path / package)
    declared = tmp_path / "streams" / "catalog" / "road.py"
    flink, savepoints = FlinkRest(chaos_line.settings.flink), flink_files(chaos_line.home).savepoints

    def replace_jobs(sender):
        stop_keeper()
        with new_version(chaos_line, tmp_path) as says:
            says("stopping with a savepoint")
            # Before the first of them goes on from its savepoint there may be none yet.
            says("submitted")
            # However long the rest takes, some of the city is left for the job that comes second.
            sender.send_signal(signal.SIGSTOP)
            until(lambda: not list(savepoints.glob("savepoint-*")), 180, "checkpoints instead of savepoints")
        one_more = '"counted": "COUNT(entity_id)", "weight"'
        declared.write_text(declared.read_text().replace('"weight"', one_more))
        with new_version(chaos_line, tmp_path) as says:
            says("the SQL of a job changed")
            says("caught up with the job before")
            until(lambda: is_alone(flink, "road"), 60, "one job of the roads")

    compare(replace_jobs, "30")
    windows = chaos_line.rows(
        "SELECT window_start, uniqExact(has(mapKeys(sums), 'counted')) AS ways, any(has(mapKeys(sums), 'counted')) "
        "AS by_new FROM statistics WHERE measure = 'road.travel_time' AND step = 0 AND entity_type != 'clock' "
        "GROUP BY window_start ORDER BY window_start"
    )
    assert [window["ways"] for window in windows] == [1] * len(windows)
    by_new = [window["by_new"] for window in windows]
    assert by_new == sorted(by_new)
    assert 0 < sum(by_new) < len(by_new)


def is_alone(flink, system):
    """Whether a system has one running job."""
    return sum(job.is_alive and job.name.startswith(f"{system} [") for job in flink.jobs()) == 1


def test_an_event_that_no_window_has_counted_is_an_alarm_of_the_line(chaos_line, undisturbed):
    settings = chaos_line.settings
    (closed,) = chaos_line.rows(
        "SELECT toUnixTimestamp64Milli(window_start) AS start, run_id FROM statistics WHERE step = 0 "
        "AND measure = 'road.travel_time' AND entity_type = 'clock' ORDER BY start LIMIT 1 OFFSET 3"
    )
    start = int(closed["start"])
    event = next(archived(settings, ROAD, [Window(start, start + 300_000, closed["run_id"])]))
    registry = Registry(settings.registry)
    publish(settings.kafka, registry, ROAD.archive_only, [("lost", {**event, "event_id": "lost"})])
    wait_until_in_store(settings, [ROAD.archive_only], Patience(30))

    told = chaos_line.run("check", check=False)

    assert told.returncode == 1
    assert "1 windows do not add up" in told.stdout
    (alarm,) = chaos_line.rows("SELECT * FROM pipeline_alarms WHERE state = 'raised'")
    assert alarm["archived"] == alarm["observed"] + alarm["late"] + 1
    assert "citybrain restate" in alarm["message"]
    assert "1 windows do not add up" in chaos_line.run("status", check=False).stdout


def stopped_jobs(line):
    return json.loads(line.run("status", "--json", check=False).stdout)["stopped_jobs"]


def test_a_job_that_only_restarts_is_stopped_and_reported_and_the_others_go_on(chaos_line):
    # Nobody but the normalizer writes there; somebody did.
    producer = make_producer(chaos_line.settings.kafka)
    producer.produce("city.road.observation.v1", b"no event at all", b"anybody")
    assert producer.flush(20) == 0

    stopped = until(lambda: stopped_jobs(chaos_line), 180, "the job of the roads stopped")

    assert list(stopped) == ["road"]
    assert "restarted more than 3 times" in stopped["road"]
    told = chaos_line.run("status", check=False)
    assert told.returncode == 1
    assert "The job of road was stopped" in told.stdout
    running = [job.name for job in FlinkRest(chaos_line.settings.flink).jobs() if job.state == "RUNNING"]
    assert sorted(name.partition(" ")[0] for name in running) == sorted(set(CHOSEN.split(",")) - {"road"})
