"""Are citizens' requests handled in time, for good, and to their satisfaction?

Rates of a 12345 hotline or a service hall, each a share of counted requests. Ours: the text of the national
evaluation standard (GB/T 33357) was not at hand, and cities define their own. Counts add up, so a city is the
sum of its districts; a rate is never averaged. Times are epoch milliseconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.counting import checked_count, checked_part
from indicators.rounding import as_float
from indicators.standard import Edition

SERVICE_DESK_V1 = Edition(
    "project", "service-desk-1", None, None, "on-time handling, sent back, satisfaction: shares of requests"
)


@dataclass(frozen=True, slots=True)
class ServiceRate:
    """A share of counted cases: `value` is part / whole, exact, None where the whole is 0."""

    value: Fraction | None
    part: int
    whole: int
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The rate for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a rate to publish."""
        return "no_data" if self.value is None else "valid"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request with a deadline, and when it was closed; None while it is open.

    One whose clock stands has no deadline: it is left out until its clock runs, or was closed.
    """

    due_ms: int
    closed_ms: int | None = None

    def __post_init__(self) -> None:
        for name, time in (("due", self.due_ms), ("closed", self.closed_ms)):
            if time is not None or name == "due":
                checked_count(time, f"the time at which a request is {name}")


@dataclass(frozen=True, slots=True)
class HandlingSums:
    """What became of the requests that were due in a period; they add up over districts and periods.

    `not_yet_due` fall due in what is left of the period and stand beside, open or closed.
    """

    on_time: int = 0
    late: int = 0
    overdue_open: int = 0
    not_yet_due: int = 0

    def __post_init__(self) -> None:
        for name in HandlingSums.__slots__:
            checked_count(getattr(self, name), name)

    def __add__(self, other: "HandlingSums") -> "HandlingSums":
        """Both together."""
        return HandlingSums(
            self.on_time + other.on_time,
            self.late + other.late,
            self.overdue_open + other.overdue_open,
            self.not_yet_due + other.not_yet_due,
        )


@dataclass(frozen=True, slots=True)
class SatisfactionSums:
    """How many were asked, how many of them rated, and how many of those were satisfied; they add up."""

    asked: int = 0
    rated: int = 0
    satisfied: int = 0

    def __post_init__(self) -> None:
        checked_part(self.rated, self.asked, "rated of asked")
        checked_part(self.satisfied, self.rated, "satisfied of rated")

    def __add__(self, other: "SatisfactionSums") -> "SatisfactionSums":
        """Both together."""
        return SatisfactionSums(
            self.asked + other.asked, self.rated + other.rated, self.satisfied + other.satisfied
        )


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The share of satisfied among those who rated, exact, None when nobody did.

    What it rests on stands beside it: the number rated, and the share that rated of those asked. Who did not rate
    is in neither number of the share: silence is no satisfaction and no complaint.
    """

    value: Fraction | None
    satisfied: int
    rated: int
    asked: int
    response_share: Fraction | None
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The share for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a share to publish."""
        return "no_data" if self.value is None else "valid"


def service_rate(part: int, whole: int, what: str, edition: Edition = SERVICE_DESK_V1) -> ServiceRate:
    """The rate of a part in its whole; `what` says in words what they are ("closed of due").

    Raises ValueError for what is no count and a part that is more than its whole.
    """
    checked_part(part, whole, what)
    return ServiceRate(
        value=Fraction(part, whole) if whole else None,
        part=part,
        whole=whole,
        reason=None if whole else f"{what}: none was counted",
        standard=edition.standard,
        edition=edition.edition,
        clause=edition.clause,
    )


def handling_sums(tickets: Iterable[Ticket], *, start_ms: int, end_ms: int, as_of_ms: int) -> HandlingSums:
    """What became of the tickets due in [start, end), as it was known at `as_of`, in any order.

    Closed at the very deadline is on time. Open past its deadline is failed at once, and counts as long as it
    stays open; closed before a deadline that still lies ahead is not counted yet, because the open ones due with
    it are not. What was closed after `as_of` was open then. Tickets due in other periods are in none.
    Raises ValueError for an empty period and an `as_of` before it.
    """
    for name, time in (("start", start_ms), ("end", end_ms), ("as_of", as_of_ms)):
        checked_count(time, f"the {name} of a period")
    if not start_ms < end_ms or as_of_ms < start_ms:
        raise ValueError(
            f"the period is {start_ms} to {end_ms}, as of {as_of_ms}: it ends after it starts, and is judged then or later"
        )
    counts = dict.fromkeys(HandlingSums.__slots__, 0)
    for ticket in tickets:
        if start_ms <= ticket.due_ms < end_ms:
            counts[_outcome(ticket, as_of_ms)] += 1
    return HandlingSums(**counts)


def on_time_rate(sums: HandlingSums) -> ServiceRate:
    """On-time handling (按时办结率): closed on time / due, the open and overdue ones among the due."""
    return service_rate(sums.on_time, sums.on_time + sums.late + sums.overdue_open, "closed on time of due")


def reopen_rate(sent_back: int, closed: int) -> ServiceRate:
    """Sent back (发回重办率): requests that were sent back once or more / requests that were closed.

    Both of the requests that were first closed in the period; each counts once, however often it came back.
    """
    return service_rate(sent_back, closed, "sent back of closed")


def satisfaction(sums: SatisfactionSums) -> Satisfaction:
    """Satisfaction (满意率): satisfied / rated, with the response share: rated / asked."""
    return Satisfaction(
        value=Fraction(sums.satisfied, sums.rated) if sums.rated else None,
        satisfied=sums.satisfied,
        rated=sums.rated,
        asked=sums.asked,
        response_share=Fraction(sums.rated, sums.asked) if sums.asked else None,
        reason=None if sums.rated else f"nobody rated, of {sums.asked} asked",
        standard=SERVICE_DESK_V1.standard,
        edition=SERVICE_DESK_V1.edition,
        clause=SERVICE_DESK_V1.clause,
    )


def _outcome(ticket: Ticket, as_of_ms: int) -> str:
    if ticket.due_ms >= as_of_ms:
        return "not_yet_due"
    if ticket.closed_ms is None or ticket.closed_ms > as_of_ms:
        return "overdue_open"
    return "on_time" if ticket.closed_ms <= ticket.due_ms else "late"
