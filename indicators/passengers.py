"""How many passengers went in and out of a station? Counts of a window: no standard is needed to add them up."""

from indicators.standard import Edition

PASSENGERS_V1 = Edition("project", "passengers-1", None, None, "entries and exits counted at the gates")
