"""Which numbers tell whether video analysis can be trusted, and whether anybody looks?"""

from functools import partial

from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import mean, share, total
from indicators.video_alerts import VIDEO_ALERTS_V1

_SECONDS_PER_MINUTE = 60

_of = partial(
    Indicator,
    # A cell is one type in one area.
    entity_types=("cell", "area", "city"),
    window="PT1H",
    editions=(VIDEO_ALERTS_V1,),
    measure="video.alerts",
    owner_department="Public security bureau (公安局)",
    public=False,
)
_ratio = partial(_of, unit="1", bounds=(0, 1))

INDICATORS = (
    _of(
        id="video.alerts",
        name_en="Video alerts",
        name_zh="视频告警数",
        question="How many alerts has the video analysis raised, and of what type?",
        unit="alerts",
        direction=None,
        bounds=(0, None),
        formula="count of alerts raised in the hour; a cell is one type in one area",
        judged=total("alerts"),
        inputs=("alerts",),
    ),
    _ratio(
        id="video.confirmed_ratio",
        name_en="Share of video alerts confirmed",
        name_zh="视频告警准确率",
        question="Which share of the judged alerts was true?",
        direction="higher",
        formula="alerts confirmed by people / alerts that were given a verdict in the hour, the unclear ones among them",
        judged=share("confirmed", "judged"),
        inputs=("confirmed", "judged"),
    ),
    _ratio(
        id="video.false_ratio",
        name_en="Share of video alerts that were false",
        name_zh="视频误报率",
        question="Which share of the judged alerts was false?",
        direction="lower",
        formula="alerts that people found to be false / alerts that were given a verdict in the hour, the unclear ones among them",
        judged=share("false_alerts", "judged"),
        inputs=("false_alerts", "judged"),
    ),
    _of(
        id="video.verdict_minutes",
        name_en="Mean time to the verdict",
        name_zh="视频告警平均研判时长",
        question="How soon was an alert judged?",
        unit="min",
        direction="lower",
        bounds=(0, None),
        formula="sum of the times from alert to verdict / verdicts of the hour that say how long they took",
        judged=mean("judging_s_sum", "judged_timed", _SECONDS_PER_MINUTE),
        inputs=("judging_s_sum", "judged_timed"),
    ),
    _ratio(
        id="video.verdict_on_time_ratio",
        name_en="Share of verdicts on time",
        name_zh="视频告警按时研判率",
        question="Which share of the verdicts was given within its limit?",
        direction="higher",
        formula="verdicts no later than their limit, the limit itself included / verdicts of the hour with a limit",
        judged=share("judged_on_time", "judged_due"),
        inputs=("judged_on_time", "judged_due"),
    ),
)
