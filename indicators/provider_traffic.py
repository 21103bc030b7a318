"""What would the providers of traffic data say of the same traffic?

Practices of Amap, TomTom and DiDi, for comparison with what they publish; none of them is a standard. Amap and
TomTom come from secondary sources, DiDi from the code that it published. Travel and free-flow time are sums over
the same weighted vehicles in one unit, as everywhere: an index is a ratio of sums and never a mean of indices.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.grades import AMAP_GRADES
from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.traffic_inputs import Exact, not_negative, positive, speed_kmh

AMAP = Edition("Amap", "practice", None, None, "congestion delay index; a provider's, secondary source")
TOMTOM = Edition("TomTom", "practice", None, None, "congestion level; a provider's, secondary source")
DIDI = Edition("DiDi", "practice", None, None, "free flow and travel time index; a provider's published code")

DIDI_FASTEST_HOURS = 4
DIDI_SAMPLES_PER_HOUR = 4
DIDI_CONFIDENCE_MIN, _CONFIDENCE_MAX = 20, 100


@dataclass(frozen=True, slots=True)
class ProviderFigure:
    """A figure by a provider's practice: `value` is exact in `unit`, None without data to compute it from.

    `grade` is the provider's word, None where it has none. "insufficient" means that `reason` was short.
    """

    value: Fraction | None
    unit: Literal["1", "%", "km/h"]
    grade: str | None
    validity: Literal["valid", "insufficient", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The figure for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)


@dataclass(frozen=True, slots=True)
class DidiSums:
    """Travel time and free-flow time of samples, each weighted by its link's vehicles of a month; they add up.

    In metres per km/h, which cancels in the index. Raises ValueError when one is negative or only one is 0.
    """

    travel_time: Exact = 0
    free_flow_time: Exact = 0

    def __post_init__(self) -> None:
        both = [not_negative(time, "a sum") for time in (self.travel_time, self.free_flow_time)]
        if bool(both[0]) != bool(both[1]):
            raise ValueError(
                f"sums are {both[0]} and {both[1]}: they are over the same samples, correct them"
            )
        if both[1]:
            positive(both[0] / both[1], "the ratio of the sums")

    def __add__(self, other: "DidiSums") -> "DidiSums":
        """Both networks together."""
        return DidiSums(self.travel_time + other.travel_time, self.free_flow_time + other.free_flow_time)


@dataclass(frozen=True, slots=True)
class DidiSample:
    """One link as it was seen once: its speed (km/h, 0 where none was found), free flow, length and weight."""

    length_m: Exact
    speed_kmh: Exact
    free_flow_kmh: Exact
    weight: Exact

    def __post_init__(self) -> None:
        positive(self.length_m, "a length")
        positive(self.weight, "a weight")
        speed_kmh(self.free_flow_kmh, "a free-flow speed")
        if not_negative(self.speed_kmh, "a speed"):
            speed_kmh(self.speed_kmh)


def amap_delay_index(travel_time: Exact, free_flow_time: Exact) -> ProviderFigure:
    """Amap's congestion delay index (拥堵延时指数), at least 1, and its grade.

    Its grades are printed for one decimal (1.0 to 1.4, 1.5 to 1.9, 2.0 to 3.9); the exact index is graded by the
    cuts 1.5, 2 and 4. Raises ValueError for a sum that is not positive.
    """
    index = _ratio(travel_time, free_flow_time)
    return _figure(index, "1", AMAP, grade=AMAP_GRADES.of(100 * index).word)


def tomtom_congestion_level(travel_time: Exact, free_flow_time: Exact) -> ProviderFigure:
    """TomTom's congestion level: extra travel time in percent of free flow, at least 0 (that is ours).

    Raises ValueError for a sum that is not positive.
    """
    return _figure(100 * (_ratio(travel_time, free_flow_time) - 1), "%", TOMTOM)


def didi_free_flow(samples: Iterable[tuple[str, Exact, Exact]]) -> ProviderFigure:
    """DiDi's free-flow speed of a link (km/h) from samples of a month: (hour, confidence 0 to 100, speed).

    The mean of the four fastest hourly means. A sample of confidence below 20 or speed 0 does not count, and
    neither does an hour of fewer than four samples. `hour` is a label: the code reads it from a time whose
    layout it does not explain. With fewer than four hours the mean is of those in hand, as in the code.
    """
    hours: dict[str, list[Fraction]] = {}
    for hour, confidence, speed in samples:
        trust = not_negative(confidence, "a confidence")
        if not isinstance(hour, str) or trust > _CONFIDENCE_MAX:
            raise ValueError(f"hour {hour!r} of confidence {trust}: give a label, and 0 to {_CONFIDENCE_MAX}")
        if not_negative(speed, "a speed"):
            seen = speed_kmh(speed)
            if trust >= DIDI_CONFIDENCE_MIN:
                hours.setdefault(hour, []).append(seen)
    means = (
        sum(seen, Fraction(0)) / len(seen) for seen in hours.values() if len(seen) >= DIDI_SAMPLES_PER_HOUR
    )
    fastest = sorted(means, reverse=True)[:DIDI_FASTEST_HOURS]
    if not fastest:
        return _figure(None, "km/h", DIDI, reason="no hour has four samples that count")
    short = f"{len(fastest)} of {DIDI_FASTEST_HOURS} hours have enough samples"
    value = sum(fastest, Fraction(0)) / len(fastest)
    return _figure(value, "km/h", DIDI, reason=short if len(fastest) < DIDI_FASTEST_HOURS else None)


def didi_sums(samples: Iterable[DidiSample]) -> DidiSums:
    """The weighted sums over samples; one of speed 0 is skipped. Which are fresh enough is the caller's choice."""
    travel_time, free_flow_time = Fraction(0), Fraction(0)
    for sample in samples:
        if sample.speed_kmh:
            weighted = Fraction(sample.weight) * sample.length_m
            travel_time += weighted / sample.speed_kmh
            free_flow_time += weighted / sample.free_flow_kmh
    return DidiSums(travel_time, free_flow_time)


def didi_tti(sums: DidiSums) -> ProviderFigure:
    """DiDi's travel time index of a network: the ratio of its sums, below 1 where it is faster than free flow."""
    if not sums.free_flow_time:
        return _figure(None, "1", DIDI, reason="no link has a speed")
    return _figure(Fraction(sums.travel_time) / sums.free_flow_time, "1", DIDI)


def _ratio(travel_time: Exact, free_flow_time: Exact) -> Fraction:
    taken, free = positive(travel_time, "a travel time"), positive(free_flow_time, "a free-flow time")
    return max(Fraction(1), taken / free)


def _figure(
    value: Fraction | None,
    unit: Literal["1", "%", "km/h"],
    edition: Edition,
    *,
    grade: str | None = None,
    reason: str | None = None,
) -> ProviderFigure:
    return ProviderFigure(
        value=value,
        unit=unit,
        grade=grade,
        validity="no_data" if value is None else "insufficient" if reason else "valid",
        reason=reason,
        standard=edition.standard,
        edition=edition.edition,
        clause=edition.clause,
    )
