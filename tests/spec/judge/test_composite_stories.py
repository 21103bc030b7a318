"""How does the city come to one figure an hour, out of what roads, air and emergency response say by themselves?"""

from fractions import Fraction
from typing import Any

import pytest
from judge_stories import (
    HOUR_MS,
    air,
    air_clock,
    at,
    emergency,
    emergency_clock,
    entity,
    judge_of,
    judged,
    judged_with_parts,
    newest,
    road,
    road_clock,
    statistic,
)

from indicators.vital_signs import VITAL_SIGNS, Sign, VitalPart, VitalSigns, vital_signs
from streams.judge.composite import CompositeJudge, part_of
from streams.judge.judge import UnjudgeableError
from streams.judge.rows import Rows
from streams.keyed_state import KeyedState

EIGHT = at("2026-04-01 08:00")
NINE = EIGHT + HOUR_MS
ROSTER = [
    *(entity(system, "city", "bj", "bj") for system in ("road", "emergency")),
    entity("air", "station", "A"),
]
ROADS = [road("city", "bj", EIGHT + number * 300_000, 150, 100) for number in range(12)]
AIR = [air("A", EIGHT, 35)]
HELP = [emergency("arrived", "bj", EIGHT, {300: 9, 1000: 1})]
CLOCKS = [road_clock(NINE, 1), air_clock(NINE, 1), emergency_clock("arrived", NINE, 1)]
BEGIN = [road_clock(EIGHT, 1), air_clock(EIGHT, 1), emergency_clock("arrived", EIGHT, 1)]


def indices(rows: list[dict[str, Any]], place: str = "bj") -> list[tuple[float | None, str, str, int]]:
    return [
        (row["value"], row["validity"], row["finality"], row["revision"])
        for row in rows
        if row["indicator_id"] == "city.vital_signs_index" and row["entity_id"] == place
    ]


def test_the_index_grows_with_its_parts_and_is_final_when_the_hour_is_over_for_all_of_them() -> None:
    judge = judge_of(ROSTER)
    judged_with_parts(judge, BEGIN)

    roads = judged_with_parts(judge, ROADS)
    assert indices(roads)[-1] == (None, "insufficient", "provisional", 12)
    assert indices(judged_with_parts(judge, HELP)) == [(None, "insufficient", "provisional", 12 + 101)]
    assert indices(judged_with_parts(judge, AIR)) == []
    first, second, third = (judged_with_parts(judge, [clock]) for clock in CLOCKS)

    assert [finality for _, _, finality, _ in indices(first + second)] == ["provisional", "provisional"]
    assert indices(third) == [(81.8, "valid", "final", 999)]


def test_what_the_index_says_is_the_formula_of_its_published_parts() -> None:
    rows = judged_with_parts(judge_of(ROSTER), [*BEGIN, *ROADS, *HELP, *AIR, *CLOCKS])
    found = newest(rows)
    parts = {part.indicator: found[part.indicator, "bj", EIGHT]["value"] for part in VITAL_SIGNS.parts}
    index = found["city.vital_signs_index", "bj", EIGHT]

    millionths = {name: round(value * 10**6) for name, value in parts.items()}
    by_formula = vital_signs({name: Sign(Fraction(value, 10**6)) for name, value in millionths.items()})
    assert index["value"] == by_formula.value_float
    assert index["inputs"] == {f"{name}_millionths": value for name, value in millionths.items()}
    assert {name: index["details"][f"score.{name}"] for name in parts} == {
        "road.tpi_hourly": "76.7",
        "air.aqi_hourly": "80.0",
        "emergency.within_15min_ratio": "90.0",
    }
    assert (index["standard"], index["edition"]) == ("project", "vital-signs-1")


def test_a_dead_air_network_is_named_and_not_hidden() -> None:
    rows = judged_with_parts(judge_of(ROSTER), [*BEGIN, *ROADS, *HELP, *CLOCKS])
    index = newest(rows)["city.vital_signs_index", "bj", EIGHT]

    assert (index["value"], index["validity"]) == (None, "insufficient")
    assert (index["observations"], index["expected"]) == (2, 3)
    assert (index["details"]["missing"], index["details"]["covered"]) == ("air.aqi_hourly", "0.65")


def test_an_hour_in_which_nobody_reports_has_no_data_and_says_so() -> None:
    rows = judged_with_parts(judge_of(ROSTER), [*BEGIN, *CLOCKS])

    assert indices(rows)[-1] == (None, "no_data", "final", 900)


def test_with_a_single_system_on_the_line_the_index_stays_provisional() -> None:
    rows = judged_with_parts(judge_of(ROSTER), [BEGIN[0], *ROADS, CLOCKS[0]])

    assert {finality for _, _, finality, _ in indices(rows)} == {"provisional"}


def test_a_part_that_comes_again_says_nothing_new() -> None:
    judge = judge_of(ROSTER)
    judged_with_parts(judge, [*BEGIN, *ROADS, *HELP, *AIR, *CLOCKS])

    assert indices(judged_with_parts(judge, [*HELP, CLOCKS[2]])) == []


def test_a_new_run_forgets_the_parts_of_the_old_one() -> None:
    state = KeyedState()
    judge = judge_of(ROSTER, state)
    judged_with_parts(judge, [*BEGIN, *ROADS])

    judged_with_parts(judge, [{**HELP[0], "run_id": "run-2"}])

    assert {key.split("|")[1] for key, _ in state.items("city.vital_signs|")} == {"run-2"}


def test_only_districts_and_the_city_are_parts() -> None:
    rows = judged(judge_of(ROSTER), [road("link", "L1", "2026-04-01 08:00", 150, 100), *AIR])

    assert [part_of(row) for row in rows] == [None] * len(rows)


def test_a_part_that_nobody_declared_is_refused() -> None:
    unknown = statistic("city.vital_signs/noise.leq", "city", "bj", EIGHT, HOUR_MS, sums={"revision": 999})

    with pytest.raises(UnjudgeableError, match="no part of the index"):
        judge_of().on_statistic(unknown)


def test_an_index_of_too_many_parts_is_refused_before_it_starts() -> None:
    scoring = VITAL_SIGNS.parts[0].scoring
    many = VitalSigns(tuple(VitalPart(f"toy.part_{number}", 1, scoring) for number in range(9)))

    with pytest.raises(ValueError, match="9 parts does not fit"):
        CompositeJudge(Rows("live", "Asia/Shanghai"), KeyedState(), many)
