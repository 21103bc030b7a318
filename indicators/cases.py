"""What are cases counted by? Ours: no standard at hand defines how a city counts what is open and overdue."""

from indicators.standard import Edition

CASES_NOW_V1 = Edition(
    "project",
    "cases-now-1",
    None,
    None,
    "cases open, at risk, overdue, due within 30 minutes and supervised at the end of each minute of the city clock",
)
