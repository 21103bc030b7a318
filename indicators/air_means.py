"""Which concentrations may a report of an hour, a day, a year or a city use?

An exact mean is a pair (sum in ng/m³, count): the ratio itself, kept in integers. Means of means are pairs
too, so nothing is rounded before the index rounds once (GB/T 8170 forbids rounding in a chain).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import lcm

from indicators.air_rules import O3_1H_LIMIT_UGM3, O3_8H_LIMIT_UGM3, UGM3_IN_NG, Item
from indicators.rounding import divide_half_even

Mean = tuple[int, int]
Maximum = tuple[Mean | None, bool]
"""The largest mean of a day, and whether it stands only because it exceeds the limit."""
Hours = Mapping[str, Mapping[int, Mean]]
"""Hourly means by pollutant and hour: of the civil day, or hours ago."""
ItemMeans = tuple[dict[str, Mean | None], set[str]]
"""The mean of each item of a report, and the items that stand only because they exceed their limit."""

_HOURS_OF_DAY = range(24)
# GB 3095-2026 table 4 (the same numbers in 2012) and HJ 663 §6.1.2.
DAY_MEAN_HOURS_MIN = 20
EIGHT_HOUR_MEAN_HOURS_MIN = 6
EIGHT_HOUR_MEANS_MIN = 14
# GB 3095-2026 table 4 (the same numbers in 2012), there for annual means. Ours: the same for annual percentiles.
YEAR_DAYS_MIN = 324
MONTH_DAYS_MIN = 27
FEBRUARY_DAYS_MIN = 25


def checked(mean: Mean, what: str) -> Mean:
    """The same mean when it can be one; ValueError when its count or sum is negative or no integer."""
    total, count = mean
    if type(total) is not int or type(count) is not int:
        raise ValueError(
            f"{what} has sum {total!r} over {count!r} values: give both as integers, sums in ng/m³"
        )
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


def item_means(items: Iterable[Item], hours: Hours) -> ItemMeans:
    """The items of a report from the hourly means of one station."""
    found = {item.key: _averaged(item, hours.get(item.pollutant, {})) for item in items}
    return {key: mean for key, (mean, _) in found.items()}, {key for key, (_, only) in found.items() if only}


def city_item_means(items: Sequence[Item], stations: Iterable[Hours]) -> ItemMeans:
    """The items of a report for a city: the mean of its stations' items, where a station has a valid one."""
    found = [item_means(items, station) for station in stations]
    means = {
        item.key: mean_of_means(mean for station, _ in found if (mean := station[item.key]) is not None)
        for item in items
    }
    return means, {key for _, by_exceedance in found for key in by_exceedance}


def this_hour(past: Mapping[int, Mean]) -> Mean | None:
    """The mean of the hour that is judged, from hours ago (0 is this hour) -> mean; None when it has none."""
    return _present_past(past).get(0)


def running_24h_mean(past: Mapping[int, Mean]) -> Mean | None:
    """The mean of the last 24 hours, from hours ago (0 is this hour) -> mean; None with fewer than 20 of them.

    The text of HJ 633-2012 names it for PM; its 20 hours are those of a day mean.
    """
    present = _present_past(past)
    return mean_of_means(present.values()) if len(present) >= DAY_MEAN_HOURS_MIN else None


def running_8h_mean(past: Mapping[int, Mean]) -> Mean | None:
    """The mean of the last 8 hours, from hours ago (0 is this hour) -> mean; None with fewer than 6 of them."""
    present = _present_past(past)
    return _eight_hour_mean(present[ago] for ago in range(8) if ago in present)


def max_8h(hours: Mapping[int, Mean]) -> Maximum:
    """The daily maximum 8-hour mean: the largest of the running means that end at 08:00 to 24:00.

    Each needs 6 of its 8 hourly values, the day needs 14 of its 17 means. With fewer it is still valid when
    it already exceeds the limit of 160 µg/m³ (HJ 663 §6.1.2); we compare the rounded value, as the index does.
    """
    present = _present(hours)
    means = []
    for end in range(8, 25):
        mean = _eight_hour_mean(present[hour] for hour in range(end - 8, end) if hour in present)
        if mean is not None:
            means.append(mean)
    return _largest(means, len(means) >= EIGHT_HOUR_MEANS_MIN, O3_8H_LIMIT_UGM3)


