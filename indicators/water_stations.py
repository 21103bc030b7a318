"""Which class has the water at an automatic station in an hour, and does its section keep the class that it should?

The class is that of GB 3838-2002, by the means of the hour. Which items count for a station is ours: those of table 1 that
sondes and analysers measure. pH is averaged as it is written, ours too.
"""

from collections.abc import Mapping
from fractions import Fraction

from indicators.standard import Edition
from indicators.water import WaterResult, water_class
from indicators.water_limits import ItemSet

WATER_TARGETS_V1 = Edition(
    "project",
    "water-targets-1",
    None,
    None,
    "stations that keep the class of their section / stations that could be judged; class by GB 3838-2002",
)
WATER_MEANS_V1 = Edition(
    "project", "water-means-1", None, None, "arithmetic means of the readings of an hour"
)
STATION_ITEMS = ItemSet(
    "automatic-station",
    ("ph", "dissolved_oxygen", "permanganate_index", "ammonia_nitrogen", "total_phosphorus"),
    "ours: the items of table 1 that automatic stations measure, without total nitrogen as in 环办〔2011〕22号",
)
_THOUSANDTHS = 1_000
_SUMS = {
    "water_temperature": ("temperature_mdegc_sum", "temperature_count"),
    "ph": ("ph_milli_sum", "ph_count"),
    "dissolved_oxygen": ("dissolved_oxygen_ugl_sum", "dissolved_oxygen_count"),
    "permanganate_index": ("permanganate_ugl_sum", "permanganate_count"),
    "ammonia_nitrogen": ("ammonia_ugl_sum", "ammonia_count"),
    "total_phosphorus": ("phosphorus_ugl_sum", "phosphorus_count"),
}
"""Item to the sum of its readings, in thousandths of the standard's unit, and how many there were."""
SUMS = tuple(name for pair in _SUMS.values() for name in pair)


def class_of_hour(sums: Mapping[str, int]) -> WaterResult:
    """The class by the means of an hour, against the section's own class where it has one.

    Raises KeyError and ValueError for sums that cannot be.
    """
    sample = {
        item: Fraction(sums[total], sums[count] * _THOUSANDTHS)
        for item, (total, count) in _SUMS.items()
        if sums[count]
    }
    return water_class(
        sample,
        body="lake" if sums["lake_max"] else "river",
        items=STATION_ITEMS,
        target=sums["target_class_max"] if sums["target_count"] else None,
    )


def keeps_target(result: WaterResult) -> bool | None:
    """Whether the section keeps its class; None where it has none, or where a missing item could still break it."""
    if result.target is None or result.value is None:
        return None
    if result.value > result.target:
        return False
    return None if result.missing else True


def greatest_multiple(result: WaterResult) -> tuple[str, Fraction]:
    """The item that exceeds its limit by most, and how many times over; no item and 0 where none does.

    Not pH and dissolved oxygen, for which no multiple is defined.
    """
    return max(result.multiples.items(), key=lambda found: found[1], default=("", Fraction(0)))
