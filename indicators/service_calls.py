"""Is the citizens' hotline answered, and soon enough?

GB/T 33358-2016 (secondary source): a call is answered within 15 s, and over any continuous 24 hours at least 95 %
of calls are connected; other media have limits of their own. The standard's formulas (GB/T 33357) were not at hand,
so what counts as a call is ours: every call that was offered, and to answer in time those that waited for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from indicators.counting import checked_count, checked_share
from indicators.service_desk import ServiceRate, service_rate
from indicators.standard import Edition

GBT33358_2016 = Edition(
    "GB/T 33358",
    "2016",
    date(2017, 7, 1),
    None,
    "answer within 15 s, 95 % connected over any 24 h; secondary source",
)
CALLS_V1 = Edition(
    "project",
    "service-calls-1",
    None,
    date(2017, 6, 30),
    "the limit of the later standard, before it was in force",
)
ANSWER_LIMIT_S = 15
CONNECTED_SHARE = Fraction("0.95")
# The other media of the same source, seconds until the first response: configuration for `call_sums`.
MEDIA_LIMITS_S: Mapping[str, int] = {"phone": ANSWER_LIMIT_S, "message": 180, "mailbox": 86_400}
HOURS = 24
# Ours: nobody holds the line, and no message waits for its answer, for longer than a month.
WAIT_MAX_S = 31 * 86_400


@dataclass(frozen=True, slots=True)
class CallSums:
    """How many calls were answered and given up, within the limit and after it; they add up under one limit.

    Who hangs up within the limit could still have been answered in time.
    """

    limit_s: int = ANSWER_LIMIT_S
    answered_in_time: int = 0
    answered_late: int = 0
    given_up_early: int = 0
    given_up_late: int = 0

    def __post_init__(self) -> None:
        for name in CallSums.__slots__:
            checked_count(getattr(self, name), name)

    def __add__(self, other: "CallSums") -> "CallSums":
        """Both together. Raises ValueError when their limits differ."""
        if self.limit_s != other.limit_s:
            raise ValueError(
                f"calls by {self.limit_s} s and by {other.limit_s} s do not add up: count both by one limit"
            )
        return CallSums(
            self.limit_s,
            self.answered_in_time + other.answered_in_time,
            self.answered_late + other.answered_late,
            self.given_up_early + other.given_up_early,
            self.given_up_late + other.given_up_late,
        )

    @property
    def connected(self) -> int:
        """Calls that somebody answered."""
        return self.answered_in_time + self.answered_late

    @property
    def offered(self) -> int:
        """All calls."""
        return self.connected + self.given_up_early + self.given_up_late


@dataclass(frozen=True, slots=True)
class ConnectionJudgement:
    """Whether enough calls were connected in every 24 hours.

    `worst` is the lowest connection rate of 24 hours and `worst_from` the position of their first hour. `met` is
    None when no 24 hours with calls were given; `short` counts the windows below the share, of `windows` with
    calls.
    """

    met: bool | None
    worst: ServiceRate
    worst_from: int | None
    short: int
    windows: int
    share: Fraction
    validity: Literal["valid", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str


def call_sums(calls: Iterable[tuple[int, bool]], limit_s: int = ANSWER_LIMIT_S) -> CallSums:
    """The sums over calls: the whole seconds that each waited, and whether somebody answered; in any order.

    A wait of exactly the limit is within it. Raises ValueError for a wait that is not whole or above a month.
    """
    limit = checked_count(limit_s, "the limit")
    counts = dict.fromkeys(CallSums.__slots__[1:], 0)
    for waited_s, answered in calls:
        if checked_count(waited_s, "a wait") > WAIT_MAX_S or type(answered) is not bool:
            raise ValueError(
                f"a call waited {waited_s} s, answered {answered!r}: give at most {WAIT_MAX_S} s, and True or False"
            )
        in_time = waited_s <= limit
        if answered:
            counts["answered_in_time" if in_time else "answered_late"] += 1
        else:
            counts["given_up_early" if in_time else "given_up_late"] += 1
    return CallSums(limit, **counts)


def answer_rate(sums: CallSums) -> ServiceRate:
    """Answered within the limit / all calls but those given up within it, which stand beside in the sums."""
    waited = sums.connected + sums.given_up_late
    return service_rate(sums.answered_in_time, waited, "answered in time of waiting", GBT33358_2016)


def connection_rate(sums: CallSums) -> ServiceRate:
    """Connection (接通率): answered, however late / all calls, also those given up at once."""
    return service_rate(sums.connected, sums.offered, "connected of offered", GBT33358_2016)


def connection_over_any_day(
    hours: Sequence[CallSums], share: Fraction = CONNECTED_SHARE
) -> ConnectionJudgement:
    """Whether the share was connected in every continuous 24 hours, told by hours that follow each other.

    An hour without calls is given too, as empty sums; 24 hours without any call are passed over. By the hour is
    ours: 24 hours that begin within one are not looked at. Raises ValueError for a share outside 0 to 1.
    """
    wanted = checked_share(share, "the share to connect")
    found: list[tuple[Fraction, int, ServiceRate]] = []
    for first in range(len(hours) - HOURS + 1):
        rate = connection_rate(sum(hours[first + 1 : first + HOURS], hours[first]))
        if rate.value is not None:
            found.append((rate.value, first, rate))
    short = sum(value < wanted for value, _, _ in found)
    _, worst_from, worst = min(found, key=lambda window: window[:2], default=(None, None, None))
    return ConnectionJudgement(
        met=None if worst is None else not short,
        worst=worst or connection_rate(CallSums()),
        worst_from=worst_from,
        short=short,
        windows=len(found),
        share=wanted,
        validity="no_data" if worst is None else "valid",
        reason=f"{len(hours)} hours hold no {HOURS} hours with calls" if worst is None else None,
        standard=GBT33358_2016.standard,
        edition=GBT33358_2016.edition,
        clause=GBT33358_2016.clause,
    )
