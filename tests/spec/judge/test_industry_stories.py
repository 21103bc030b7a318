"""What do the judged indicators of plants say of a quarter of an hour, and of the hour?"""

from typing import Any

import pytest
from judge_stories import at, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
EMPTY = dict.fromkeys(
    (
        *("readings", "connected", "at_work", "faulted", "output_readings", "output_milliunits"),
        *("energy_readings", "energy_wh", "emission_readings", "emission_g"),
    ),
    0,
)
WHOLE = {"output_readings": 1, "energy_readings": 1, "emission_readings": 1}


def quarter(number: int = 0, kind: str = "plant", name: str = "P1", **sums: int) -> dict[str, Any]:
    start = EIGHT + number * QUARTER_MS
    return statistic("industry.plants", kind, name, start, QUARTER_MS, sums={**EMPTY, **sums})


def told(*quarters: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    rows = newest(judged(judge_of(), quarters))
    return {name: (row["value"], row["validity"]) for (name, _, _), row in rows.items()}


def test_equipment_that_cannot_be_reached_is_not_connected_and_does_not_run() -> None:
    rows = told(quarter(readings=10, connected=8, at_work=6, faulted=1))

    assert rows["industry.connected_ratio"] == (0.8, "valid")
    assert rows["industry.running_ratio"] == (0.75, "valid")


def test_a_plant_of_which_nothing_can_be_reached_is_not_connected_at_all() -> None:
    rows = told(quarter(readings=10))

    assert rows["industry.connected_ratio"] == (0.0, "valid")
    assert rows["industry.running_ratio"] == (None, "no_data")


def test_what_a_unit_costs_is_told_of_the_sums_of_the_hour_and_not_of_its_quarters() -> None:
    busy = quarter(output_milliunits=9_000, energy_wh=18_000, emission_g=9_900, **WHOLE)
    idle = quarter(1, output_milliunits=1_000, energy_wh=7_000, emission_g=3_600, **WHOLE)

    rows = told(busy, idle)

    assert rows["industry.output_units"] == (10.0, "valid")
    assert rows["industry.energy_kwh"] == (25.0, "valid")
    # The quarters alone took 2 and 7 kWh a unit.
    assert rows["industry.energy_per_unit_kwh"] == (2.5, "valid")
    assert rows["industry.emission_per_unit_kg"] == (1.35, "valid")


def test_an_hour_without_output_has_no_cost_of_a_unit_though_it_took_energy() -> None:
    rows = told(quarter(energy_wh=7_000, emission_g=3_600, **WHOLE))

    assert rows["industry.output_units"] == (0.0, "valid")
    assert rows["industry.energy_kwh"] == (7.0, "valid")
    assert rows["industry.energy_per_unit_kwh"] == (None, "not_applicable")
    assert rows["industry.emission_per_unit_kg"] == (None, "not_applicable")


@pytest.mark.parametrize(
    "name", ["output_units", "energy_kwh", "energy_per_unit_kwh", "emission_per_unit_kg"]
)
def test_what_nobody_measured_is_not_nothing(name: str) -> None:
    assert told(quarter(readings=3))[f"industry.{name}"] == (None, "no_data")


def test_a_plant_that_tells_no_emission_has_none_per_unit_and_not_zero() -> None:
    rows = told(quarter(output_readings=1, output_milliunits=1_000, energy_readings=1, energy_wh=2_000))

    assert rows["industry.energy_per_unit_kwh"] == (2.0, "valid")
    assert rows["industry.emission_per_unit_kg"] == (None, "no_data")


def test_outputs_of_two_plants_are_never_added() -> None:
    rows = told(quarter(kind="city", name="bj", output_milliunits=5_000, energy_wh=9_000, **WHOLE))

    assert rows["industry.energy_kwh"] == (9.0, "valid")
    assert not {"industry.output_units", "industry.energy_per_unit_kwh"} & set(rows)


def test_more_running_than_connected_cannot_be() -> None:
    with pytest.raises(ValueError, match="2 of 1"):
        told(quarter(readings=2, connected=1, at_work=2))
