"""How fast is a road by the cars that report from it? Ours: no standard says how points become a speed.

A car reports at an even pace, so each of its points stands for the same stretch of time. The mean speed of all points is
then the distance driven over the time taken, and a car that is slow counts as often as it is there.
"""

from indicators.standard import Edition

FLOATING_CARS_V1 = Edition(
    "project",
    "floating-cars-1",
    None,
    None,
    "means over the points of all cars, each point standing for the same stretch of time",
)
