"""Was help there in time?

Response times come as an exact histogram: whole seconds -> count of incidents. Histograms add up, so a city's
percentile is taken from the merged districts; a percentile or a ratio is never averaged.
No standard defines the city's "responded to within 15 minutes": the definition here is ours and says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.rounding import as_float, divide_ceil
from indicators.standard import Edition

RESPONSE_V1 = Edition(
    "project", "emergency-response-1", None, None, "share within the target, nearest-rank percentiles"
)
RESPONSE_TARGET_SECONDS = 900

Histogram = Mapping[int, int]
# What "responded to" counts: the default is the first arrival, the others are published beside it.
Milestone = Literal["dispatched", "en_route", "arrived"]
DEFAULT_MILESTONE: Milestone = "arrived"


@dataclass(frozen=True, slots=True)
class ResponseResult:
    """How fast incidents were responded to.

    `responded` incidents have a response time, `within` of them are not slower than the target.
    `overdue_open` are still open, not responded to and older than the target: they count as failed at once.
    `ratio` is within / (responded + overdue_open), exact, None without incidents.
    `p50` and `p90` are whole seconds by nearest rank, over the incidents that were responded to.
    The exclusions stand beside the ratio and are in none of these numbers.
    """

    responded: int
    within: int
    overdue_open: int
    ratio: Fraction | None
    p50: int | None
    p90: int | None
    target_seconds: int
    closed_without_arrival: int
    expired_without_closure: int
    standard: str
    edition: str
    clause: str

    @property
    def ratio_value(self) -> float | None:
        """The ratio for tables, rounded half-even to six decimals."""
        return None if self.ratio is None else as_float(self.ratio)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a ratio to publish."""
        return "no_data" if self.ratio is None else "valid"


@dataclass(frozen=True, slots=True)
class Target:
    """A limit that a share of cases has to keep: configuration with its source, never presented as more.

    `segment` names the span of the timeline, "from_to". `share` is None where the source gives only the limit.
    """

    id: str
    segment: str
    seconds: int
    share: Fraction | None
    source: str


@dataclass(frozen=True, slots=True)
class TargetResult:
    """How one target was kept: `met` is None without cases, or when the source names no share."""

    target: Target
    cases: int
    within: int
    ratio: Fraction | None
    met: bool | None


_NFPA = "NFPA 1710, secondary source"
_CHINA_120 = "national target for pre-hospital emergency care by 2025, secondary source"
_CHINA_119 = "建标152-2011 §12, secondary source"

# A travel target is for leaving the station to arriving: a total response must not be held against it.
TARGETS = (
    Target("nfpa_1710.answering_15s", "received_answered", 15, Fraction(95, 100), _NFPA),
    Target("nfpa_1710.answering_40s", "received_answered", 40, Fraction(99, 100), _NFPA),
    Target("nfpa_1710.processing", "answered_dispatched", 64, Fraction(90, 100), _NFPA),
    Target("nfpa_1710.turnout_fire", "dispatched_en_route", 80, Fraction(90, 100), _NFPA),
    Target("nfpa_1710.turnout_ems", "dispatched_en_route", 60, Fraction(90, 100), _NFPA),
    Target("nfpa_1710.travel_first_engine", "en_route_arrived", 240, Fraction(90, 100), _NFPA),
    Target("nfpa_1710.travel_full_alarm", "en_route_arrived", 480, Fraction(90, 100), _NFPA),
    Target("nfpa_1710.travel_full_alarm_high_rise", "en_route_arrived", 610, Fraction(90, 100), _NFPA),
    Target("nfpa_1710.travel_bls", "en_route_arrived", 240, Fraction(90, 100), _NFPA),
    Target("nfpa_1710.travel_als", "en_route_arrived", 480, Fraction(90, 100), _NFPA),
    Target("china_120.answering", "received_answered", 10, Fraction(95, 100), _CHINA_120),
    Target("china_120.dispatch", "received_dispatched", 180, Fraction(95, 100), _CHINA_120),
    Target("china_119.reach_area_edge", "dispatched_arrived", 300, None, _CHINA_119),
    Target("city.responded_15min", "received_arrived", RESPONSE_TARGET_SECONDS, None, "the city's own plan"),
)


