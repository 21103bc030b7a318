"""How much of a plant's equipment can be seen, and what does a unit of its output cost? Ours: no standard says how.

A plant declares the unit of its output in the registry. Two plants' units cannot be compared, nor added up.
"""

from indicators.standard import Edition

CONNECTED_V1 = Edition(
    "project",
    "connected-equipment-1",
    None,
    None,
    "every reading of a piece of equipment counts once, also one that says that it cannot be reached",
)
INTENSITY_V1 = Edition(
    "project",
    "output-intensity-1",
    None,
    None,
    "all that the plant used or emitted in the hour, auxiliary equipment included, over its finished output",
)
