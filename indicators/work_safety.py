"""When is a major-hazard site above its limits, and for how long? Ours: the limits are each site's own."""

from indicators.standard import Edition

WORK_SAFETY_V1 = Edition(
    "project",
    "work-safety-1",
    None,
    None,
    "a reading stands for the interval that its source declares and exceeds where it is above the site's own limit from the "
    "registry; just at the limit it does not",
)
FINDINGS_V1 = Edition(
    "project",
    "hidden-dangers-1",
    None,
    None,
    "a finding counts in the hour in which it was found, and again in the hour in which it was rectified",
)