def response(
    histogram: Histogram,
    target_seconds: int = RESPONSE_TARGET_SECONDS,
    *,
    overdue_open: int = 0,
    closed_without_arrival: int = 0,
    expired_without_closure: int = 0,
) -> ResponseResult:
    """Judge the response times of a window: whole seconds from call to milestone -> count of incidents.

    A response of exactly `target_seconds` is within. Raises ValueError for a negative time or count.
    """
    if min(overdue_open, closed_without_arrival, expired_without_closure) < 0:
        raise ValueError("counts of open and excluded incidents cannot be negative: correct the statistic")
    responded = count(histogram)
    within = count_within(histogram, target_seconds)
    counted = responded + overdue_open
    return ResponseResult(
        responded=responded,
        within=within,
        overdue_open=overdue_open,
        ratio=Fraction(within, counted) if counted else None,
        p50=percentile(histogram, 50),
        p90=percentile(histogram, 90),
        target_seconds=target_seconds,
        closed_without_arrival=closed_without_arrival,
        expired_without_closure=expired_without_closure,
        standard=RESPONSE_V1.standard,
        edition=RESPONSE_V1.edition,
        clause=RESPONSE_V1.clause,
    )


def keeps(histogram: Histogram, target: Target) -> TargetResult:
    """Whether the times of the target's segment keep it."""
    cases = count(histogram)
    within = count_within(histogram, target.seconds)
    ratio = Fraction(within, cases) if cases else None
    met = None if ratio is None or target.share is None else ratio >= target.share
    return TargetResult(target=target, cases=cases, within=within, ratio=ratio, met=met)


def count(histogram: Histogram) -> int:
    """How many incidents the histogram holds. Raises ValueError for a negative time or count."""
    total = 0
    for seconds, incidents in histogram.items():
        if seconds < 0 or incidents < 0:
            raise ValueError(
                f"{incidents} incidents at {seconds} s: a time before the call has to be excluded with its reason"
            )
        total += incidents
    return total


def count_within(histogram: Histogram, target_seconds: int) -> int:
    """How many incidents took at most `target_seconds`."""
    return sum(incidents for seconds, incidents in histogram.items() if seconds <= target_seconds)


def percentile(histogram: Histogram, percent: int) -> int | None:
    """The nearest-rank percentile in whole seconds: the smallest time that `percent` % of incidents keep.

    `percent` is 1 to 100. NFPA 1710 prescribes no method; nearest rank always gives a time that occurred.
    """
    if not 1 <= percent <= 100:
        raise ValueError(f"a percentile is 1 to 100, got {percent}")
    rank = divide_ceil(percent * count(histogram), 100)
    seen = 0
    for seconds in sorted(histogram):
        seen += histogram[seconds]
        if seen >= rank > 0:
            return seconds
    return None


def merge(hist_a: Histogram, hist_b: Histogram) -> dict[int, int]:
    """Both histograms together, as of one district beside another."""
    return merge_all((hist_a, hist_b))


def merge_all(histograms: Iterable[Histogram]) -> dict[int, int]:
    """All histograms together; empty without any."""
    merged: dict[int, int] = {}
    for histogram in histograms:
        for seconds, incidents in histogram.items():
            merged[seconds] = merged.get(seconds, 0) + incidents
    return merged


def parse_histogram(counts: Mapping[str, int]) -> dict[int, int]:
    """A histogram from an Avro map, whose keys are text ("312" -> 4). Raises ValueError for another text."""
    merged: dict[int, int] = {}
    for text, incidents in counts.items():
        seconds = int(text)
        merged[seconds] = merged.get(seconds, 0) + incidents
    return merged
