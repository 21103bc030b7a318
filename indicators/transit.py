"""Do buses and trains stop when the timetable says so?

On-time performance: the share of stops whose delay lies within a window, over the stops that were to be served.
Ours: no standard sets the window, it is each agency's policy, so it is configuration with its source and is kept
in the sums. Delays are whole seconds, late positive, early negative; what became of a stop is named as in GTFS
Realtime. Sums add up, so a district is the sum of its routes; a share is never averaged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.counting import checked_count, checked_share
from indicators.rounding import as_float
from indicators.standard import Edition

ON_TIME_V1 = Edition(
    "project",
    "transit-on-time-1",
    None,
    None,
    "share of stops within the agency's window around the timetable",
)
# Ours: further from its time a vehicle is taken for that of another trip or another day.
DELAY_MAX_S = 86_400
# Ours: with less of the stops known, the share says more of the feed than of the service.
MINIMUM_COVERED = Fraction("0.7")


def _check_delay(delay_s: object) -> None:
    if type(delay_s) is not int or abs(delay_s) > DELAY_MAX_S:
        raise ValueError(f"a delay is {delay_s!r}: give whole seconds, at most {DELAY_MAX_S} early or late")


@dataclass(frozen=True, slots=True)
class OnTimeWindow:
    """Which delays are on time, both ends inside, and whether a skipped stop is a failure: configuration.

    Raises ValueError for a window that does not hold the scheduled time.
    """

    id: str
    from_s: int
    to_s: int
    source: str
    skipped: Literal["failed", "excluded"] = "failed"

    def __post_init__(self) -> None:
        _check_delay(self.from_s)
        _check_delay(self.to_s)
        if not self.from_s <= 0 <= self.to_s:
            raise ValueError(
                f"window {self.id} is {self.from_s} s to {self.to_s} s: the scheduled time, 0 s, lies inside"
            )
        if self.skipped not in ("failed", "excluded"):
            raise ValueError(f"window {self.id} has skipped stops {self.skipped!r}: write failed or excluded")


# Nobody who waited at a skipped stop was served on time, so it fails where the agency does not say otherwise.
COMMON = OnTimeWindow("common", -60, 300, "common practice of agencies, secondary source")
WMATA_BUS = OnTimeWindow("wmata-bus", -120, 420, "policy of WMATA for buses, secondary source")
SF_MUNI = OnTimeWindow("sf-muni", -60, 240, "policy of San Francisco's Muni, secondary source")
WINDOWS = (COMMON, WMATA_BUS, SF_MUNI)


@dataclass(frozen=True, slots=True)
class StopSums:
    """How many stops were served how, by one window; they add up under the same window only.

    `no_data` are stops of which nothing is known, `unscheduled` those of trips without a timetable, which have a
    headway instead. Raises ValueError for what is no count.
    """

    window: OnTimeWindow = COMMON
    on_time: int = 0
    early: int = 0
    late: int = 0
    skipped: int = 0
    no_data: int = 0
    unscheduled: int = 0

    def __post_init__(self) -> None:
        for name in ("on_time", "early", "late", "skipped", "no_data", "unscheduled"):
            checked_count(getattr(self, name), name)

    def __add__(self, other: "StopSums") -> "StopSums":
        """Both routes, or both periods, as one. Raises ValueError when their windows differ."""
        if self.window != other.window:
            raise ValueError(
                f"sums by {self.window.id} and by {other.window.id} do not add up: count both by one window"
            )
        return StopSums(
            window=self.window,
            on_time=self.on_time + other.on_time,
            early=self.early + other.early,
            late=self.late + other.late,
            skipped=self.skipped + other.skipped,
            no_data=self.no_data + other.no_data,
            unscheduled=self.unscheduled + other.unscheduled,
        )


@dataclass(frozen=True, slots=True)
class OnTimePerformance:
    """The share of stops on time, exact, None when none was counted.

    `counted` is its denominator; `covered` is counted / (counted + no_data), None without any. "insufficient"
    means that less than the wanted part is known. What was counted how stands in `sums`.
    """

    value: Fraction | None
    counted: int
    covered: Fraction | None
    sums: StopSums
    validity: Literal["valid", "insufficient", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The share for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)


def stop_sums(stops: Iterable[tuple[str, int | None]], window: OnTimeWindow = COMMON) -> StopSums:
    """The sums over stops, each its schedule relationship with its delay in seconds, in any order.

    SCHEDULED is judged by its delay, and without one it is no data. Of SKIPPED, NO_DATA and UNSCHEDULED a delay
    is not looked at: GTFS Realtime gives it no meaning there, and a stop without data is never on time.
    Raises LookupError for another relationship, ValueError for a delay that is not whole or above a day.
    """
    counts = dict.fromkeys(("on_time", "early", "late", "skipped", "no_data", "unscheduled"), 0)
    for relationship, delay_s in stops:
        if delay_s is not None:
            _check_delay(delay_s)
        counts[_outcome(relationship, delay_s, window)] += 1
    return StopSums(window, **counts)


def on_time_performance(sums: StopSums, *, minimum_covered: Fraction = MINIMUM_COVERED) -> OnTimePerformance:
    """The share of stops on time: on time / (on time + early + late + skipped, where skipped stops fail).

    Raises ValueError for a minimum that lies outside 0 to 1.
    """
    minimum = checked_share(minimum_covered, "the part to cover")
    failed = sums.early + sums.late + (sums.skipped if sums.window.skipped == "failed" else 0)
    counted = sums.on_time + failed
    known = counted + sums.no_data
    covered = Fraction(counted, known) if known else None
    reason = None
    if not counted:
        reason = "no stop with a timetable is known to have been served or skipped"
    elif covered is not None and covered < minimum:
        reason = f"{covered} of the stops are known, {minimum} is needed"
    return OnTimePerformance(
        value=Fraction(sums.on_time, counted) if counted else None,
        counted=counted,
        covered=covered,
        sums=sums,
        validity="no_data" if not counted else "insufficient" if reason else "valid",
        reason=reason,
        standard=ON_TIME_V1.standard,
        edition=ON_TIME_V1.edition,
        clause=ON_TIME_V1.clause,
    )


def _outcome(relationship: object, delay_s: int | None, window: OnTimeWindow) -> str:
    if relationship == "SCHEDULED" and delay_s is not None:
        if delay_s < window.from_s:
            return "early"
        return "late" if delay_s > window.to_s else "on_time"
    if relationship in ("SCHEDULED", "NO_DATA"):
        return "no_data"
    if relationship == "SKIPPED":
        return "skipped"
    if relationship == "UNSCHEDULED":
        return "unscheduled"
    raise LookupError(
        f"a stop is {relationship!r}: GTFS Realtime knows SCHEDULED, SKIPPED, NO_DATA and UNSCHEDULED"
    )
