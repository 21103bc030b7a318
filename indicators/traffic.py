"""How congested is a link, a district or a city?

GB/T 33171-2016 from two sums over the same vehicles: the time they took, and the time free flow would take.
Both carry the same weights, so a district is the ratio of its links' sums; an index is never averaged.
Everything is decided on integers; values for tables are floats of six decimals, rounded once.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from indicators.grades import LINK_GRADES, NETWORK_GRADES
from indicators.rounding import ratio_to_float
from indicators.standard import Edition

GBT33171_2016 = Edition("GB/T 33171", "2016", None, None, "§7.2.2.1, §7.2.2.2, §7.2.3 appendix C, §8.1")

# Appendix C, delay-time proportion -> index, linear between: the knots in tenths, and the index at each.
_DTP_KNOTS_TENTHS = (0, 3, 5, 6, 7, 10)
_TPI_AT_KNOT = (0, 2, 4, 6, 8, 10)
_DECIMALS = 6
_KMH_PER_M_PER_MS = 3_600
# The fastest ninth of the day's intervals is free flow, §7.2.1.2: 8 of 72 quarters of an hour.
_FREE_FLOW_SHARE = 9


@dataclass(frozen=True, slots=True)
class Congestion:
    """Congestion of a link or a network in one interval.

    `tti_value` (>= 1), `dtp_value` (0 to 1) and `tpi_value` (0 to 10) are rounded half-even to six decimals;
    the properties `tti`, `dtp` and `tpi` are the exact ratios. `link_grade` is the grade of §8.1 (by speed over
    free-flow speed), `network_grade` that of §7.2.3 (by TPI).
    """

    travel_time: int
    free_flow_time: int
    tti_value: float
    dtp_value: float
    tpi_value: float
    link_grade: str
    network_grade: str
    weight_method: str
    tpi_conversion: str
    standard: str
    edition: str
    clause: str

    @property
    def tti(self) -> Fraction:
        """Travel time index, exact."""
        return Fraction(max(self.travel_time, self.free_flow_time), self.free_flow_time)

    @property
    def dtp(self) -> Fraction:
        """Delay-time proportion, exact."""
        return Fraction(max(0, self.travel_time - self.free_flow_time), self.travel_time)

    @property
    def tpi(self) -> Fraction:
        """Traffic performance index by appendix C, exact."""
        return tpi_by_appendix_c(self.dtp)


def congestion(travel_time: int, free_flow_time: int, *, weight_method: str = "unweighted") -> Congestion:
    """Congestion from sums of travel time and free-flow time (ms), both over the same weighted vehicles.

    TTI = t / t_f, at least 1; DTP = (t - t_f) / t, at least 0; TPI from DTP by appendix C.
    `weight_method` is recorded: the standard's own weights (GB/T 29107) could not be verified.
    Raises ValueError when a sum is not positive: without vehicles there is no congestion to tell.
    """
    if travel_time <= 0 or free_flow_time <= 0:
        raise ValueError(
            f"sums are travel {travel_time} ms and free flow {free_flow_time} ms: both must be positive, "
            "judge an entity without vehicles as no_data"
        )
    slower = max(travel_time, free_flow_time)
    delay = slower - free_flow_time
    tpi_numerator, tpi_denominator = _tpi_ratio(delay, travel_time)
    return Congestion(
        travel_time=travel_time,
        free_flow_time=free_flow_time,
        tti_value=ratio_to_float(slower, free_flow_time, _DECIMALS),
        dtp_value=ratio_to_float(delay, travel_time, _DECIMALS),
        tpi_value=ratio_to_float(tpi_numerator, tpi_denominator, _DECIMALS),
        link_grade=LINK_GRADES.of_ratio(100 * free_flow_time, travel_time).word,
        network_grade=NETWORK_GRADES.of_ratio(tpi_numerator, tpi_denominator).word,
        weight_method=weight_method,
        tpi_conversion="C",
        standard=GBT33171_2016.standard,
        edition=GBT33171_2016.edition,
        clause=GBT33171_2016.clause,
    )


def network_congestion(
    links: Iterable[tuple[int, int]], *, weight_method: str = "unweighted"
) -> Congestion | None:
    """Congestion of a district or city from its links' sums (travel time, free-flow time), in ms.

    The ratio of the sums, never the mean of the links' indices. None when no link had a vehicle.
    """
    travel_time = free_flow_time = 0
    for link_travel_time, link_free_flow_time in links:
        travel_time += link_travel_time
        free_flow_time += link_free_flow_time
    if travel_time == 0 and free_flow_time == 0:
        return None
    return congestion(travel_time, free_flow_time, weight_method=weight_method)


def space_mean_speed(length_m: int, travel_time_ms: int) -> float:
    """The mean speed in km/h of vehicles by what they drove together: distance over time (§7.2.1.3).

    Both are sums over the same weighted vehicles. Never the mean of their speeds, which would let the fast ones
    count for more. Rounded half-even to six decimals. Raises ValueError when a sum is not positive.
    """
    if length_m <= 0 or travel_time_ms <= 0:
        raise ValueError(
            f"sums are {length_m} m in {travel_time_ms} ms: both must be positive, judge an entity without "
            "vehicles as no_data"
        )
    return ratio_to_float(length_m * _KMH_PER_M_PER_MS, travel_time_ms, _DECIMALS)


def tpi_by_appendix_c(dtp: Fraction) -> Fraction:
    """The index 0 to 10 of a delay-time proportion 0 to 1, by the linear bands of appendix C, exact."""
    if not 0 <= dtp <= 1:
        raise ValueError(f"a delay-time proportion lies between 0 and 1, got {dtp}")
    return Fraction(*_tpi_ratio(dtp.numerator, dtp.denominator))


def free_flow_speed(
    interval_means: Sequence[Fraction | float], speed_limit: Fraction | float | None = None
) -> Fraction:
    """The free-flow speed of a link: the mean of the fastest ninth of its intervals, at most the limit (§7.2.1.2).

    One mean speed for each interval of at most 15 minutes from 06:00 to 24:00, each over 30 days or more; the
    result has the same unit. With intervals missing, the ninth is of those in hand, rounded down, at least one:
    our decision. Raises ValueError without a positive speed in every interval given.
    """
    try:
        speeds = sorted((Fraction(speed) for speed in interval_means), reverse=True)
    except (OverflowError, ValueError) as error:
        raise ValueError("a speed is infinite or not a number: leave its interval out") from error
    if not speeds or speeds[-1] <= 0:
        raise ValueError(
            "a free-flow speed needs at least one interval, and a positive speed in each of them"
        )
    fastest = speeds[: max(1, len(speeds) // _FREE_FLOW_SHARE)]
    speed = sum(fastest, Fraction(0)) / len(fastest)
    return speed if speed_limit is None else min(speed, Fraction(speed_limit))


def _tpi_ratio(delay: int, travel_time: int) -> tuple[int, int]:
    # Knots are whole tenths, so the floor of the proportion in tenths finds the band; its lower end is inside.
    band = min(bisect_right(_DTP_KNOTS_TENTHS, 10 * delay // travel_time), len(_DTP_KNOTS_TENTHS) - 1) - 1
    width_tenths = _DTP_KNOTS_TENTHS[band + 1] - _DTP_KNOTS_TENTHS[band]
    rise = _TPI_AT_KNOT[band + 1] - _TPI_AT_KNOT[band]
    above_tenths = 10 * delay - _DTP_KNOTS_TENTHS[band] * travel_time
    denominator = travel_time * width_tenths
    return _TPI_AT_KNOT[band] * denominator + rise * above_tenths, denominator
