"""What the table of the measurements says, and what it refuses to say."""

import json

import pytest
from rich.console import Console

from load_tests.report import (
    Against,
    Aim,
    Failure,
    Figure,
    WrongResultError,
    as_table,
    demand_equal,
    rate,
    write_results,
)


def shown(figures, failures=()) -> str:
    console = Console(width=200, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(as_table(figures, list(failures)))
    return captured.get()


def test_a_rate_is_items_over_seconds():
    assert rate("encode", "events", 600, 3.0).value == 200.0


def test_a_rate_without_time_is_refused():
    with pytest.raises(WrongResultError, match="cannot be"):
        rate("encode", "events", 600, 0.0)


def test_a_ratio_is_the_figure_over_what_it_is_held_against():
    figure = rate("sink", "rows", 900, 3.0, against=Against("one by one", 150.0))

    assert figure.ratio == 2.0


def test_an_aim_speaks_of_the_ratio_where_there_is_one():
    against = Against("one by one", 150.0)

    assert rate("sink", "rows", 900, 3.0, against=against, aim=Aim("at least", 2.0)).aim_is_met is True
    assert rate("sink", "rows", 899, 3.0, against=against, aim=Aim("at least", 2.0)).aim_is_met is False


def test_an_aim_speaks_of_the_figure_where_it_is_held_against_nothing():
    assert Figure("line", "memory", 3.9, "GiB", aim=Aim("below", 4.0)).aim_is_met is True
    assert Figure("line", "memory", 4.0, "GiB", aim=Aim("below", 4.0)).aim_is_met is False


def test_a_figure_without_an_aim_neither_reaches_nor_misses_it():
    assert Figure("line", "memory", 3.9, "GiB").aim_is_met is None


def test_the_table_shows_rate_cost_ratio_and_aim_of_a_figure():
    figure = rate(
        "normalize",
        "raw to events",
        90_000,
        3.0,
        cpu_seconds=4.5,
        peak_bytes=100 * 1024**2,
        against=Against("encode", 60_000.0),
        aim=Aim("at least", 0.4),
    )

    row = next(line for line in shown([figure]).splitlines() if "normalize" in line)

    for words in ("30,000 events/s", "20,000", "100 MiB", "encode: 60,000", "0.50", "at least 0.4 reached"):
        assert words in row


def test_the_table_says_why_a_stage_has_no_figure():
    table = shown([], [Failure("judge", "indicators: expected 5, found 4")])

    assert "no figure: indicators: expected 5, found 4" in table


def test_words_in_square_brackets_of_a_failure_are_shown_and_not_read_as_markup():
    assert "job road [live] ended" in shown([], [Failure("windows", "job road [live] ended")])


def test_a_remark_stands_under_the_table():
    figure = Figure("judge", "statistics to indicators", 3.0, "/s", remark="2 rows were too many")

    assert "judge: 2 rows were too many" in shown([figure])


def test_counts_that_differ_name_both():
    with pytest.raises(WrongResultError, match=r"events in the store: expected 1,000, found 999"):
        demand_equal("events in the store", 1_000, 999)


def test_the_file_of_results_holds_figures_with_their_ratios_and_failures(tmp_path):
    figure = rate("sink", "rows", 900, 3.0, against=Against("one by one", 150.0), aim=Aim("at least", 3.0))
    path = tmp_path / "results" / "one.json"

    write_results(path, {"machine": {"cores": 2}}, [figure], [Failure("line", "it stood still")])

    content = json.loads(path.read_text())
    assert content["machine"] == {"cores": 2}
    assert (content["figures"][0]["ratio"], content["figures"][0]["aim_is_met"]) == (2.0, False)
    assert content["failures"] == [{"stage": "line", "reason": "it stood still"}]
