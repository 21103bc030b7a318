"""The source corrects what it said, and takes back some of it. Do the numbers follow, and say why?"""

import json

import pytest
from small_town import SmallTown

pytestmark = pytest.mark.stack

TOWN = SmallTown("corrected", "2026-05-08T08:00:00+08:00", "ab")
READINGS = [
    TOWN.reading("a", 1, 30.0, 1),
    TOWN.reading("a", 2, 60.0, 2),
    TOWN.reading("b", 2, 60.0, 2),
    TOWN.reading("a", 6, 60.0, 6),
    # While its window is open, and long after: one is too slow, one never was.
    TOWN.reading("a", 6, 20.0, 7, version=1),
    TOWN.reading("a", 11, 60.0, 11),
    TOWN.reading("a", 1, 60.0, 18, version=2),
    TOWN.reading("b", 2, 60.0, 18, withdrawn=True),
    # What is older than the newest version, and what was there already.
    TOWN.reading("a", 1, 10.0, 19, version=1),
    TOWN.reading("a", 2, 60.0, 19),
]


@pytest.fixture(scope="module")
def corrected(line):
    TOWN.play(line, READINGS, until=40)
    before = TOWN.indices(line)
    done = line.run("restate", "--measure", "road").stdout
    return before, done, TOWN.indices(line)


def test_until_it_is_restated_a_window_says_what_came_first(corrected):
    before, _, _ = corrected

    # 120 s and 60 s against 60 s twice.
    assert (before["a", 0]["value"], before["b", 0]["value"]) == (1.5, 1.0)
    assert before["a", 5]["value"] == 1.0


def test_a_corrected_event_takes_the_place_of_what_it_corrects(corrected):
    _, done, after = corrected

    assert "2 windows counted again from 3 events" in done
    assert "(corrected_events)" in done
    assert after["a", 0] == {
        "value": 1.0,
        "validity": "valid",
        "finality": "restated",
        "revision": 1_999,
        "why": "corrected_events",
    }
    assert after["a", 5]["value"] == 3.0
    assert after["a", 10] == corrected[0]["a", 10]


def test_of_what_was_withdrawn_nothing_is_left(corrected):
    _, _, after = corrected

    assert (after["b", 0]["value"], after["b", 0]["validity"]) == (None, "no_data")
    assert (after["b", 0]["finality"], after["b", 0]["revision"]) == ("restated", 1_900)
    assert after["fixtown", 0]["value"] == 1.0


def test_restating_again_finds_nothing_to_do(line, corrected):
    assert "no window has late or corrected events" in line.run("restate", "--measure", "road").stdout


def test_repeats_and_corrections_are_counted_apart(line, corrected):
    (counts,) = line.rows(
        "SELECT sum(decoded) AS decoded, sum(normalized) AS normalized, sum(corrected) AS corrected, "
        f"sum(repeated) AS repeated FROM normalize_counts WHERE run_id = '{TOWN.run_id}'"
    )

    assert {name: int(count) for name, count in counts.items()} == {
        "decoded": 10,
        "normalized": 5,
        "corrected": 3,
        "repeated": 2,
    }


def test_every_event_that_counts_is_accounted_for(line, corrected):
    accounts = json.loads(line.run("check", "--format", "json").stdout)

    mine = [account for account in accounts if account["run_id"] == TOWN.run_id and account["archived"]]
    assert [account["archived"] for account in mine] == [2, 1, 1]
    # Whatever other tests sent through the line is accounted for, too.
    assert all(account["unaccounted"] == 0 for account in accounts)


def test_the_explanation_counts_the_corrected_event(line, corrected):
    told = line.run("explain", "road.tti", "a", "2026-05-08T08:00:00+08:00").stdout

    assert "the same." in told
    assert "city.road.archive-only.v1" in told
    assert "corrected_events" in told
