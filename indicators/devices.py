"""Are the city's devices there, and can what they say be trusted? Ours: no standard at hand defines it."""

from indicators.standard import Edition

DEVICES_V1 = Edition(
    "project",
    "devices-1",
    None,
    None,
    "shares of heartbeats: online, frozen, clock off, battery low, firmware outdated, each against what is declared for "
    "the device; shares of readings: delivered of promised, late of delivered",
)
