"""What do the judged indicators of devices say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
CHECKS = ("frozen", "clock_off", "battery_low", "outdated")
EMPTY = dict.fromkeys(
    (
        *("heartbeats", "online", "promised", "delivered", "delivered_late"),
        *(name for check in CHECKS for name in (check, f"{check}_known")),
    ),
    0,
)


def told(entity_type: str = "device", **sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic("device.health", entity_type, "D1", EIGHT, QUARTER_MS, sums={**EMPTY, **sums})
    return {
        name: (row["value"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


@pytest.mark.parametrize("entity_type", ["device", "area", "city"])
def test_ten_heartbeats_are_held_against_what_is_declared_for_their_devices(entity_type: str) -> None:
    rows = told(
        entity_type,
        heartbeats=10,
        online=9,
        frozen=1,
        frozen_known=4,
        clock_off=3,
        clock_off_known=8,
        battery_low=1,
        battery_low_known=5,
        outdated=2,
        outdated_known=2,
        promised=120,
        delivered=90,
        delivered_late=9,
    )

    assert rows == {
        "device.online_ratio": (0.9, "valid"),
        "device.frozen_ratio": (0.25, "valid"),
        "device.clock_off_ratio": (0.375, "valid"),
        "device.battery_low_ratio": (0.2, "valid"),
        "device.firmware_outdated_ratio": (1.0, "valid"),
        "device.completeness_ratio": (0.75, "valid"),
        "device.lateness_ratio": (0.1, "valid"),
    }


def test_a_device_for_which_nothing_is_declared_is_online_and_nothing_else_is_known() -> None:
    rows = told(heartbeats=3, online=3)

    assert rows.pop("device.online_ratio") == (1.0, "valid")
    assert set(rows.values()) == {(None, "no_data")}


def test_of_readings_of_which_none_came_none_was_late() -> None:
    rows = told(heartbeats=1, promised=12)

    assert rows["device.completeness_ratio"] == (0.0, "valid")
    assert rows["device.lateness_ratio"] == (None, "no_data")


def test_more_delivered_than_promised_cannot_be() -> None:
    with pytest.raises(ValueError, match="13 of 12"):
        told(promised=12, delivered=13)


def test_a_silent_device_is_found_by_the_coverage_and_not_by_the_share_online() -> None:
    judge = judge_of([entity("device", "device", name) for name in ("D1", "D2", "D3", "D4")])
    clocks = [
        statistic("device.health", "clock", "clock", start, QUARTER_MS, step=1, observations=0, area_id=None)
        for start in (EIGHT, EIGHT + QUARTER_MS)
    ]
    sums = {**EMPTY, "heartbeats": 3, "online": 3}
    heard = [
        statistic("device.health", "device", name, EIGHT, QUARTER_MS, sums=sums)
        for name in ("D1", "D2", "D3")
    ]

    rows = newest(judged(judge, [clocks[0], *heard, clocks[1]]))

    assert rows["device.online_ratio", "D1", EIGHT]["value"] == 1.0
    assert rows["device.coverage_ratio", "bj/cy", EIGHT]["value"] == 0.75
    assert (
        rows["device.online_ratio", "D4", EIGHT]["value"],
        rows["device.online_ratio", "D4", EIGHT]["details"],
    ) == (
        None,
        {"reason": "nothing_came"},
    )
