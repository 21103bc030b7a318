"""History in one batch run, or played by the clock: does the line say the same, to the last digit?"""

import os
import re
import signal
import subprocess
import sys
from functools import cache

import pytest
from lines import MEASURED, PROJECT

from jobs.flink_rest import FlinkRest

pytestmark = [pytest.mark.stack, pytest.mark.recordings]

SAID = (
    "indicator_id, entity_type, entity_id, toString(window_start - INTERVAL {days} DAY) AS start, value, grade, "
    "validity, observations, expected, standard, edition, clause, revision % 1000000 AS revision, inputs, details, mode"
)


def told(line, run, days_later=0):
    """Every final row of a run, by what it is about, as if it had begun so many days earlier."""
    rows = line.rows(
        f"SELECT {SAID.format(days=days_later)} FROM indicator_history "
        f"WHERE finality = 'final' AND run_id = '{run}' AND {MEASURED}"
    )
    found = {}
    for row in rows:
        key = (row["indicator_id"], row["entity_type"], row["entity_id"], row["start"])
        if key not in found or found[key]["revision"] <= row["revision"]:
            found[key] = row
    return found


@pytest.fixture(scope="module")
def streamed(line):
    """Plays a recording up to a time, once, and gives its run."""

    @cache
    def play(recording, ends):
        told = line.run("replay", recording, "--until", ends, "--wait").stderr
        (run,) = re.findall(r"\(run ([\w-]+)\)", told.replace("\n", ""))
        return run

    return play


@pytest.mark.parametrize(
    ("recording", "ends", "begins", "days", "parallelism"),
    [
        ("los-angeles-traffic", "2012-03-01T02:00:00-08:00", "2012-03-29T08:00:00+00:00", 28, 1),
        ("los-angeles-traffic", "2012-03-01T02:00:00-08:00", "2012-04-26T08:00:00+00:00", 56, 2),
        ("beijing-air", "2016-12-03T00:30:00+08:00", "2016-10-06T00:00:00+08:00", -56, 2),
    ],
)
def test_backfill_says_what_the_stream_said(
    line, recordings, streamed, recording, ends, begins, days, parallelism
):
    run = streamed(recording, ends)
    done = line.run(
        *("backfill", "--recording", recording, "--until", ends),
        *("--shift-to", begins, "--parallelism", str(parallelism)),
    ).stdout
    (backfilled,) = re.findall(r"\(run (backfill-[\w-]+)\)", done.replace("\n", ""))

    expected = told(line, run)
    assert len(expected) > 500
    assert told(line, backfilled, days) == expected


def test_a_backfill_whose_machine_is_killed_on_the_way_says_the_same(line, recordings):
    # A whole day, so that it is not over before its machine is killed.
    whole_day = ("--until", "2012-03-01T23:55:00-08:00")
    before = {job.job_id for job in FlinkRest(line.settings.flink).jobs()}
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "citybrain", "backfill", "--recording", "los-angeles-traffic"),
            *(*whole_day, "--shift-to", "2012-06-21T08:00:00+00:00"),
        ],
        env=line.environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as filling:
        taskmanager = line.pid_of("taskmanager")
        while (job := batch_run(line, before)) is None and filling.poll() is None:
            pass  # it is over within seconds
        os.kill(taskmanager, signal.SIGKILL)
        done, _ = filling.communicate(timeout=300)

    assert filling.returncode == 0, done
    assert FlinkRest(line.settings.flink).root_exception(job.job_id), (
        "it was over before its machine was killed"
    )
    (killed,) = re.findall(r"\(run (backfill-[\w-]+)\)", done.replace("\n", ""))
    (first,) = line.rows(
        "SELECT min(run_id) AS run FROM indicator_history WHERE startsWith(run_id, 'backfill-los-angeles')"
    )
    # The two hours that both have: later the first says of everyone that nothing came.
    expected = {
        key: row
        for key, row in told(line, first["run"], 28).items()
        if key[0] != "road.uptime_ratio" and key[3] < "2012-03-01 10:00"
    }
    found = told(line, killed, 112)
    assert len(expected) > 500
    assert len(found) > len(expected)
    assert {key: found.get(key) for key in expected} == expected


def batch_run(line, before):
    """The new batch run, once a task of it is at work."""
    flink = FlinkRest(line.settings.flink)
    for job in flink.jobs():
        if "recompute" in job.name and job.job_id not in before:
            tasks = flink._get(f"/jobs/{job.job_id}")["vertices"]
            return job if any(task["status"] in ("RUNNING", "FINISHED") for task in tasks) else None
    return None


def test_what_is_published_with_as_much_is_left_as_it_was(line, recordings):
    asked = ("--until", "2012-03-01T01:00:00-08:00", "--shift-to", "2012-03-29T08:00:00+00:00")
    again = line.run("backfill", "--recording", "los-angeles-traffic", *asked).stdout.replace("\n", " ")

    assert "; 0 rows published" in again


@pytest.mark.parametrize("place", ["--from-archive", "--from-topic"])
def test_what_the_stream_kept_counts_to_what_it_published(line, recordings, place):
    begins, ends = "2012-05-24T08:00:00+00:00", "2012-05-24T09:00:00+00:00"
    if place == "--from-archive":
        replayed = ("--until", "2012-03-01T01:00:00-08:00", "--shift-to", begins)
        line.run("replay", "los-angeles-traffic", *replayed, "--wait")
    said = f"SELECT sum(revision) AS sum, count() AS rows FROM indicators WHERE {MEASURED}"
    before = line.rows(said)

    done = line.run("backfill", place, "--measure", "road", "--from", begins, "--to", ends).stdout
    done = " ".join(done.split())

    (events, left) = re.findall(r"([\d,]+) events,.* ([\d,]+) left", done)[0]
    assert int(events.replace(",", "")) == 12 * 207
    assert int(left.replace(",", "")) > 12 * 207
    assert "; 0 rows published" in done
    assert "say something else" not in done
    assert line.rows(said) == before


def test_backfilled_numbers_can_be_explained_from_their_archived_events(line, recordings):
    (row,) = line.rows(
        "SELECT entity_id, toString(window_start) AS start FROM indicators WHERE indicator_id = 'road.tti' "
        "AND entity_type = 'link' AND startsWith(run_id, 'backfill-los') AND value IS NOT NULL "
        "ORDER BY window_start, entity_id LIMIT 1"
    )

    told = line.run("explain", "road.tti", row["entity_id"], row["start"].replace(" ", "T") + "+00:00").stdout

    assert "city.road.archive-only.v1" in told
    assert "the same." in told


def test_a_past_from_nowhere_or_from_two_places_is_refused_by_name(line):
    nowhere = line.run("backfill", check=False)
    twice = line.run("backfill", "--from-topic", "--from-archive", check=False)

    for done in (nowhere, twice):
        assert done.returncode == 1
        assert "--from-archive and --from-topic" in done.stderr.replace("\n", " ")


def test_a_system_of_cases_is_refused_with_what_to_do_instead(line, recordings):
    done = line.run("backfill", "--recording", "san-francisco-fire", check=False)

    assert done.returncode == 1
    assert "citybrain replay" in done.stderr
