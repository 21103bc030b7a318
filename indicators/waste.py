"""Is waste sorted rightly, and fetched in time? Ours: no national formula was at hand, and cities define their own."""

from indicators.standard import Edition

NEARLY_FULL_PERMILLE = 800
"""Ours: from four fifths on a point is fetched before it runs over."""

WASTE_V1 = Edition(
    "project",
    "waste-1",
    None,
    None,
    "mass sorted rightly / mass audited; fill level, nearly full from 80 %; households that took part / households",
)
