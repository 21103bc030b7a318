"""What do the judged indicators of farming say of the sums of an hour?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, judge_of, judged, newest, statistic

from streams.keyed_state import KeyedState

EIGHT = at("2026-04-01 08:00")
NONE = dict.fromkeys(
    (
        *("soil_count", "soil_permille_sum", "temperature_count", "temperature_mdegc_min", "chain_count"),
        *("chain_breaks", "volume_count", "volume_kg_sum", "turnover_fen_sum", "pest_count", "pests"),
    ),
    0,
)


def hour(number: int = 0, kind: str = "site", name: str = "S1", **sums: int) -> dict[str, Any]:
    start = EIGHT + number * HOUR_MS
    return statistic("farming.report", kind, name, start, HOUR_MS, sums={**NONE, **sums})


def told(kind: str = "site", **sums: int) -> dict[str, tuple[Any, Any, Any]]:
    rows = newest(judged(judge_of(), [hour(kind=kind, **sums)]))
    return {
        name.removeprefix("farming."): (row["value"], row["grade"], row["validity"])
        for (name, _, _), row in rows.items()
    }


@pytest.mark.parametrize(
    ("soil_permille_sum", "value", "state"),
    [(2_400, 0.6, "轻旱"), (2_401, 0.60025, "无旱"), (1_200, 0.3, "特旱")],
)
def test_the_mean_moisture_of_the_soil_is_a_state_of_drought(
    soil_permille_sum: int, value: float, state: str
) -> None:
    rows = told(soil_count=4, soil_permille_sum=soil_permille_sum)

    assert rows["soil_moisture_ratio"] == (value, state, "valid")


@pytest.mark.parametrize(
    ("lowest", "value", "state"), [(-2_500, -2.5, "重霜冻"), (0, 0.0, "霜冻"), (4_001, 4.001, "无霜冻")]
)
def test_the_lowest_temperature_is_a_state_of_frost(lowest: int, value: float, state: str) -> None:
    rows = told("area", temperature_count=6, temperature_mdegc_min=lowest)

    assert rows["lowest_temperature_c"] == (value, state, "valid")


def test_a_cold_chain_is_told_by_how_often_it_was_too_warm() -> None:
    rows = told("city", chain_count=8, chain_breaks=2)

    assert rows["chain_breaks"] == (2.0, None, "valid")
    assert rows["chain_break_ratio"] == (0.25, None, "valid")
    assert told(chain_count=8)["chain_breaks"] == (0.0, None, "valid")


def test_a_market_is_told_by_price_and_volume() -> None:
    rows = told(volume_count=2, volume_kg_sum=400, turnover_fen_sum=90_000)

    assert rows["price_yuan_kg"] == (2.25, None, "valid")
    assert rows["sold_kg"] == (400.0, None, "valid")


def test_prices_of_different_products_do_not_mix() -> None:
    assert "price_yuan_kg" not in told("city", volume_count=2, volume_kg_sum=400, turnover_fen_sum=90_000)


def test_pests_are_counted_where_there_are_traps() -> None:
    assert told(pest_count=6, pests=11)["pest_findings"] == (11.0, None, "valid")
    assert told(pest_count=6)["pest_findings"] == (0.0, None, "valid")


def test_what_nobody_reported_is_unknown_and_not_zero() -> None:
    assert set(told().values()) == {(None, None, "no_data")}


def changes(*hours: dict[str, Any], state: KeyedState | None = None) -> dict[int, float]:
    rows = judged(judge_of(state=state), hours)
    return {
        (row["window_start"] - EIGHT) // HOUR_MS: row["value"]
        for row in rows
        if row["indicator_id"] == "farming.price_change_ratio"
    }


def sold(number: int, price_fen: int, volume_kg: int, **place: str) -> dict[str, Any]:
    return hour(
        number, volume_count=1, volume_kg_sum=volume_kg, turnover_fen_sum=price_fen * volume_kg, **place
    )


def test_a_price_is_held_against_that_of_the_hour_before() -> None:
    assert changes(sold(0, 200, 10), sold(1, 250, 900), sold(2, 200, 5)) == {1: 0.25, 2: -0.2}


def test_after_an_hour_without_sales_there_is_no_change() -> None:
    assert changes(sold(0, 200, 10), hour(1, volume_count=1), sold(2, 250, 10)) == {}


def test_a_district_has_no_price_that_could_change() -> None:
    district = {"kind": "area", "name": "bj/cy"}

    assert changes(sold(0, 200, 10, **district), sold(1, 250, 10, **district)) == {}


def test_a_change_is_told_also_after_a_restart_and_old_hours_are_forgotten() -> None:
    state = KeyedState()
    changes(*(sold(number, 200, 10) for number in range(60)), state=state)

    assert changes(sold(60, 300, 10), state=state) == {60: 0.5}
    assert len(list(state.items("farming.report|run-1|sales|"))) <= 27
