"""Which sudden incidents are counted in a window? Ours: no standard says how a city has to sum them up."""

from indicators.standard import Edition

INCIDENTS_V1 = Edition(
    "project",
    "sudden-incidents-1",
    None,
    None,
    "every step counts in the window in which it was taken, with the whole seconds since the report; a step that is still "
    "to come counts nowhere yet",
)
