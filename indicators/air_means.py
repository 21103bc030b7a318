"""Which concentrations may a report of a day or of a city use?

An exact mean is a pair (sum in ng/m³, count): the ratio itself, kept in integers. Means of means are pairs
too, so nothing is rounded before the index rounds once (GB/T 8170 forbids rounding in a chain).
"""

from collections.abc import Iterable, Mapping
from math import lcm

from indicators.air_rules import O3_1H_LIMIT_UGM3, O3_8H_LIMIT_UGM3, UGM3_IN_NG
from indicators.rounding import divide_half_even

Mean = tuple[int, int]

# GB 3095-2026 table 4 (the same numbers in 2012) and HJ 663 §6.1.2.
DAY_MEAN_HOURS_MIN = 20
EIGHT_HOUR_MEAN_HOURS_MIN = 6
EIGHT_HOUR_MEANS_MIN = 14


def checked(mean: Mean, what: str) -> Mean:
    """The same mean when it can be one; ValueError when its count or sum is negative."""
    total, count = mean
    if count < 0 or total < 0:
        raise ValueError(f"{what} has sum {total} ng/m³ over {count} values: reject it where it is decoded")
    return mean


def mean_of_means(means: Iterable[Mean]) -> Mean | None:
    """The plain mean of exact means, each weighing the same; None without one that has values."""
    present = [mean for mean in means if mean[1] > 0]
    if not present:
        return None
    common = lcm(*(count for _, count in present))
    return sum(total * (common // count) for total, count in present), common * len(present)


def day_mean(hours: Mapping[int, Mean]) -> Mean | None:
    """The natural-day mean of hourly means; None with fewer than 20 of them (GB 3095 table 4)."""
    present = _present(hours)
    return mean_of_means(present.values()) if len(present) >= DAY_MEAN_HOURS_MIN else None


def max_8h_mean(hours: Mapping[int, Mean]) -> Mean | None:
    """The daily maximum 8-hour mean: the largest of the running means that end at 08:00 to 24:00.

    Each needs 6 of its 8 hourly values, the day needs 14 of its 17 means. With fewer it is still valid when
    it already exceeds the limit of 160 µg/m³ (HJ 663 §6.1.2); we compare the rounded value, as the index does.
    """
    present = _present(hours)
    means = []
    for end in range(8, 25):
        inside = [present[hour] for hour in range(end - 8, end) if hour in present]
        mean = mean_of_means(inside) if len(inside) >= EIGHT_HOUR_MEAN_HOURS_MIN else None
        if mean is not None:
            means.append(mean)
    return _largest(means, len(means) >= EIGHT_HOUR_MEANS_MIN, O3_8H_LIMIT_UGM3)


def max_1h_mean(hours: Mapping[int, Mean]) -> Mean | None:
    """The daily maximum hourly mean of O3, an item of the 2012 daily report.

    How many hours it needs could not be verified. Ours: 20, as a day mean, or fewer when it already exceeds
    the limit of 200 µg/m³.
    """
    present = _present(hours)
    return _largest(list(present.values()), len(present) >= DAY_MEAN_HOURS_MIN, O3_1H_LIMIT_UGM3)


def _largest(means: list[Mean], enough: bool, limit_ugm3: int) -> Mean | None:
    largest: Mean | None = None
    for total, count in means:
        if largest is None or total * largest[1] > largest[0] * count:
            largest = (total, count)
    if largest is None or enough:
        return largest
    exceeds = divide_half_even(largest[0], largest[1] * UGM3_IN_NG) > limit_ugm3
    return largest if exceeds else None


def _present(hours: Mapping[int, Mean]) -> dict[int, Mean]:
    for hour, mean in hours.items():
        if not 0 <= hour <= 23:
            raise ValueError(f"hour {hour} is not of this civil day: hours run from 0 to 23")
        checked(mean, f"hour {hour}")
    return {hour: mean for hour, mean in hours.items() if mean[1] > 0}
