"""What do the hospitals of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `hospital`, `at` (ISO 8601 with its offset), `step`, and by the step
- `census` of its emergency department: `ed_patients`, `ed_beds`, and where they are known `boarders` (admitted, waiting
  for a bed), `hospital_beds`, `ventilated`, `longest_admit_s` (of a boarder), `last_wait_s` (of who was last given a
  place);
- `beds` of a `department`: `beds` in service, `occupied`, more where extra ones stand;
- `handover` of an ambulance: the `bay` where it stood, `handover_s` until it was free;
- `visits` since the report before, and those `by_appointment`;
- `consultations` since the report before, and those held over a distance (`tele`).
Counts only: nothing of patients is decoded, and of an ambulance neither its plate nor its call sign.
"""

from feeds.gateway_fields import by_step, city_gateway, name, parts, whole

COUNT_MAX = 100_000
"""More than any hospital on Earth has beds or sees between two reports."""
WAIT_MAX_S = 30 * 86_400

FEED = city_gateway(
    "hospital",
    "Hospitals",
    "hospital",
    by_step(
        {
            "census": {
                "ed_patients": whole("ed_patients", 0, COUNT_MAX),
                "ed_beds": whole("ed_beds", 1, COUNT_MAX),
                "boarders": whole("boarders", 0, COUNT_MAX, optional=True),
                "hospital_beds": whole("hospital_beds", 1, COUNT_MAX, optional=True),
                "ventilated": whole("ventilated", 0, COUNT_MAX, optional=True),
                "longest_admit_s": whole("longest_admit_s", 0, WAIT_MAX_S, optional=True),
                "last_wait_s": whole("last_wait_s", 0, WAIT_MAX_S, optional=True),
            },
            "beds": {
                "department_id": name("department"),
                "beds": whole("beds", 1, COUNT_MAX),
                "beds_occupied": whole("occupied", 0, COUNT_MAX),
            },
            "handover": {"bay_id": name("bay"), "handover_s": whole("handover_s", 0, WAIT_MAX_S)},
            "visits": {
                "visits": whole("visits", 0, COUNT_MAX),
                "visits_by_appointment": whole("by_appointment", 0, COUNT_MAX),
            },
            "consultations": {
                "consultations": whole("consultations", 0, COUNT_MAX),
                "tele_consultations": whole("tele", 0, COUNT_MAX),
            },
        }
    ),
    identity=("step", "department_id", "bay_id"),
    completed=parts(
        ("boarders", "ed_patients"),
        ("ventilated", "ed_patients"),
        ("visits_by_appointment", "visits"),
        ("tele_consultations", "consultations"),
    ),
)