def max_1h(hours: Mapping[int, Mean]) -> Maximum:
    """The daily maximum hourly mean of O3, an item of the 2012 daily report.

    How many hours it needs could not be verified. Ours: 20, as a day mean, or fewer when it already exceeds
    the limit of 200 µg/m³.
    """
    present = _present(hours)
    return _largest(list(present.values()), len(present) >= DAY_MEAN_HOURS_MIN, O3_1H_LIMIT_UGM3)


def max_8h_mean(hours: Mapping[int, Mean]) -> Mean | None:
    """The daily maximum 8-hour mean of `max_8h`, whatever it stands by."""
    return max_8h(hours)[0]


def max_1h_mean(hours: Mapping[int, Mean]) -> Mean | None:
    """The daily maximum hourly mean of `max_1h`, whatever it stands by."""
    return max_1h(hours)[0]


def thin_months_of(days: Collection[date]) -> tuple[int, ...]:
    """The months (1 to 12) with fewer than 27 of these days of a year, February with fewer than 25."""
    counts = dict.fromkeys(range(1, 13), 0)
    for day in days:
        counts[day.month] += 1
    least = dict.fromkeys(counts, MONTH_DAYS_MIN) | {2: FEBRUARY_DAYS_MIN}
    return tuple(month for month, count in counts.items() if count < least[month])


def percentile(values: Iterable[int | Fraction], percent: int) -> Fraction | None:
    """The percentile by linear interpolation between ranks, exact; None without values.

    Sorted ascending, k = 1 + (n - 1) x percent / 100, s its whole part: x_s + (x_s+1 - x_s) x (k - s). HJ 663,
    secondary sources. `percent` is 1 to 100. Raises ValueError for another, and for a value that is not exact.
    """
    if type(percent) is not int or not 1 <= percent <= 100:
        raise ValueError(f"a percentile is 1 to 100, got {percent!r}")
    ranked = list(values)
    inexact = [value for value in ranked if type(value) not in {int, Fraction}]
    if inexact:
        raise ValueError(f"{inexact[0]!r} is not exact: give integers or fractions")
    if not ranked:
        return None
    ranked.sort()
    rank, hundredths = divmod((len(ranked) - 1) * percent, 100)
    low, high = ranked[rank], ranked[min(rank + 1, len(ranked) - 1)]
    return low + (high - low) * Fraction(hundredths, 100)


def _averaged(item: Item, hours: Mapping[int, Mean]) -> Maximum:
    match item.averaging:
        case "max_8h":
            return max_8h(hours)
        case "max_1h":
            return max_1h(hours)
        case "day_mean":
            return day_mean(hours), False
        case "running_24h":
            return running_24h_mean(hours), False
        case "running_8h":
            return running_8h_mean(hours), False
        case "hour":
            return this_hour(hours), False


def _eight_hour_mean(inside: Iterable[Mean]) -> Mean | None:
    means = list(inside)
    return mean_of_means(means) if len(means) >= EIGHT_HOUR_MEAN_HOURS_MIN else None


def _largest(means: list[Mean], enough: bool, limit_ugm3: int) -> Maximum:
    largest: Mean | None = None
    for total, count in means:
        if largest is None or total * largest[1] > largest[0] * count:
            largest = (total, count)
    if largest is None or enough:
        return largest, False
    exceeds = divide_half_even(largest[0], largest[1] * UGM3_IN_NG) > limit_ugm3
    return (largest, True) if exceeds else (None, False)


def _present(hours: Mapping[int, Mean]) -> dict[int, Mean]:
    for hour in hours:
        if hour not in _HOURS_OF_DAY:
            raise ValueError(f"hour {hour} is not of this civil day: hours run from 0 to 23")
    return _with_values(hours, "hour {}")


def _present_past(past: Mapping[int, Mean]) -> dict[int, Mean]:
    for ago in past:
        if ago not in _HOURS_OF_DAY:
            raise ValueError(f"{ago} hours ago is not of the last 24: they run from 0 (this hour) to 23")
    return _with_values(past, "{} hours ago")


def _with_values(hours: Mapping[int, Mean], name: str) -> dict[int, Mean]:
    return {hour: mean for hour, mean in hours.items() if checked(mean, name.format(hour))[1] > 0}
