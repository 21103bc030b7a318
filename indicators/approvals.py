"""How much sooner are approvals given than they might be, and can everything be done at one window?

Ours: no standard defines them. Time is in working days from acceptance to decision, without the time that the
applicant was waited for, over the applications decided in a period. Sums add up, so a city is the sum of its
departments; a reduction is never averaged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.counting import checked_count
from indicators.rounding import as_float
from indicators.service_desk import ServiceRate, service_rate
from indicators.standard import Edition
from indicators.workdays import WORKDAYS_MAX

APPROVALS_V1 = Edition(
    "project",
    "approvals-1",
    None,
    None,
    "reduction of working days, share of halls with an integrated window",
)


@dataclass(frozen=True, slots=True)
class ApprovalSums:
    """Applications decided, the working days they took, and the days that the law allowed for the same ones.

    They add up. Raises ValueError for days without applications, and for less than a day allowed each.
    """

    decided: int = 0
    taken_days: int = 0
    allowed_days: int = 0

    def __post_init__(self) -> None:
        for name in ApprovalSums.__slots__:
            checked_count(getattr(self, name), name)
        if self.allowed_days < self.decided or (not self.decided and self.taken_days + self.allowed_days):
            raise ValueError(
                f"{self.decided} decided in {self.taken_days} of {self.allowed_days} days: every decided "
                "application, and no other, has its days, and the law allows at least one"
            )

    def __add__(self, other: "ApprovalSums") -> "ApprovalSums":
        """Both together."""
        return ApprovalSums(
            self.decided + other.decided,
            self.taken_days + other.taken_days,
            self.allowed_days + other.allowed_days,
        )

    @property
    def mean_days(self) -> Fraction | None:
        """Working days that an application took on average; None without any."""
        return Fraction(self.taken_days, self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class ApprovalReduction:
    """How much less time approvals took, exact: 0.5 is half the time, negative is longer.

    `taken_days` is the mean now, `against_days` the mean that it is compared with; None without applications.
    `decided` is the number of applications now.
    """

    value: Fraction | None
    taken_days: Fraction | None
    against_days: Fraction | None
    decided: int
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The reduction for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a reduction to publish."""
        return "no_data" if self.value is None else "valid"


def approval_sums(applications: Iterable[tuple[int, int]]) -> ApprovalSums:
    """The sums over applications: working days taken (0 on the day itself) and days allowed by law, in any order.

    Raises ValueError for days that are not whole or above 10 000, and for a legal limit below one day.
    """
    decided = taken_days = allowed_days = 0
    for taken, allowed in applications:
        if max(checked_count(taken, "days taken"), checked_count(allowed, "days allowed")) > WORKDAYS_MAX:
            raise ValueError(f"{taken} days taken of {allowed}: {WORKDAYS_MAX} at most, is it another unit?")
        if allowed < 1:
            raise ValueError(f"{allowed} days allowed: leave out what has no legal limit")
        decided, taken_days, allowed_days = decided + 1, taken_days + taken, allowed_days + allowed
    return ApprovalSums(decided, taken_days, allowed_days)


def reduction_against_law(sums: ApprovalSums) -> ApprovalReduction:
    """1 - days taken / days that the law allowed for the same applications (较法定时限压减).

    The ratio of the sums, so a long procedure counts for more than a short one.
    """
    if not sums.decided:
        return _reduction(None, sums, None, "no application was decided")
    allowed = Fraction(sums.allowed_days, sums.decided)
    return _reduction(1 - Fraction(sums.taken_days, sums.allowed_days), sums, allowed, None)


def reduction_against_baseline(now: ApprovalSums, baseline: ApprovalSums) -> ApprovalReduction:
    """1 - mean days now / mean days in the base period (较基期压减).

    Another mix of procedures changes it without any being faster: give the sums of like with like.
    """
    before, mean = baseline.mean_days, now.mean_days
    if mean is None:
        return _reduction(None, now, before, "no application was decided")
    if not before:
        return _reduction(None, now, before, "the base period has no application that took a day")
    return _reduction(1 - mean / before, now, before, None)


def integrated_window_coverage(integrated: int, halls: int) -> ServiceRate:
    """Integrated windows (综合窗口): halls where one window takes every kind of application / all halls."""
    return service_rate(integrated, halls, "halls with an integrated window of all halls", APPROVALS_V1)


def _reduction(
    value: Fraction | None, now: ApprovalSums, against: Fraction | None, reason: str | None
) -> ApprovalReduction:
    return ApprovalReduction(
        value=value,
        taken_days=now.mean_days,
        against_days=against,
        decided=now.decided,
        reason=reason,
        standard=APPROVALS_V1.standard,
        edition=APPROVALS_V1.edition,
        clause=APPROVALS_V1.clause,
    )
