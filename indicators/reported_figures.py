"""Do departments report in time, and what do their figures say? Ours: the rules of reporting are each city's own."""

from indicators.standard import Edition

REPORTED_V1 = Edition(
    "project",
    "reported-1",
    None,
    None,
    "figures signed off by their due date, figures that reach their target, corrections; a figure counts when it is first "
    "signed off",
)
