"""What do the judged indicators of residential communities say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

from indicators.catalog import INDICATORS
from streams.catalog import COMMUNITY

EIGHT = at("2026-04-01 08:00")
EMPTY = dict.fromkeys(COMMUNITY.source.counted.sums, 0)
DECLARED = {name: found for name, found in INDICATORS.items() if found.system == "community" and found.judged}
LIFE_CIRCLE = "community.life_circle_coverage_ratio"


def told(entity_type: str = "community", **sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic("community.services", entity_type, "C1", EIGHT, HOUR_MS, sums={**EMPTY, **sums})
    rows = newest(judged(judge_of(), [row])).items()
    return {name: (row["value"], row["validity"]) for (name, _, _), row in rows}


def test_an_hour_of_a_community_is_judged_by_orders_notices_payments_and_walks() -> None:
    rows = told(
        orders_opened=5,
        # Two repairs of 1 h and 5 h, one service of 30 min; two of the three had a deadline.
        repairs_closed=2,
        repair_s=21_600,
        services_closed=1,
        service_s=1_800,
        orders_with_limit=2,
        orders_on_time=1,
        households_sent=1_600,
        households_read=1_200,
        payments=20,
        payments_online=17,
        residents=4_000,
        residents_within_all=3_000,
        residents_by_service=8_000,
        residents_within_by_service=7_200,
    )

    assert {name: value for name, (value, validity) in rows.items() if validity == "valid"} == {
        "community.orders_opened": 5.0,
        "community.repair_hours": 3.0,
        "community.service_hours": 0.5,
        "community.on_time_ratio": 0.5,
        "community.notice_reach_ratio": 0.75,
        "community.paid_online_ratio": 0.85,
        LIFE_CIRCLE: 0.75,
        "community.service_reach_ratio": 0.9,
    }


def test_an_hour_in_which_nothing_was_counted_has_a_count_of_none_and_no_shares() -> None:
    rows = told()

    assert rows.pop("community.orders_opened") == (0.0, "valid")
    assert rows == dict.fromkeys(DECLARED.keys() - {"community.orders_opened"}, (None, "no_data"))


def test_a_life_circle_is_not_guessed_from_single_services() -> None:
    # Everybody is near each service that was counted, and nobody counted them together.
    rows = told(residents_by_service=8_000, residents_within_by_service=8_000)

    assert rows["community.service_reach_ratio"] == (1.0, "valid")
    assert rows[LIFE_CIRCLE] == (None, "no_data")


@pytest.mark.parametrize(("within", "covered"), [(0, 0.0), (4_000, 1.0)])
def test_a_life_circle_may_cover_nobody_or_everybody(within: int, covered: float) -> None:
    assert told(residents=4_000, residents_within_all=within)[LIFE_CIRCLE] == (covered, "valid")


def test_a_city_is_covered_by_its_residents_and_not_by_its_communities() -> None:
    # 900 of 1 000 in one community, 1 500 of 5 000 in another: 2 400 of 6 000, not the mean of 0.9 and 0.3.
    rows = told("city", residents=6_000, residents_within_all=2_400)

    assert rows[LIFE_CIRCLE] == (0.4, "valid")


def test_orders_without_a_deadline_have_a_duration_and_no_share_on_time() -> None:
    rows = told(repairs_closed=1, repair_s=7_200)

    assert rows["community.repair_hours"] == (2.0, "valid")
    assert rows["community.on_time_ratio"] == (None, "no_data")
    assert rows["community.service_hours"] == (None, "no_data")


def test_a_silent_community_has_no_data() -> None:
    def clock(start: int) -> dict[str, Any]:
        return statistic("community.services", "clock", "clock", start, HOUR_MS, step=1, observations=0)

    rows = judged(judge_of([entity("community", "community", "C9")]), [clock(EIGHT), clock(EIGHT + HOUR_MS)])

    silent = {row["indicator_id"]: row["validity"] for row in rows if row["entity_id"] == "C9"}
    assert silent == dict.fromkeys(DECLARED, "no_data")


def test_more_residents_within_a_walk_than_residents_cannot_be() -> None:
    with pytest.raises(ValueError, match="4001 of 4000"):
        told(residents=4_000, residents_within_all=4_001)
