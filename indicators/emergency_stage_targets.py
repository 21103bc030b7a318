"""Does each part of an emergency response keep its target?

The targets of NFPA 1710 and of China's 120 and 119 are configuration with their source, in `emergency`. A target
holds for its own stage only: a total response is never held against a travel target. Districts are judged from
merged histograms, because a share or a percentile of several districts is in none of theirs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.counting import checked_share
from indicators.emergency import TARGETS, Target, keeps, percentile
from indicators.emergency_stages import STAGES, STAGES_V1, StageStatistic, stage_named
from indicators.rounding import as_float

Status = Literal["met", "not_met", "no_objective", "no_data"]


def _targets(*ids: str) -> tuple[Target, ...]:
    known = {target.id: target for target in TARGETS}
    return tuple(known[id_] for id_ in ids)


_NFPA_CALLS = ("nfpa_1710.answering_15s", "nfpa_1710.answering_40s", "nfpa_1710.processing")
# Which targets go together: a set is for responses of its own kind, never for those of another.
TARGET_SETS: Mapping[str, tuple[Target, ...]] = {
    "nfpa_1710.fire_first_engine": _targets(
        *_NFPA_CALLS, "nfpa_1710.turnout_fire", "nfpa_1710.travel_first_engine"
    ),
    "nfpa_1710.fire_full_alarm": _targets("nfpa_1710.turnout_fire", "nfpa_1710.travel_full_alarm"),
    "nfpa_1710.fire_full_alarm_high_rise": _targets(
        "nfpa_1710.turnout_fire", "nfpa_1710.travel_full_alarm_high_rise"
    ),
    "nfpa_1710.ems_bls": _targets(*_NFPA_CALLS, "nfpa_1710.turnout_ems", "nfpa_1710.travel_bls"),
    "nfpa_1710.ems_als": _targets(*_NFPA_CALLS, "nfpa_1710.turnout_ems", "nfpa_1710.travel_als"),
    "china_120": _targets("china_120.answering", "china_120.dispatch"),
    # Nobody stamps the edge of a station's area: arrival at a scene within it stands for that.
    "china_119": _targets("china_119.reach_area_edge"),
}


@dataclass(frozen=True, slots=True)
class StageJudgement:
    """How a stage keeps a target.

    `ratio` is the exact share of the `cases` that took no longer than the target; `percent` is the objective's
    percentage and `percentile_s` the time that so many keep. They agree: a target is met exactly when its
    percentile is not above it. "no_objective" is of a target whose source names no share.
    """

    target: Target
    status: Status
    cases: int
    within: int
    ratio: Fraction | None
    percent: int | None
    percentile_s: int | None
    excluded: Mapping[str, int]
    standard: str
    edition: str
    clause: str

    @property
    def ratio_value(self) -> float | None:
        """The share for tables, rounded half-even to six decimals."""
        return None if self.ratio is None else as_float(self.ratio)


def judge_stage(statistic: StageStatistic, target: Target) -> StageJudgement:
    """Whether a stage keeps a target. Raises ValueError for the target of another stage.

    An objective has to be a whole percentage, so that its percentile is the one that everybody means.
    """
    segment = stage_named(statistic.stage).segment
    if target.segment != segment:
        raise ValueError(
            f"{target.id} is for {target.segment}, the times are of {segment}: judge each stage by its own targets"
        )
    percent = _percent(target)
    kept = keeps(statistic.times, target)
    status: Status = "no_objective" if percent is None else "met" if kept.met else "not_met"
    return StageJudgement(
        target=target,
        status=status if kept.cases else "no_data",
        cases=kept.cases,
        within=kept.within,
        ratio=kept.ratio,
        percent=percent,
        percentile_s=None if percent is None else percentile(statistic.times, percent),
        excluded=dict(statistic.excluded),
        standard=STAGES_V1.standard,
        edition=STAGES_V1.edition,
        clause=STAGES_V1.clause,
    )


def judge_stages(
    statistics: Iterable[StageStatistic], targets: Iterable[Target]
) -> tuple[StageJudgement, ...]:
    """How every target is kept, in their order; one without times is no data, and is not left out.

    Raises ValueError for two statistics of one stage: merge them, a percentile is never averaged.
    """
    found: dict[str, StageStatistic] = {}
    for statistic in statistics:
        if statistic.stage in found:
            raise ValueError(f"{statistic.stage} is given twice: add the statistics up before judging")
        found[statistic.stage] = statistic
    by_segment = {stage.segment: stage.id for stage in STAGES.values()}
    judged = []
    for target in targets:
        if target.segment not in by_segment:
            raise LookupError(f"{target.id} is for {target.segment}: stages are {', '.join(by_segment)}")
        stage = by_segment[target.segment]
        judged.append(judge_stage(found.get(stage, StageStatistic(stage)), target))
    return tuple(judged)


def _percent(target: Target) -> int | None:
    if target.share is None:
        return None
    percent = 100 * checked_share(target.share, f"the share of {target.id}")
    if percent.denominator != 1 or not percent:
        raise ValueError(f"{target.id} wants a share of {target.share}: give a whole percentage, 1 to 100")
    return int(percent)
