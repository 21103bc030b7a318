"""How long does one wait for the next vehicle, and how much of it is owed to uneven gaps?

Where vehicles come often, nobody looks at the timetable: regularity counts instead of punctuality. Who arrives at
random waits AWT = sum of h^2 / (2 * sum of h) on average over the headways h; SWT is the same over the scheduled
headways and EWT = AWT - SWT is what irregularity costs. Both are practice of agencies, unverified against a
standard. The coefficient of variation is that of the whole population of headways, as TCQSM takes it (secondary
source), so that AWT = mean / 2 * (1 + CV^2). Everything is exact, in seconds; the root comes once, at the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Literal

from indicators.counting import checked_count, checked_share
from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.transit import MINIMUM_COVERED

HEADWAYS_V1 = Edition(
    "project", "transit-headways-1", None, None, "AWT, SWT, EWT and CV of headways in frequent service"
)
# Ours: a longer gap is the end of the service and not a headway.
HEADWAY_MAX_S = 86_400
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class FrequentService:
    """Up to which mean scheduled headway a service is frequent: configuration with its source."""

    id: str
    headway_s: int
    source: str

    def __post_init__(self) -> None:
        if not 1 <= checked_count(self.headway_s, f"the headway of {self.id}") <= HEADWAY_MAX_S:
            raise ValueError(f"{self.id} is {self.headway_s} s: give whole seconds, 1 to {HEADWAY_MAX_S}")


FREQUENT_12MIN = FrequentService("frequent-12min", 720, "ours, the upper end of common practice")
FREQUENT_10MIN = FrequentService("frequent-10min", 600, "the lower end of common practice, secondary source")


@dataclass(frozen=True, slots=True)
class GapSums:
    """Headways in whole seconds as their count, their sum and the sum of their squares; they add up.

    Raises ValueError for sums that no headways from 0 s to a day can have.
    """

    count: int = 0
    seconds: int = 0
    squares: int = 0

    def __post_init__(self) -> None:
        for name in ("count", "seconds", "squares"):
            checked_count(getattr(self, name), f"{name} of headways")
        smallest = self.seconds**2 <= self.count * self.squares and self.seconds <= self.squares
        if not smallest or self.squares > HEADWAY_MAX_S * self.seconds:
            raise ValueError(
                f"{self.count} headways of {self.seconds} s with squares of {self.squares}: no headways from "
                f"0 to {HEADWAY_MAX_S} s have these sums, reject the statistic"
            )

    def __add__(self, other: "GapSums") -> "GapSums":
        """Both together."""
        return GapSums(self.count + other.count, self.seconds + other.seconds, self.squares + other.squares)

    @property
    def waiting_s(self) -> Fraction | None:
        """The mean wait of who arrives at random, seconds; None when no time passed."""
        return Fraction(self.squares, 2 * self.seconds) if self.seconds else None

    @property
    def variance(self) -> Fraction | None:
        """The population variance in s^2, None below two headways: one alone varies from nothing."""
        if self.count < 2:
            return None
        return Fraction(self.count * self.squares - self.seconds**2, self.count**2)

    @property
    def cv_squared(self) -> Fraction | None:
        """The square of the coefficient of variation; None below two headways or when no time passed."""
        if self.count < 2 or not self.seconds:
            return None
        return Fraction(self.count * self.squares, self.seconds**2) - 1


@dataclass(frozen=True, slots=True)
class HeadwaySums:
    """Observed and scheduled headways of frequent service, over the same stops in the same time.

    `lines` names what the sums hold, `left_out` counts the observed headways that are in none of them because
    their service is not frequent. `unobserved_s` is scheduled time of frequent lines of which nothing was seen:
    their schedule is in no sum, or it would be held against the headways of others. They add up under the same
    limit only.
    """

    frequent: FrequentService = FREQUENT_12MIN
    lines: frozenset[str] = frozenset()
    observed: GapSums = GapSums()
    scheduled: GapSums = GapSums()
    left_out: int = 0
    unobserved_s: int = 0

    def __post_init__(self) -> None:
        checked_count(self.left_out, "left_out")
        checked_count(self.unobserved_s, "unobserved_s")

    def __add__(self, other: "HeadwaySums") -> "HeadwaySums":
        """Both lines, or both periods, as one. Raises ValueError when their limits differ."""
        if self.frequent != other.frequent:
            raise ValueError(
                f"sums by {self.frequent.id} and by {other.frequent.id} do not add up: count both by one limit"
            )
        return HeadwaySums(
            self.frequent,
            self.lines | other.lines,
            self.observed + other.observed,
            self.scheduled + other.scheduled,
            self.left_out + other.left_out,
            self.unobserved_s + other.unobserved_s,
        )


@dataclass(frozen=True, slots=True)
class HeadwayRegularity:
    """How regular frequent service is: waits in exact seconds, None without headways to compute them from.

    Of several lines the waits weigh each line by the time it was observed. `ewt_s` is negative where service was
    better than scheduled. `cv_squared` is exact; it is None for several lines, because it would tell the
    difference between them, and below two headways. `covered` is observed over all scheduled time;
    "insufficient" means that it is less than wanted.
    """

    awt_s: Fraction | None
    swt_s: Fraction | None
    ewt_s: Fraction | None
    cv_squared: Fraction | None
    covered: Fraction | None
    sums: HeadwaySums
    validity: Literal["valid", "insufficient", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def ewt_float(self) -> float | None:
        """The excess wait in seconds for tables, rounded half-even to six decimals."""
        return None if self.ewt_s is None else as_float(self.ewt_s)

    @property
    def cv_float(self) -> float | None:
        """The coefficient of variation for tables, its root rounded half-even to six decimals."""
        return None if self.cv_squared is None else as_float(root_half_even(self.cv_squared, _DECIMALS))


def gap_sums(headways_s: Iterable[int]) -> GapSums:
    """The sums over headways. Raises ValueError for one that is not whole seconds from 0 to a day."""
    count = seconds = squares = 0
    for headway in headways_s:
        if checked_count(headway, "a headway") > HEADWAY_MAX_S:
            raise ValueError(
                f"a headway is {headway} s: it is {HEADWAY_MAX_S} at most, cut it at the service's end"
            )
        count, seconds, squares = count + 1, seconds + headway, squares + headway**2
    return GapSums(count, seconds, squares)


def headway_sums(
    line: str,
    observed_s: Iterable[int],
    scheduled_s: Iterable[int],
    frequent: FrequentService = FREQUENT_12MIN,
) -> HeadwaySums:
    """The sums of one line, in one direction, in one window: its headways as they were and as scheduled.

    Whether it is frequent is decided here, by its mean scheduled headway in the window, because a sum over lines
    can no longer tell; a line without scheduled headways is not. Raises ValueError for an empty label.
    """
    if not isinstance(line, str) or not line.strip():
        raise ValueError(f"a line is {line!r}: name it with its direction")
    observed, scheduled = gap_sums(observed_s), gap_sums(scheduled_s)
    if not scheduled.count or scheduled.seconds > frequent.headway_s * scheduled.count:
        return HeadwaySums(frequent, left_out=observed.count)
    if not observed.seconds:
        return HeadwaySums(frequent, unobserved_s=scheduled.seconds)
    return HeadwaySums(frequent, frozenset((line,)), observed, scheduled)


def headway_regularity(
    sums: HeadwaySums, *, minimum_covered: Fraction = MINIMUM_COVERED
) -> HeadwayRegularity:
    """The waits and the variation of one line, or the waits of a district from the sums of its lines.

    Raises ValueError for a minimum that lies outside 0 to 1.
    """
    minimum = checked_share(minimum_covered, "the part to cover")
    awt, swt = sums.observed.waiting_s, sums.scheduled.waiting_s
    owed_s = sums.scheduled.seconds + sums.unobserved_s
    covered = Fraction(sums.observed.seconds, owed_s) if owed_s else None
    reason = None
    if awt is None or swt is None:
        reason = "no frequent service has both observed and scheduled headways"
    elif covered is not None and covered < minimum:
        reason = f"{covered} of the scheduled time was observed, {minimum} is needed"
    return HeadwayRegularity(
        awt_s=awt,
        swt_s=swt,
        ewt_s=None if awt is None or swt is None else awt - swt,
        cv_squared=sums.observed.cv_squared if len(sums.lines) == 1 else None,
        covered=covered,
        sums=sums,
        validity="no_data" if awt is None or swt is None else "insufficient" if reason else "valid",
        reason=reason,
        standard=HEADWAYS_V1.standard,
        edition=HEADWAYS_V1.edition,
        clause=HEADWAYS_V1.clause,
    )


def root_half_even(value: Fraction, decimals: int) -> Fraction:
    """The square root with that many decimals, half to even, from whole numbers alone.

    Raises ValueError for a negative value or negative decimals.
    """
    if value < 0 or decimals < 0:
        raise ValueError(f"the root of {value} with {decimals} decimals: both are 0 or more")
    numerator = value.numerator * 100**decimals
    root = isqrt(numerator // value.denominator)
    # Rounded up where the value lies above (root + 1/2)^2; exactly on it the even neighbour is taken.
    above_half = 4 * numerator - (2 * root + 1) ** 2 * value.denominator
    if above_half > 0 or (above_half == 0 and root % 2):
        root += 1
    return Fraction(root, 10**decimals)
