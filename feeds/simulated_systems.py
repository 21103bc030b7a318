"""Which systems has the simulated city? Each module named here holds one's share of it."""

from collections.abc import Mapping

from feeds import (
    simulated_access,
    simulated_air,
    simulated_bike,
    simulated_bus,
    simulated_charging,
    simulated_community,
    simulated_crowd,
    simulated_device,
    simulated_electricity,
    simulated_emergency,
    simulated_facility,
    simulated_farming,
    simulated_gov,
    simulated_hospital,
    simulated_hotline,
    simulated_incident,
    simulated_industry,
    simulated_metro,
    simulated_network,
    simulated_noise,
    simulated_parking,
    simulated_pollution_power,
    simulated_probe,
    simulated_reported,
    simulated_river,
    simulated_road,
    simulated_school,
    simulated_school_bus,
    simulated_signal,
    simulated_traffic_safety,
    simulated_video,
    simulated_waste,
    simulated_water_quality,
    simulated_weather,
    simulated_work_safety,
)
from feeds.simulated_reporters import Simulated

SIMULATED: Mapping[str, Simulated] = {
    module.SIMULATED.system: module.SIMULATED
    for module in (
        simulated_road,
        simulated_air,
        simulated_emergency,
        simulated_bus,
        simulated_metro,
        simulated_river,
        simulated_hotline,
        simulated_parking,
        simulated_noise,
        simulated_bike,
        simulated_incident,
        simulated_work_safety,
        simulated_crowd,
        simulated_waste,
        simulated_probe,
        simulated_charging,
        simulated_gov,
        simulated_hospital,
        simulated_video,
        simulated_access,
        simulated_school,
        simulated_community,
        simulated_network,
        simulated_device,
        simulated_school_bus,
        simulated_signal,
        simulated_electricity,
        simulated_water_quality,
        simulated_pollution_power,
        simulated_weather,
        simulated_facility,
        simulated_reported,
        simulated_industry,
        simulated_traffic_safety,
        simulated_farming,
    )
}
BUSY = frozenset({"road", "probe", "bus", "metro", "access", "school-bus", "signal"})
"""Most of what a large city says is of these systems; none of them has windows of more than a quarter of an hour."""
LONG_PAST = frozenset({"air"})
"""An hour of these is published up to an hour later: it takes a past of hours to have a first one."""
GATEWAYS: Mapping[str, str] = {system: one.gateway for system, one in SIMULATED.items()}
"""System to the feed that its records come through."""
