"""What are the sums of several windows together?"""

from indicators.sums import together


def test_counts_add_up_and_extremes_stay_extremes() -> None:
    parts = [
        {"count": 2, "level_mm_max": -5, "level_mm_min": -9},
        {"count": 3, "level_mm_max": -7, "level_mm_min": 4, "only_here": 1},
    ]

    assert together(parts) == {"count": 5, "level_mm_max": -5, "level_mm_min": -9, "only_here": 1}


def test_nothing_adds_up_to_nothing() -> None:
    assert together([]) == {}
