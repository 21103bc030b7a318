"""How crowded is a place, and how fast does it fill? Ours: cities and operators set their own cuts."""

from indicators.standard import Edition

CROWDS_V1 = Edition(
    "project",
    "crowds-1",
    None,
    None,
    "persons present over the site's area and over its capacity, every reading counting once; persons a minute "
    "through its gates",
)
