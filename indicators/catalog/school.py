"""Which numbers tell whether schools are safe and healthy, and whether their courses reach everybody?"""

from functools import partial

from indicators.campus import CAMPUS_V1, urban_to_rural
from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Indicator, Sums
from indicators.catalog.figures import mean, share, total
from indicators.service_desk import SERVICE_DESK_V1

_MEASURE = "school.campus"
_OWNER = "Education bureau (教育局)"
_SECONDS_PER_HOUR = 3_600
_BY_CLASS = (
    *("urban_attended_minutes", "urban_offered_minutes"),
    *("rural_attended_minutes", "rural_offered_minutes"),
)

_figure = partial(
    Indicator,
    entity_types=("school", "area", "city"),
    window="PT1H",
    editions=(CAMPUS_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
)
_safety = partial(_figure, public=False)


def _exceeding(quantity: str, name_en: str, name_zh: str, question: str) -> Indicator:
    return _figure(
        id=f"school.{quantity}_exceeding_ratio",
        name_en=name_en,
        name_zh=name_zh,
        question=question,
        unit="1",
        direction="lower",
        formula="readings above the limit that the school declares, exactly at it not included / readings in schools that declare "
        "one",
        public=True,
        bounds=(0, 1),
        judged=share(f"{quantity}_exceeding", f"{quantity}_readings"),
        inputs=(f"{quantity}_exceeding", f"{quantity}_readings"),
    )


def _urban_to_rural(_: str, sums: Sums) -> Figure:
    in_town, town, in_country, country = (sums[name] for name in _BY_CLASS)
    result = urban_to_rural((in_town, town), (in_country, country))
    details = {} if result.reason is None else {"reason": result.reason}
    return Figure(result.value_float, None, result.validity, details, result.value)


INDICATORS = (
    _safety(
        id="school.safety_cases_opened",
        name_en="Safety cases opened",
        name_zh="校园安全事件量",
        question="How many cases of campus safety came up?",
        unit="cases",
        direction="lower",
        formula="count of safety cases opened in the hour",
        bounds=(0, None),
        judged=total("cases_opened"),
        inputs=("cases_opened",),
    ),
    _safety(
        id="school.safety_cases_closed",
        name_en="Safety cases closed",
        name_zh="校园安全事件办结量",
        question="How many cases of campus safety were closed?",
        unit="cases",
        direction=None,
        formula="count of safety cases closed in the hour",
        bounds=(0, None),
        judged=total("cases_closed"),
        inputs=("cases_closed",),
    ),
    _safety(
        id="school.safety_handling_hours",
        name_en="Mean handling of safety cases",
        name_zh="校园安全事件平均处置时长",
        question="How long were the safety cases open that were closed?",
        unit="h",
        direction="lower",
        formula="sum of the times from opening to closing / safety cases closed in the hour",
        bounds=(0, None),
        judged=mean("handled_s", "cases_closed", _SECONDS_PER_HOUR),
        inputs=("handled_s", "cases_closed"),
    ),
    _safety(
        id="school.safety_on_time_ratio",
        name_en="Share of safety cases closed on time",
        name_zh="校园安全事件按时办结率",
        question="Which share of the safety cases was closed by its deadline?",
        unit="1",
        direction="higher",
        formula="safety cases closed within their limit, exactly at it included / safety cases with a limit that were closed in "
        "the hour; what is still open and overdue is not among them",
        editions=(SERVICE_DESK_V1,),
        bounds=(0, 1),
        judged=share("cases_on_time", "cases_with_limit"),
        inputs=("cases_on_time", "cases_with_limit"),
    ),
    _exceeding(
        "pm25",
        "Share of PM2.5 readings above the limit",
        "校园 PM2.5 超限占比",
        "How often is there more fine dust on the campus than there may be?",
    ),
    _exceeding(
        "co2",
        "Share of CO2 readings above the limit",
        "教室二氧化碳超限占比",
        "How often is the air of a classroom used up?",
    ),
    _exceeding(
        "noise",
        "Share of noise readings above the limit",
        "校园噪声超限占比",
        "How often is it louder on the campus than it may be?",
    ),
    _safety(
        id="school.occupancy_ratio",
        name_en="Occupancy of the campus",
        name_zh="校园在场率",
        question="How many people are in the buildings of the campus, for each that they have room for?",
        unit="1",
        direction="lower",
        formula="people / room for people, both summed over the readings of the hour; a building counts as often as it reports; "
        "above 1 where it is overfull",
        bounds=(0, None),
        judged=mean("people", "capacity"),
        inputs=("people", "capacity"),
    ),
    _figure(
        id="school.shared_course_use_ratio",
        name_en="Use of shared courses",
        name_zh="共享课程利用率",
        question="Which share of the shared teaching that a school is offered does it attend?",
        unit="1",
        direction="higher",
        formula="hours of shared courses that were attended / hours that were offered to the school, by the courses that ended in "
        "the hour",
        public=True,
        bounds=(0, 1),
        judged=share("attended_minutes", "offered_minutes"),
        inputs=("attended_minutes", "offered_minutes"),
    ),
    _figure(
        id="school.urban_rural_use_ratio",
        name_en="Use of shared courses, town to country",
        name_zh="共享课程城乡利用比",
        question="How many times as much do schools in town use shared courses as those in the country?",
        unit="1",
        # Neither: 1 is parity, and either side of it is a gap.
        direction=None,
        entity_types=("area", "city"),
        formula="(attended / offered hours of shared courses in urban schools) / (the same in rural schools), by sums of each "
        "class of school; a school whose class is not known is in neither; no data where the rural ones attended nothing",
        public=True,
        bounds=(0, None),
        judged=_urban_to_rural,
        inputs=_BY_CLASS,
    ),
    *coverage_of("school", "school", ("school", "schools", "学校"), "PT1H", _MEASURE, owner=_OWNER),
)
