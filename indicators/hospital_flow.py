"""How do patients get into a hospital, and to their doctor? Ours: NEDOCS and the load of beds stand in `hospital.py`."""

from indicators.standard import Edition

HOSPITAL_FLOW_V1 = Edition(
    "project",
    "hospital-flow-1",
    None,
    None,
    "boarding, waits, handover of ambulances, appointments and consultations over a distance, as shares of counts",
)
HANDOVER_LIMIT_S = 900
"""Where a hospital declares no limit of its own: an ambulance is free within 15 minutes."""
