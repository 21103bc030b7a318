"""What becomes of jobs that are handed to the planner's process? Its stand-in answers by the name of the job."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.planner import Answer, Planner, PlannerError, UnfitJobError

STAND_IN = """
import json, sys
print("Java says something")
for number, line in enumerate(sys.stdin):
    item = json.loads(line)
    if item["name"] == "dies":
        print("out of memory", file=sys.stderr)
        sys.exit(3)
    answer = {"error": "no such column"} if item["name"] == "unfit" else {"job_id": f"job-{number}"}
    print(json.dumps({"system": item["system"], **answer}), flush=True)
"""


@pytest.fixture
def planner(tmp_path: Path) -> Iterator[Planner]:
    (tmp_path / "stand_in.py").write_text(STAND_IN)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with Planner("k", "r", "http://f", environment=environment, quiet=True, module=("stand_in",)) as made:
        yield made


def job(name: str, system: str = "road") -> dict[str, str]:
    return {"system": system, "name": name}


def test_one_process_submits_one_job_after_the_other(planner: Planner) -> None:
    process = planner.start()

    assert [planner.submit(job("a")), planner.submit(job("b"))] == ["job-0", "job-1"]
    assert planner.start() is process


def test_an_unfit_job_does_not_take_the_others_with_it(planner: Planner) -> None:
    with pytest.raises(UnfitJobError, match="unfit was not submitted: no such column"):
        planner.submit(job("unfit"))

    assert planner.submit(job("b")) == "job-1"


def test_of_several_jobs_each_is_answered_by_its_system(planner: Planner) -> None:
    asked = [job("a", "road"), job("unfit", "air"), job("b", "bus")]

    assert list(planner.submit_all(asked)) == [
        Answer("road", "job-0"),
        Answer("air", error="unfit was not submitted: no such column"),
        Answer("bus", "job-2"),
    ]


def test_a_planner_that_dies_among_several_says_which_are_missing(planner: Planner) -> None:
    answers = planner.submit_all([job("a", "road"), job("dies", "air"), job("b", "bus")])

    assert next(answers) == Answer("road", "job-0")
    with pytest.raises(PlannerError, match=r"dies, b were not submitted: the planner ended\.\nout of memory"):
        next(answers)


def test_a_planner_that_died_says_its_last_words_and_the_next_job_finds_a_new_one(planner: Planner) -> None:
    first = planner.start()
    with pytest.raises(PlannerError, match=r"the planner ended\.\nout of memory"):
        planner.submit(job("dies"))

    assert planner.submit(job("a")) == "job-0"
    assert planner.start() is not first


def test_a_closed_planner_leaves_no_process_behind(planner: Planner) -> None:
    planner.submit(job("a"))
    process = planner.start()

    planner.close()

    assert process.returncode == 0
