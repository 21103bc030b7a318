"""How much is a gate used? Ours: passages over the time for which gates have told of themselves."""

from indicators.standard import Edition

ACCESS_V1 = Edition(
    "project",
    "access-gates-1",
    None,
    None,
    "every passage counts, and nobody who passes is known; a status stands for the interval that the gate declares",
)
