"""What is an alert of video analysis worth? Ours: no standard says how its verdicts have to be counted."""

from indicators.standard import Edition

VIDEO_ALERTS_V1 = Edition(
    "project",
    "video-alerts-1",
    None,
    None,
    "an alert counts in the hour in which it was raised, its verdict in the hour in which it was given; what nobody has judged "
    "is neither true nor false",
)
