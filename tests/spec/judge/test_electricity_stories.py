"""What do the judged indicators of electricity say of an hour, and of a civil day of hours?"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, short, statistic

from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

MIDNIGHT = at("2026-04-01 00:00")
EMPTY = dict.fromkeys(
    (
        *("energy_wh", "energy_s", "supply_wh", "supply_readings", "pv_wh", "billed_wh", "billed_readings"),
        *("state_s", "out_s", "customer_s", "customer_out_s", "customers_interrupted"),
    ),
    0,
)
METER = entity("electricity", "asset", "M1")


def hour(number: int, kind: str = "city", name: str = "bj", **sums: int) -> dict[str, Any]:
    start = MIDNIGHT + number * HOUR_MS
    return statistic("electricity.flows", kind, name, start, HOUR_MS, sums={**EMPTY, **sums}, area_id="bj")


def used(number: int, energy_wh: int, seconds: int = 3_600) -> dict[str, Any]:
    return hour(number, "asset", "M1", energy_wh=energy_wh, energy_s=seconds)


def clock(start: int) -> dict[str, Any]:
    return statistic(
        "electricity.flows", "clock", "clock", start, HOUR_MS, step=1, observations=0, area_id=None
    )


def told(**sums: int) -> dict[str, tuple[Any, Any]]:
    rows = newest(judged(judge_of(), [hour(8, **sums)]))
    return {name: (row["value"], row["validity"]) for (name, _, _), row in rows.items()}


def day_of(hours: list[dict[str, Any]], indicator: str, name: str = "M1") -> dict[str, Any]:
    """The final row of the civil day."""
    over = [clock(MIDNIGHT + 23 * HOUR_MS), clock(MIDNIGHT + 24 * HOUR_MS)]
    rows = judged(judge_of([METER, entity("electricity", "city", "bj", "bj")]), [*hours, *over])
    return newest(rows)[f"electricity.{indicator}", name, MIDNIGHT]


def test_what_is_fed_in_and_not_billed_is_lost() -> None:
    rows = told(supply_wh=900_000, supply_readings=4, pv_wh=100_000, billed_wh=950_000, billed_readings=8)

    assert rows["electricity.energy_kwh"] == (1_000.0, "valid")
    assert rows["electricity.losses_ratio"] == (0.05, "valid")
    assert rows["electricity.pv_ratio"] == (0.1, "valid")
    # 900 kWh x 0.5366 kg: what the sun gave costs none.
    assert rows["electricity.carbon_kg"] == (482.94, "valid")


def test_more_billed_than_fed_in_is_a_negative_loss_and_not_hidden() -> None:
    rows = told(supply_wh=1_000, supply_readings=1, billed_wh=1_250, billed_readings=1)

    assert rows["electricity.losses_ratio"] == (-0.25, "valid")


@pytest.mark.parametrize(
    "sums",
    [
        {"pv_wh": 5_000, "billed_wh": 5_000, "billed_readings": 2},
        {"supply_readings": 2, "billed_readings": 2},
    ],
)
def test_without_what_the_substations_told_nothing_is_lost_and_nothing_shared(sums: dict[str, int]) -> None:
    rows = told(**sums)

    assert rows["electricity.losses_ratio"] == (None, "no_data")
    assert rows["electricity.pv_ratio"] == (None, "no_data")


def test_without_a_billed_meter_the_losses_are_unknown_and_not_everything() -> None:
    rows = told(supply_wh=1_000, supply_readings=1)

    assert rows["electricity.losses_ratio"] == (None, "no_data")
    assert rows["electricity.carbon_kg"] == (0.5366, "valid")


def test_an_hour_in_which_nothing_was_measured_has_no_energy_and_no_carbon() -> None:
    rows = told()

    for name in ("energy_kwh", "carbon_kg", "customers_interrupted", "customer_minutes", "minutes_without"):
        assert rows[f"electricity.{name}"] == (None, "no_data")
    assert rows["electricity.dead_ratio"] == (None, "no_data")


def test_an_asset_has_its_own_energy_and_a_place_what_was_fed_in() -> None:
    both = {"energy_wh": 3_000_000, "energy_s": 7_200, "supply_wh": 1_000_000, "supply_readings": 2}
    rows = newest(judged(judge_of(), [hour(8, "asset", "F1", **both), hour(8, **both)]))

    start = MIDNIGHT + 8 * HOUR_MS
    assert rows["electricity.energy_kwh", "F1", start]["value"] == 3_000.0
    assert rows["electricity.energy_kwh", "bj", start]["value"] == 1_000.0


def test_two_transformers_of_which_one_was_dead_for_a_quarter_of_an_hour() -> None:
    # 400 customers dead for 900 of 3,600 s, 600 with electricity throughout.
    rows = told(
        state_s=7_200,
        out_s=900,
        customer_s=1_000 * 3_600,
        customer_out_s=400 * 900,
        customers_interrupted=400,
    )

    assert rows["electricity.customers_interrupted"] == (400.0, "valid")
    assert rows["electricity.customer_minutes"] == (6_000.0, "valid")
    assert rows["electricity.minutes_without"] == (6.0, "valid")
    assert rows["electricity.dead_ratio"] == (0.125, "valid")


def test_an_hour_without_an_interruption_says_none_and_a_dead_one_all_of_it() -> None:
    quiet, dark = told(state_s=60, customer_s=60), told(customer_s=60, customer_out_s=60, state_s=1, out_s=1)

    assert quiet["electricity.customers_interrupted"] == (0.0, "valid")
    assert quiet["electricity.minutes_without"] == (0.0, "valid")
    assert dark["electricity.minutes_without"] == (60.0, "valid")


def test_customers_cannot_be_without_for_longer_than_was_told_of() -> None:
    with pytest.raises(ValueError, match="61 of 60"):
        told(customer_s=60, customer_out_s=61)


def test_the_load_factor_of_a_day_is_its_mean_load_over_its_greatest() -> None:
    # 23 hours of 1 kWh and one of 4: (27 / 24) / 4.
    hours = [used(number, 4_000 if number == 19 else 1_000) for number in range(24)]

    row = day_of(hours, "load_factor_ratio")

    assert (row["value"], row["validity"], row["finality"]) == (0.28125, "valid", "final")
    assert (row["observations"], row["expected"], row["inputs"]["energy_wh"]) == (24, 24, 27_000)


def test_a_load_that_never_changes_has_the_factor_one() -> None:
    assert day_of([used(number, 700) for number in range(24)], "load_factor_ratio")["value"] == 1.0


def test_half_an_hour_that_was_measured_is_as_great_a_load_as_a_whole_hour_of_it() -> None:
    hours = [used(0, 500, seconds=1_800), *(used(number, 1_000) for number in range(1, 24))]

    assert day_of(hours, "load_factor_ratio")["value"] == 1.0


def test_peak_hours_are_those_from_eight_to_eleven_and_from_eighteen_to_twenty_two() -> None:
    outside = [used(number, 1_000) for number in (*range(8), *range(11, 18), 22, 23)]
    inside = [used(number, 1_000) for number in (8, 9, 10, 18, 19, 20, 21)]

    row = day_of([*outside, *inside], "peak_ratio")

    assert row["value"] == 0.291667
    assert "08:00 to 11:00 and 18:00 to 22:00" in row["clause"]


@pytest.mark.parametrize(("known", "validity"), [(17, "insufficient"), (18, "valid")])
def test_three_quarters_of_a_days_hours_must_be_measured(known: int, validity: str) -> None:
    row = day_of([used(number, 1_000) for number in range(known)], "load_factor_ratio")

    assert (row["value"], row["validity"]) == (1.0, validity)
    assert row["details"].get("reason") == ("too_few_hours" if validity == "insufficient" else None)


def test_hours_in_which_equipment_told_its_state_alone_are_not_measured() -> None:
    hours = [hour(number, "asset", "M1", state_s=3_600) for number in range(24)]

    assert day_of(hours, "load_factor_ratio")["validity"] == "no_data"


def test_a_day_without_any_load_has_neither_factor_nor_peak() -> None:
    hours = [used(number, 0) for number in range(24)]

    assert day_of(hours, "load_factor_ratio")["validity"] == "no_data"
    assert day_of(hours, "peak_ratio")["validity"] == "no_data"


def test_an_asset_that_was_silent_all_day_has_no_data_and_the_city_has_its_day() -> None:
    hours = [hour(number, supply_wh=1_000, supply_readings=1, pv_wh=number) for number in range(24)]

    silent, city = day_of(hours, "load_factor_ratio"), day_of(hours, "load_factor_ratio", "bj")

    assert (silent["value"], silent["validity"], silent["expected"]) == (None, "no_data", 24)
    # Mean 1,011.5, greatest 1,023.
    assert city["value"] == 0.988759


def test_a_day_so_far_grows_with_its_hours_and_a_repeated_hour_changes_nothing() -> None:
    state = KeyedState()
    first = judged(judge_of(state=state), [used(0, 1_000), used(1, 3_000)])
    again = judged(judge_of(state=state), [used(1, 3_000)])

    rows = [row for row in (*first, *again) if row["indicator_id"] == "electricity.load_factor_ratio"]

    assert [short(row) for row in rows] == [
        "04-01 00:00 electricity.load_factor_ratio M1 1.0 insufficient 1",
        "04-01 00:00 electricity.load_factor_ratio M1 0.666667 insufficient 2",
        "04-01 00:00 electricity.load_factor_ratio M1 0.666667 insufficient 2",
    ]


@pytest.mark.parametrize(("date", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_the_clock_is_set_has_as_many_hours_as_it_has(date: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = int(datetime.fromisoformat(date).replace(tzinfo=zone).timestamp() * 1000)
    judge = Judge(KeyedState(), lambda *_: [], mode="replay", zone="Europe/Berlin")
    sums = {**EMPTY, "energy_wh": 1_000, "energy_s": 3_600}
    given = [
        statistic("electricity.flows", "asset", "M1", start + number * HOUR_MS, HOUR_MS, sums=sums)
        for number in range(hours)
    ]

    rows = newest(judged(judge, [clock(start), *given, clock(start + hours * HOUR_MS)]))

    row = rows["electricity.peak_ratio", "M1", start]
    assert (row["observations"], row["expected"], row["finality"]) == (hours, hours, "final")
    assert row["value"] == round(7 / hours, 6)
