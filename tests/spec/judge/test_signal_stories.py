"""What do the sums of a quarter of an hour say of signals and guidance screens?"""

from typing import Any

from judge_stories import at, entity, judge_of, judged, newest, statistic

from streams.catalog import SIGNAL

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
EMPTY = dict.fromkeys(SIGNAL.source.counted.sums, 0)


def window(kind: str = "device", name: str = "S1", **sums: int) -> dict[str, Any]:
    return statistic("signal.control", kind, name, EIGHT, QUARTER_MS, sums={**EMPTY, **sums})


def rows_of(**sums: int) -> dict[str, dict[str, Any]]:
    found = newest(judged(judge_of(), [window(**sums)]))
    return {name: row for (name, _, _), row in found.items()}


def told(**sums: int) -> dict[str, tuple[Any, Any]]:
    return {name: (row["value"], row["validity"]) for name, row in rows_of(**sums).items()}


def test_green_is_used_by_the_vehicles_that_pass_at_their_saturation_headway() -> None:
    # Seven cycles of 40 s green, 140 vehicles, one a second: half of the green.
    found = told(signals=7, used_green_ms=140 * 1_000, green_ms=7 * 40 * 1_000)

    assert found["signal.green_used_ratio"] == (0.5, "valid")


def test_who_follows_closer_than_measured_uses_more_than_all_of_the_green() -> None:
    assert told(used_green_ms=44_000, green_ms=40_000)["signal.green_used_ratio"] == (1.1, "valid")


def test_stops_are_told_for_each_vehicle_and_against_the_base_period() -> None:
    # 100 vehicles stopped 54 times; 0.6 stops each were usual.
    found = told(stops=54, stopping_vehicles=100, compared_stops=54, expected_stops_permille=60_000)

    assert found["signal.stops_per_vehicle"] == (0.54, "valid")
    assert found["signal.stops_change_ratio"] == (-0.1, "valid")


def test_as_many_vehicles_as_in_the_base_period_are_no_change() -> None:
    # 280 vehicles in 7 cycles of 120 s, 1,200 an hour: as ever.
    expected = 1_200 * 120 * 7
    same = told(compared_vehicles=280, expected_vehicles_3600ths=expected)
    more = told(compared_vehicles=308, expected_vehicles_3600ths=expected)

    assert same["signal.throughput_change_ratio"] == (0.0, "valid")
    assert more["signal.throughput_change_ratio"] == (0.1, "valid")


def test_a_district_is_held_against_what_its_own_signals_lead_to_expect() -> None:
    # One signal with 10 of 20, one with 90 of 80: 100 of 100, and no mean of two changes.
    (row,) = (
        row
        for row in judged(
            judge_of(),
            [
                window(
                    "area",
                    "bj/cy",
                    compared_vehicles=10 + 90,
                    expected_vehicles_3600ths=(20 + 80) * 3_600,
                )
            ],
        )
        if row["indicator_id"] == "signal.throughput_change_ratio"
    )

    assert (row["entity_type"], row["value"]) == ("area", 0.0)


def test_a_signal_without_a_baseline_says_so() -> None:
    row = rows_of(signals=7, stops=9, stopping_vehicles=30)["signal.stops_change_ratio"]

    assert (row["value"], row["validity"], row["details"]) == (None, "no_data", {"reason": "no_baseline"})
    assert told(signals=7)["signal.green_used_ratio"] == (None, "no_data")


def test_a_queue_that_nobody_measures_is_not_empty() -> None:
    assert told(queues=3, queue_m_max=84)["signal.queue_m"] == (84.0, "valid")
    assert told(queues=3)["signal.queue_m"] == (0.0, "valid")
    assert told(signals=3)["signal.queue_m"] == (None, "no_data")


def test_signals_and_screens_are_counted_apart() -> None:
    found = told(signals=8, signals_working=6, screens=4, screens_online=3)

    assert found["signal.signals_working_ratio"] == (0.75, "valid")
    assert found["signal.screens_online_ratio"] == (0.75, "valid")
    assert told(signals=8, signals_working=8)["signal.screens_online_ratio"] == (None, "no_data")


def test_dark_screens_have_no_message_that_could_be_old() -> None:
    # Two messages, of 10 and of 45 minutes.
    found = told(screens=5, screens_online=5, messages=2, message_age_s_sum=600 + 2_700)

    assert found["signal.message_age_minutes"] == (27.5, "valid")
    assert told(screens=5, screens_online=5)["signal.message_age_minutes"] == (None, "no_data")


def test_a_silent_device_is_missing_in_the_coverage() -> None:
    def clock(number: int) -> dict[str, Any]:
        start = EIGHT + number * QUARTER_MS
        return statistic(
            "signal.control", "clock", "clock", start, QUARTER_MS, step=1, observations=0, area_id=None
        )

    roster = [entity("signal", "device", name) for name in ("S1", "S2", "V1")]
    found = newest(judged(judge_of(roster), [clock(0), window(signals=1), clock(1)]))

    assert found["signal.signals_working_ratio", "S2", EIGHT]["validity"] == "no_data"
    row = found["signal.coverage_ratio", "bj/cy", EIGHT]
    assert (row["observations"], row["expected"]) == (1, 3)
