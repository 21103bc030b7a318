"""Which part of an emergency response takes how long?

A response is a chain: the call is answered, processed, a unit turns out, travels and arrives. Each stage is a
number of whole seconds or a named reason why it is none. Times are kept as exact histograms, so districts are
merged and a percentile is taken afterwards; percentiles are by nearest rank and never averaged.
The spans are those of NFPA 1710 (secondary source); what is excluded, and why, is ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from indicators.counting import checked_count
from indicators.emergency import Histogram, count, merge, percentile
from indicators.standard import Edition

STAGES_V1 = Edition(
    "project",
    "emergency-stages-1",
    None,
    None,
    "stage durations with named exclusions, nearest-rank percentiles",
)

# The course of one unit's response, by the names that its statuses have.
COURSE = ("received", "answered", "dispatched", "en_route", "arrived", "transport", "hospital", "available")
_RANK = {milestone: rank for rank, milestone in enumerate(COURSE)}

Reason = Literal["missing_stamp", "negative", "out_of_order"]
REASONS: tuple[Reason, ...] = ("missing_stamp", "negative", "out_of_order")


@dataclass(frozen=True, slots=True)
class Stage:
    """One span of the course, between two milestones."""

    id: str
    start: str
    end: str

    @property
    def segment(self) -> str:
        """The span as a target names it, "from_to"."""
        return f"{self.start}_{self.end}"


STAGES: Mapping[str, Stage] = {
    stage.id: stage
    for stage in (
        Stage("answer", "received", "answered"),
        Stage("process", "answered", "dispatched"),
        # China's 120 counts both together, China's 119 counts from the order to turn out.
        Stage("answer_and_process", "received", "dispatched"),
        Stage("turnout", "dispatched", "en_route"),
        Stage("travel", "en_route", "arrived"),
        Stage("turnout_and_travel", "dispatched", "arrived"),
        Stage("total", "received", "arrived"),
    )
}


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long one stage of one response took, in whole seconds, or the reason why that is not known."""

    seconds: int | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class StageStatistic:
    """The times of one stage over many responses: whole seconds -> count, and reason -> count of the excluded.

    They add up over districts and windows. Raises LookupError for an unknown stage or reason, ValueError for a
    negative time and for what is no count.
    """

    stage: str
    times: Histogram = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stage_named(self.stage)
        for seconds, responses in self.times.items():
            checked_count(seconds, "a time")
            checked_count(responses, "a count of responses")
        for reason, responses in self.excluded.items():
            if reason not in REASONS:
                raise LookupError(f"nothing is excluded as {reason!r}: reasons are {', '.join(REASONS)}")
            checked_count(responses, "a count of excluded responses")

    def __add__(self, other: "StageStatistic") -> "StageStatistic":
        """Both districts, or both windows, as one. Raises ValueError when they are of different stages."""
        if self.stage != other.stage:
            raise ValueError(f"times of {self.stage} and of {other.stage} do not add up: keep stages apart")
        excluded: dict[str, int] = {
            reason: self.excluded.get(reason, 0) + other.excluded.get(reason, 0)
            for reason in REASONS
            if reason in self.excluded or reason in other.excluded
        }
        return StageStatistic(self.stage, merge(self.times, other.times), excluded)


@dataclass(frozen=True, slots=True)
class StageFigures:
    """How long a stage takes: whole seconds by nearest rank, None without a response.

    `excluded` has how many responses are in none of these numbers, by reason.
    """

    stage: str
    cases: int
    p50: int | None
    p90: int | None
    p95: int | None
    excluded: Mapping[str, int]
    standard: str
    edition: str
    clause: str

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a time to publish."""
        return "valid" if self.cases else "no_data"


def stage_named(stage: str) -> Stage:
    """The stage of that id. Raises LookupError where there is none."""
    if stage not in STAGES:
        raise LookupError(f"no stage is called {stage!r}: the stages are {', '.join(STAGES)}")
    return STAGES[stage]


def stage_time(stage: str, stamps: Mapping[str, int | None]) -> StageTime:
    """The time of a stage from the stamps of one response: milestone -> epoch milliseconds, None if not stamped.

    Begun seconds are not counted. `missing_stamp`: the stage lacks its start or end. `negative`: it ends before
    it starts. `out_of_order`: another stamp lies on the wrong side of one of the two, so that one of them is
    wrong and nobody can say which. Equal stamps are in order.
    Raises LookupError for an unknown stage or milestone, ValueError for a stamp that is no time.
    """
    known = _known(stamps)
    span = stage_named(stage)
    start, end = known.get(span.start), known.get(span.end)
    if start is None or end is None:
        return StageTime(None, "missing_stamp")
    if end < start:
        return StageTime(None, "negative")
    if any(not _in_order(span, milestone, time, start, end) for milestone, time in known.items()):
        return StageTime(None, "out_of_order")
    return StageTime((end - start) // 1_000, None)


def stage_times(stamps: Mapping[str, int | None]) -> dict[str, StageTime]:
    """The time of every stage of one response. Raises as `stage_time`."""
    return {stage: stage_time(stage, stamps) for stage in STAGES}


def stage_statistic(stage: str, responses: Iterable[Mapping[str, int | None]]) -> StageStatistic:
    """The times of a stage over responses, in any order, each with its stamps. Raises as `stage_time`.

    Give each call once for the stages of the call, and each unit once for those of the unit.
    """
    times: dict[int, int] = {}
    excluded: dict[str, int] = {}
    for stamps in responses:
        taken = stage_time(stage, stamps)
        if taken.seconds is not None:
            times[taken.seconds] = times.get(taken.seconds, 0) + 1
        elif taken.reason is not None:
            excluded[taken.reason] = excluded.get(taken.reason, 0) + 1
    return StageStatistic(stage, times, excluded)


def stage_figures(statistic: StageStatistic) -> StageFigures:
    """The median, P90 and P95 of a stage, of one district or of merged ones."""
    return StageFigures(
        stage=statistic.stage,
        cases=count(statistic.times),
        p50=percentile(statistic.times, 50),
        p90=percentile(statistic.times, 90),
        p95=percentile(statistic.times, 95),
        excluded=dict(statistic.excluded),
        standard=STAGES_V1.standard,
        edition=STAGES_V1.edition,
        clause=STAGES_V1.clause,
    )


def _known(stamps: Mapping[str, int | None]) -> dict[str, int]:
    unknown = sorted(repr(milestone) for milestone in stamps if milestone not in _RANK)
    if unknown:
        raise LookupError(f"{', '.join(unknown)} is no milestone: they are {', '.join(COURSE)}")
    return {
        milestone: checked_count(time, f"the stamp {milestone}")
        for milestone, time in stamps.items()
        if time is not None
    }


def _in_order(span: Stage, milestone: str, time: int, start: int, end: int) -> bool:
    """Whether a stamp lies on its own side of the start and of the end of a span."""
    rank = _RANK[milestone]
    if rank <= _RANK[span.start]:
        return time <= start
    return time >= end if rank >= _RANK[span.end] else start <= time <= end
