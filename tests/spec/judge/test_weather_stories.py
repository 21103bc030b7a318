"""What do rain, wind, warmth and warnings say, hour by hour and over many of them?"""

import copy
from itertools import pairwise
from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, finals, judge_of, judged, newest, statistic

from streams.keyed_state import KeyedState

EIGHT = at("2026-04-01 08:00")
NONE = dict.fromkeys(
    (
        *("rain_count", "rain_um_sum", "rain_s_sum", "wind_count", "wind_mms_max", "temperature_count"),
        *("temperature_mdegc_sum", "issued", "lifted", "lead_count", "lead_s_sum"),
    ),
    0,
)
ROSTER = [
    entity("weather", "city", "bj", "bj"),
    entity("weather", "area", "bj/cy", "bj/cy"),
    entity("weather", "station", "S1", "bj/cy"),
]


def hour(number: int, kind: str = "station", name: str = "S1", step: int = 0, **sums: int) -> dict[str, Any]:
    start = EIGHT + number * HOUR_MS
    area = "bj/cy" if kind == "station" else name
    return statistic(
        "weather.report", kind, name, start, HOUR_MS, step=step, sums={**NONE, **sums}, area_id=area
    )


def rain(number: int, rain_um: int, measured_s: int = 3_600, **place: Any) -> dict[str, Any]:
    return hour(number, rain_count=12, rain_um_sum=rain_um, rain_s_sum=measured_s, **place)


def clock(number: int) -> dict[str, Any]:
    start = EIGHT + number * HOUR_MS
    return statistic("weather.report", "clock", "clock", start, HOUR_MS, step=1, observations=0, area_id=None)


def told(rows: list[dict[str, Any]], indicator: str, number: int, name: str = "S1") -> tuple[Any, ...]:
    row = newest(rows)[f"weather.{indicator}", name, EIGHT + number * HOUR_MS]
    return row["value"], row["grade"], row["validity"], row["observations"], row["expected"]


def test_the_rain_of_an_hour_is_what_was_measured_in_it() -> None:
    rows = judged(judge_of(), [rain(0, 4_250)])

    assert told(rows, "rain_1h_mm", 0)[:3] == (4.25, None, "valid")


def test_the_rain_of_a_city_is_the_mean_of_its_stations() -> None:
    rows = judged(judge_of(), [rain(0, 12_000, 4 * 3_600, kind="city", name="bj")])

    assert told(rows, "rain_1h_mm", 0, "bj")[0] == 3.0


def test_an_hour_that_was_hardly_measured_is_insufficient_and_one_without_a_gauge_has_no_rain() -> None:
    rows = judged(judge_of(), [rain(0, 4_250, 2_699), hour(1, temperature_count=3)])

    assert told(rows, "rain_1h_mm", 0)[:3] == (4.25, None, "insufficient")
    assert told(rows, "rain_1h_mm", 1)[:3] == (None, None, "no_data")


def test_three_hours_of_rain_are_told_when_all_three_were_measured() -> None:
    rows = judged(judge_of(), [rain(number, 1_000 * (number + 1)) for number in range(4)])

    assert told(rows, "rain_3h_mm", 1) == (None, None, "insufficient", 2, 3)
    assert told(rows, "rain_3h_mm", 2) == (6.0, None, "valid", 3, 3)
    assert told(rows, "rain_3h_mm", 3) == (9.0, None, "valid", 3, 3)


def test_after_a_silent_hour_there_are_no_three_hours_for_a_while() -> None:
    rows = judged(judge_of(), [rain(number, 1_000) for number in (0, 1, 3, 4, 5)])

    assert [told(rows, "rain_3h_mm", number)[0] for number in (3, 4, 5)] == [None, None, 3.0]


def test_a_day_of_rain_is_told_and_graded_from_its_twentieth_hour_on() -> None:
    rows = judged(judge_of(), [rain(number, 2_500) for number in range(26)])

    assert told(rows, "rain_24h_mm", 18) == (None, None, "insufficient", 19, 24)
    assert told(rows, "rain_24h_mm", 19) == (50.0, "暴雨", "valid", 20, 24)
    assert told(rows, "rain_24h_mm", 25) == (60.0, "暴雨", "valid", 24, 24)


def test_an_hour_that_is_told_again_is_not_added_again() -> None:
    rows = judged(
        judge_of(), [rain(0, 1_000), rain(1, 1_000), rain(2, 1_000), rain(2, 1_500), rain(2, 1_500)]
    )

    assert told(rows, "rain_3h_mm", 2)[0] == 3.5


