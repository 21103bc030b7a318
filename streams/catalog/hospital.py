"""Hospitals: how crowded are they, and how soon is one seen? Counts only, nothing of patients."""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

HOSPITAL = of_own_events(
    "hospital",
    ("Hospitals", "智慧医疗"),
    "reading",
    measure="hospital.care",
    finest="hospital",
    # An emergency department fills within the hour; rarer things are judged by the hour.
    window=timedelta(minutes=15),
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(hours=24),
    known=("handover_limit_s",),
    counted=Counted(
        "How crowded are emergency departments and wards, and how soon are ambulances, outpatients and callers seen?",
        # A field is null on the readings of every other step, so each sum is over its own step alone.
        {
            "ed_patients": "SUM(ed_patients)",
            "ed_beds": "SUM(ed_beds)",
            # The score is no sum: it was made of the values of one reading, where that reading was completed.
            "nedocs_count": "COUNT(nedocs_milli)",
            "nedocs_milli_sum": "SUM(nedocs_milli)",
            "nedocs_milli_max": "MAX(nedocs_milli)",
            "boarders": "SUM(boarders)",
            "patients_with_boarders": "SUM(ed_patients) FILTER (WHERE boarders IS NOT NULL)",
            "longest_admit_count": "COUNT(longest_admit_s)",
            "longest_admit_s_max": "MAX(longest_admit_s)",
            "last_wait_count": "COUNT(last_wait_s)",
            "last_wait_s_sum": "SUM(last_wait_s)",
            "beds": "SUM(beds)",
            "beds_occupied": "SUM(beds_occupied)",
            "handovers": "COUNT(handover_s)",
            "handover_s_sum": "SUM(handover_s)",
            "handovers_within_limit": "COUNT(*) FILTER (WHERE handover_s <= handover_limit_s)",
            "visits": "SUM(visits)",
            "visits_by_appointment": "SUM(visits_by_appointment)",
            "consultation_reports": "COUNT(consultations)",
            "consultations": "SUM(consultations)",
            "tele_consultations": "SUM(tele_consultations)",
        },
    ),
)
