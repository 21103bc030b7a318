"""Which numbers tell how crowded the hospitals are, and how soon one is seen?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import extreme, mean, share, total
from indicators.grades import ED_CROWDING_GRADES
from indicators.hospital import ED_LOAD_V1, NEDOCS_2004
from indicators.hospital_flow import HOSPITAL_FLOW_V1

_MEASURE = "hospital.care"
_OWNER = "Health commission (卫生健康委员会)"
_SECONDS_PER_MINUTE = 60
_MILLI = 1_000

_figure = partial(
    Indicator, entity_types=("hospital", "area", "city"), measure=_MEASURE, owner_department=_OWNER
)
_crowding = partial(
    _figure,
    unit="1",
    direction="lower",
    window="PT15M",
    editions=(NEDOCS_2004,),
    public=False,
    grades=ED_CROWDING_GRADES,
)
_load = partial(
    _figure,
    unit="1",
    direction="lower",
    window="PT15M",
    editions=(ED_LOAD_V1,),
    public=False,
    bounds=(0, None),
)
_flow = partial(_figure, editions=(HOSPITAL_FLOW_V1,))

INDICATORS = (
    _crowding(
        id="hospital.nedocs",
        name_en="Crowding of the emergency department",
        name_zh="急诊拥挤度",
        question="How crowded did an emergency department get?",
        formula="the highest score of any reading, each of the values of that reading alone: -20 + 85.8 patients / beds of the "
        "department + 600 boarders / beds of the hospital + 13.4 ventilated + 0.93 longest wait for a bed in h + 5.64 wait "
        "of who was last given a place in h, rounded up to a thousandth; of a district or the city that of its most "
        "crowded department",
        judged=extreme("nedocs_milli_max", "nedocs_count", _MILLI, ED_CROWDING_GRADES),
        inputs=("nedocs_milli_max", "nedocs_count"),
    ),
    _crowding(
        id="hospital.nedocs_mean",
        name_en="Mean crowding of the emergency departments",
        name_zh="急诊平均拥挤度",
        question="How crowded were the emergency departments on average?",
        formula="mean of the scores of the readings, each rounded up to a thousandth; a department counts as often as it reports",
        judged=mean("nedocs_milli_sum", "nedocs_count", _MILLI, ED_CROWDING_GRADES),
        inputs=("nedocs_milli_sum", "nedocs_count"),
    ),
    _load(
        id="hospital.ed_occupancy_ratio",
        name_en="Occupancy of the emergency department",
        name_zh="急诊床位使用率",
        question="How many patients are in the emergency department, for each bed of it?",
        formula="patients in the department / its beds in service, both summed over the readings; above 1 when they lie in the "
        "corridors",
        judged=mean("ed_patients", "ed_beds"),
        inputs=("ed_patients", "ed_beds"),
    ),
    _load(
        id="hospital.bed_occupancy_ratio",
        name_en="Bed occupancy",
        name_zh="床位使用率",
        question="How many patients lie in the wards, for each bed in service?",
        formula="patients in beds / beds in service, both summed over the readings of all departments; a department counts as "
        "often as it reports; above 1 where extra beds stand",
        judged=mean("beds_occupied", "beds"),
        inputs=("beds_occupied", "beds"),
    ),
    _flow(
        id="hospital.boarding_ratio",
        name_en="Share of boarders",
        name_zh="急诊滞留占比",
        question="Which share of those in the emergency department is admitted and waits for a bed?",
        unit="1",
        direction="lower",
        window="PT15M",
        formula="boarders / patients in the department, both summed over the readings that count boarders",
        public=False,
        bounds=(0, 1),
        judged=share("boarders", "patients_with_boarders"),
        inputs=("boarders", "patients_with_boarders"),
    ),
    _flow(
        id="hospital.longest_boarding_minutes",
        name_en="Longest wait for a bed",
        name_zh="最长候床时长",
        question="How long has the one waited who waited longest for a bed?",
        unit="min",
        direction="lower",
        window="PT15M",
        formula="the longest wait of a boarder that any reading tells of",
        public=False,
        bounds=(0, None),
        judged=extreme("longest_admit_s_max", "longest_admit_count", _SECONDS_PER_MINUTE),
        inputs=("longest_admit_s_max", "longest_admit_count"),
    ),
    _flow(
        id="hospital.wait_minutes",
        name_en="Mean wait in the emergency department",
        name_zh="急诊平均候诊时长",
        question="How long does one wait for a place in the emergency department?",
        unit="min",
        direction="lower",
        window="PT15M",
        formula="mean over the readings of the wait of the patient who was last given a place",
        public=True,
        bounds=(0, None),
        judged=mean("last_wait_s_sum", "last_wait_count", _SECONDS_PER_MINUTE),
        inputs=("last_wait_s_sum", "last_wait_count"),
    ),
    _flow(
        id="hospital.handover_minutes",
        name_en="Mean handover of ambulances",
        name_zh="急救交接平均时长",
        question="How long does an ambulance stand at the hospital until it is free?",
        unit="min",
        direction="lower",
        window="PT1H",
        formula="sum of the times from arrival to the end of the handover / handovers that ended in the hour",
        public=False,
        bounds=(0, None),
        judged=mean("handover_s_sum", "handovers", _SECONDS_PER_MINUTE),
        inputs=("handover_s_sum", "handovers"),
    ),
    _flow(
        id="hospital.handover_within_limit_ratio",
        name_en="Share of handovers within the limit",
        name_zh="急救交接达标率",
        question="Which share of the ambulances was free in time?",
        unit="1",
        direction="higher",
        window="PT1H",
        formula="handovers within the hospital's declared limit, else within 15 minutes, exactly at it included / handovers that "
        "ended in the hour",
        public=False,
        bounds=(0, 1),
        judged=share("handovers_within_limit", "handovers"),
        inputs=("handovers_within_limit", "handovers"),
    ),
    _flow(
        id="hospital.appointment_ratio",
        name_en="Share of visits with an appointment",
        name_zh="预约诊疗率",
        question="Which share of the outpatients had an appointment?",
        unit="1",
        direction="higher",
        window="PT1H",
        formula="visits with an appointment / visits, by the reports of the hour",
        public=True,
        bounds=(0, 1),
        judged=share("visits_by_appointment", "visits"),
        inputs=("visits_by_appointment", "visits"),
    ),
    _flow(
        id="hospital.tele_consultations",
        name_en="Consultations over a distance",
        name_zh="远程会诊量",
        question="How many consultations were held over a distance?",
        unit="consultations",
        direction=None,
        window="PT1H",
        formula="sum of the consultations over a distance that the reports of the hour count",
        public=True,
        bounds=(0, None),
        judged=total("tele_consultations", counted="consultation_reports"),
        inputs=("tele_consultations", "consultation_reports"),
    ),
    _flow(
        id="hospital.tele_consultation_ratio",
        name_en="Share of consultations over a distance",
        name_zh="远程会诊占比",
        question="Which share of the consultations was held over a distance?",
        unit="1",
        direction=None,
        window="PT1H",
        formula="consultations over a distance / consultations, by the reports of the hour",
        public=True,
        bounds=(0, 1),
        judged=share("tele_consultations", "consultations"),
        inputs=("tele_consultations", "consultations"),
    ),
    *coverage_of("hospital", "hospital", ("hospital", "hospitals", "医院"), "PT15M", _MEASURE, owner=_OWNER),
)
