"""How much was driven on a freeway, how long did it take, and how much of it was delay?

The performance measures of Caltrans PeMS, by its published calculations, in the customary units of their source:
vehicles, miles, miles per hour, vehicle-miles and vehicle-hours, each sample over five minutes. Distance, time,
delay and lost productivity are sums and add up over stations, lanes and hours; speed (Q) and the travel time index
are ratios of such sums and are never averaged. Everything is exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.traffic_inputs import Exact, not_negative, positive

PEMS = Edition("Caltrans PeMS", "calculations", None, None, "VMT, VHT, delay, Q, TTI, lost productivity")

# What counts as congested is for the reader to choose; 35 mph is the usual choice of the source.
THRESHOLDS_MPH = (35, 40, 45, 50, 55, 60)
DEFAULT_THRESHOLD_MPH = 35
FREE_FLOW_MPH = 60
# 2 076 vehicles an hour and lane, in five minutes.
CAPACITY_PER_LANE = 173
SAMPLES_PER_HOUR = 12
# Ours: faster than anything on a road, or km/h taken for miles an hour.
_SPEED_MPH_MAX = 155
_LANES_MAX = 20


@dataclass(frozen=True, slots=True)
class FreewaySample:
    """Five minutes at one station, or of one lane of it.

    `vehicles` passed on all `lanes` together; `length_mi` is the stretch that the station stands for.
    `speed_mph` is None only when no vehicle passed. Raises ValueError for what cannot be.
    """

    vehicles: Exact
    length_mi: Exact
    speed_mph: Exact | None
    lanes: int = 1

    def __post_init__(self) -> None:
        not_negative(self.vehicles, "a flow")
        positive(self.length_mi, "a length")
        if type(self.lanes) is not int or not 1 <= self.lanes <= _LANES_MAX:
            raise ValueError(f"{self.lanes!r} lanes: give a whole number from 1 to {_LANES_MAX}")
        if self.speed_mph is None:
            if self.vehicles:
                raise ValueError(f"{self.vehicles} vehicles without a speed: leave the sample out")
        else:
            _check_speed(self.speed_mph, "a speed")


@dataclass(frozen=True, slots=True)
class FreewaySums:
    """What samples add up to, with delay and lost productivity against one threshold speed.

    `lost_lane_miles` is the source's formula added over samples of five minutes; an hour of it is twelve times
    as many. Raises ValueError for a threshold that the source does not have, and for sums that no samples make.
    """

    threshold_mph: int = DEFAULT_THRESHOLD_MPH
    vehicle_miles: Exact = 0
    vehicle_hours: Exact = 0
    delay_hours: Exact = 0
    lost_lane_miles: Exact = 0

    def __post_init__(self) -> None:
        if type(self.threshold_mph) is not int or self.threshold_mph not in THRESHOLDS_MPH:
            raise ValueError(f"a threshold of {self.threshold_mph!r} mph: choose one of {THRESHOLDS_MPH}")
        for name in ("vehicle_miles", "vehicle_hours", "delay_hours", "lost_lane_miles"):
            not_negative(getattr(self, name), name)
        hours = self.vehicle_hours
        if bool(self.vehicle_miles) != bool(hours) or self.delay_hours > hours:
            raise ValueError(
                f"{self.vehicle_miles} vehicle-miles in {hours} hours with {self.delay_hours} hours of delay: no "
                "samples add up to that, reject the sums"
            )
        if hours:
            _check_speed(Fraction(self.vehicle_miles) / hours, "the speed of the sums")

    @property
    def lost_lane_mile_hours(self) -> Fraction:
        """Lost productivity in the unit in which it is read, exact."""
        return Fraction(self.lost_lane_miles) / SAMPLES_PER_HOUR

    def __add__(self, other: "FreewaySums") -> "FreewaySums":
        """Both together, as if their samples had been added at once. Raises ValueError when thresholds differ."""
        if other.threshold_mph != self.threshold_mph:
            raise ValueError(
                f"delay against {self.threshold_mph} and {other.threshold_mph} mph does not add up: choose one"
            )
        return FreewaySums(
            self.threshold_mph,
            self.vehicle_miles + other.vehicle_miles,
            self.vehicle_hours + other.vehicle_hours,
            self.delay_hours + other.delay_hours,
            self.lost_lane_miles + other.lost_lane_miles,
        )


@dataclass(frozen=True, slots=True)
class FreewayPerformance:
    """How the vehicles of the sums got along, exact; None without any.

    `q_mph` is their mean speed, distance over time. `tti` is 60 mph over it: below 1 where they were faster,
    because the source does not cut it.
    """

    q_mph: Fraction | None
    tti: Fraction | None
    sums: FreewaySums
    validity: Literal["valid", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def tti_value(self) -> float | None:
        """The travel time index for tables, rounded half-even to six decimals."""
        return None if self.tti is None else as_float(self.tti)


def freeway_sums(
    samples: Iterable[FreewaySample], *, threshold_mph: int = DEFAULT_THRESHOLD_MPH
) -> FreewaySums:
    """The sums over samples, in any order.

    VMT = F L; VHT = F L / v; delay = F (L / v - L / v_t), at least 0; lost productivity = (lanes - F / 173) L
    where v is below v_t, at least 0 (a flow above capacity loses nothing: our decision), else 0.
    """
    sums = FreewaySums(threshold_mph)
    miles, hours, delay, lost = Fraction(0), Fraction(0), Fraction(0), Fraction(0)
    for sample in samples:
        if sample.speed_mph is None:
            continue
        driven = Fraction(sample.vehicles) * sample.length_mi
        miles += driven
        hours += driven / sample.speed_mph
        if sample.speed_mph < threshold_mph:
            delay += driven / sample.speed_mph - driven / threshold_mph
            unused_lanes = sample.lanes - Fraction(sample.vehicles) / CAPACITY_PER_LANE
            lost += max(Fraction(0), unused_lanes) * sample.length_mi
    return sums + FreewaySums(threshold_mph, miles, hours, delay, lost)


def freeway_performance(sums: FreewaySums) -> FreewayPerformance:
    """Speed and travel time index of everything that was added up: the ratio of the sums."""
    q_mph = Fraction(sums.vehicle_miles) / sums.vehicle_hours if sums.vehicle_hours else None
    return FreewayPerformance(
        q_mph=q_mph,
        tti=None if q_mph is None else FREE_FLOW_MPH / q_mph,
        sums=sums,
        validity="no_data" if q_mph is None else "valid",
        reason="no vehicle passed" if q_mph is None else None,
        standard=PEMS.standard,
        edition=PEMS.edition,
        clause=PEMS.clause,
    )


def _check_speed(speed_mph: object, what: str) -> None:
    if positive(speed_mph, what) > _SPEED_MPH_MAX:
        raise ValueError(f"{what} is {speed_mph} mph: it can be {_SPEED_MPH_MAX} at most")