def test_wind_and_warmth_are_told_of_what_was_measured() -> None:
    rows = judged(
        judge_of(),
        [
            hour(0, wind_count=12, wind_mms_max=17_200, temperature_count=4, temperature_mdegc_sum=-10_000),
            hour(1, rain_count=1),
        ],
    )

    assert told(rows, "wind_ms", 0)[0] == 17.2
    assert told(rows, "temperature_c", 0)[0] == -2.5
    assert told(rows, "wind_ms", 1)[2] == told(rows, "temperature_c", 1)[2] == "no_data"


def test_the_lead_time_is_the_mean_of_those_whose_onset_was_declared() -> None:
    rows = judged(
        judge_of(),
        [
            hour(0, "city", "bj", lead_count=2, lead_s_sum=5_400),
            hour(1, "city", "bj", lead_count=1, lead_s_sum=-600),
            hour(2, "city", "bj", issued=3),
        ],
    )

    assert [told(rows, "lead_minutes", number, "bj")[0] for number in range(3)] == [45.0, -10.0, None]
    assert told(rows, "warnings_issued", 2, "bj")[0] == 3.0


def in_force(*given: dict[str, Any]) -> list[tuple[int, float, str]]:
    """What the city says, row by row: which hour, how many, and how final that is."""
    rows = judged(judge_of(ROSTER), given)
    return [
        ((row["window_start"] - EIGHT) // HOUR_MS, row["value"], row["finality"])
        for row in rows
        if (row["indicator_id"], row["entity_id"]) == ("weather.warnings_in_force", "bj")
    ]


def city(number: int, issued: int = 0, lifted: int = 0, step: int = 0) -> dict[str, Any]:
    return hour(number, "city", "bj", step, issued=issued, lifted=lifted)


def test_a_warning_is_in_force_from_its_issue_until_it_is_lifted() -> None:
    rows = in_force(clock(0), city(0, issued=2), clock(1), clock(2), city(2, lifted=1), clock(3), clock(4))

    # Nothing was heard of in hours 1 and 3.
    assert rows == [(0, 2, "final"), (1, 2, "final"), (2, 1, "final"), (3, 1, "final")]


def test_a_warning_is_told_of_while_its_hour_is_still_open() -> None:
    rows = in_force(
        clock(0), city(0, issued=1, step=7), city(0, issued=1, lifted=1, step=9), city(0), clock(1)
    )

    assert rows == [(0, 1, "provisional"), (0, 0, "provisional"), (0, 0, "final")]


def test_what_is_lifted_without_having_been_issued_hides_nothing_that_comes_after() -> None:
    rows = in_force(clock(0), city(0, lifted=2), clock(1), city(1, issued=1), clock(2))

    assert rows == [(0, 0, "final"), (1, 1, "final")]


def story() -> list[dict[str, Any]]:
    """Two days of a station, its district and its city, with warnings now and then."""
    given = [clock(0)]
    for number in range(48):
        told_of = rain(number, 100 * (number % 7), 3_600 if number % 11 else 1_200)
        issued, lifted = int(number % 5 == 0), int(number % 5 == 3)
        given += [
            told_of,
            *(
                {**rain(number, 100 * (number % 7), kind=kind, name=name)}
                | {"sums": {**told_of["sums"], "issued": issued, "lifted": lifted}}
                for kind, name in (("area", "bj/cy"), ("city", "bj"))
            ),
            clock(number + 1),
        ]
    return given


@pytest.mark.parametrize(("kept", "told_until", "committed"), [(5, 9, 2), (60, 120, 40), (150, 192, 0)])
def test_killed_and_restarted_the_newest_final_rows_are_the_same(
    kept: int, told_until: int, committed: int
) -> None:
    given = story()
    expected = finals(judged(judge_of(ROSTER), given))
    state = KeyedState()
    judge = judge_of(ROSTER, state)
    rows = judged(judge, given[:kept])
    durable = copy.deepcopy(dict(state.items("")))
    rows += judged(judge, given[kept:told_until])

    rows += judged(judge_of(ROSTER, KeyedState(durable)), given[committed:])

    assert finals(rows) == expected


def test_what_is_remembered_of_a_month_is_what_is_remembered_of_two_weeks() -> None:
    state = KeyedState()
    judge = judge_of(ROSTER, state)
    sizes = []
    for number in range(24 * 31):
        judged(judge, [clock(number), rain(number, 100), city(number, issued=number % 2, lifted=number % 2)])
        judged(judge, [city(number, issued=1)] if number % 3 == 0 else [city(number, lifted=1)])
        sizes.append(len(state))

    assert max(sizes[24 * 16 :]) <= max(sizes[: 24 * 16]) + 1


def test_rows_of_hours_follow_one_another_without_a_gap() -> None:
    rows = [row for row in judged(judge_of(ROSTER), story()) if row["indicator_id"] == "weather.rain_24h_mm"]

    starts = sorted({row["window_start"] for row in rows if row["entity_id"] == "S1"})
    assert {later - earlier for earlier, later in pairwise(starts)} == {HOUR_MS}
    assert len(starts) == 48
