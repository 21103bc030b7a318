"""Has the city reached its target, and if not, is it on its way?"""

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from indicators.catalog import INDICATORS
from indicators.targets import TARGETS, Baseline, CityTarget
from indicators.targets.configuration import with_baselines, with_due_years, with_values
from indicators.targets.declaration import by_id
from indicators.targets.efficiency import EFFICIENCY_PARTS, EfficiencyPart, city_efficiency
from indicators.targets.judging import Judgement, Reading, change, judge, judge_all

every_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
ONLINE = TARGETS["gov.online_available"]
CARBON = replace(
    TARGETS["electricity.carbon_change"], baseline=Baseline(1000, 2025, "civil year 2025"), due_year=2030
)
# Of a corridor whose base year is the city's own target and not in its reference data.
ARTERIAL = replace(
    TARGETS["road.arterial_efficiency_gain"],
    kind="gain",
    lowest=Fraction(0),
    highest=Fraction(1),
    baseline=Baseline(150, 2025, "May 2025", "workday, 07:00-09:00"),
)
QUIET = replace(ONLINE, id="noise.loud_share", comparator="<=", value=Fraction("0.2"))


def brief(judgement: Judgement) -> tuple[str, Fraction | None, Fraction | None]:
    return judgement.status, judgement.value, judgement.attainment


def test_the_plan_is_declared_with_its_values() -> None:
    assert {id_: (target.comparator, target.value) for id_, target in TARGETS.items()} == {
        "emergency.within_15min": (">=", Fraction("0.9")),
        "gov.online_available": (">=", Fraction("0.95")),
        "gov.integrated_window_coverage": (">=", 1),
        "gov.approval_time_vs_baseline": (">=", Fraction("0.5")),
        "gov.approval_time_vs_statutory": (">=", Fraction("0.5")),
        "road.arterial_efficiency_gain": (">=", Fraction("0.25")),
        "city.efficiency_gain": (">=", Fraction("0.15")),
        "service.satisfaction": (">=", Fraction("0.9")),
        "electricity.carbon_change": ("<=", Fraction("-0.1")),
        "charging.coverage": (">=", Fraction("0.8")),
        "waste.sorting_accuracy": (">=", Fraction("0.85")),
    }


@every_target
def test_a_declaration_is_complete(target: CityTarget) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", target.id)
    assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", target.indicator)
    assert re.search(r"[\u4e00-\u9fff]", target.name_zh)
    assert re.search(r"[A-Z].*（?\([\u4e00-\u9fff]+\)", target.owner_department)
    assert target.reading
    assert target.counts
    assert target.denominator
    assert target.baseline is None


@every_target
def test_a_change_without_a_baseline_is_no_baseline_and_never_zero(target: CityTarget) -> None:
    judgement = judge(target, Reading(Fraction(1, 2), 2027))

    assert (judgement.status == "no_baseline") is target.is_change
    assert (judgement.value is None) is target.is_change
    assert (judgement.attainment is None) is target.is_change


def test_a_target_of_an_indicator_that_the_line_computes_has_its_owner() -> None:
    target = TARGETS["emergency.within_15min"]

    assert target.owner_department == INDICATORS[target.indicator].owner_department


def test_a_level_on_its_target_is_met_and_a_hair_below_is_behind() -> None:
    assert brief(judge(ONLINE, Reading(Fraction("0.95"), 2027))) == ("met", Fraction("0.95"), 1)
    assert judge(ONLINE, Reading(Fraction("0.9499999999"), 2027)).status == "behind"


def test_a_level_that_has_to_be_low_is_attained_by_target_over_value() -> None:
    assert brief(judge(QUIET, Reading(Fraction("0.4"), 2027))) == ("behind", Fraction("0.4"), Fraction(1, 2))
    assert brief(judge(QUIET, Reading(Fraction("0.1"), 2027))) == ("met", Fraction("0.1"), 2)


def test_a_level_of_zero_meets_a_limit_without_a_ratio() -> None:
    judgement = judge(QUIET, Reading(0, 2027))

    assert brief(judgement) == ("met", 0, None)
    assert judgement.reason is not None
    assert judgement.attainment_float is None


def test_without_a_due_year_nothing_is_on_track() -> None:
    started = replace(ONLINE, baseline=Baseline(Fraction("0.5"), 2025, "end of 2025"))

    assert judge(started, Reading(Fraction("0.94"), 2026)).status == "behind"
    assert judge(started, Reading(Fraction("0.94"), 2026)).expected is None


@pytest.mark.parametrize(
    ("year", "tonnes", "status", "value", "expected", "attainment"),
    [
        (2025, 1000, "on_track", "0", "0", "0"),
        (2027, 960, "on_track", "-0.04", "-0.04", "0.4"),
        (2027, 961, "behind", "-0.039", "-0.04", "0.39"),
        (2027, 1050, "behind", "0.05", "-0.04", "-0.5"),
        (2027, 900, "met", "-0.1", "-0.04", "1"),
        (2030, 901, "behind", "-0.099", "-0.1", "0.99"),
        (2040, 901, "behind", "-0.099", "-0.1", "0.99"),
    ],
)
def test_the_path_is_linear_from_the_base_year_to_the_due_year(
    year: int, tonnes: int, status: str, value: str, expected: str, attainment: str
) -> None:
    judgement = judge(CARBON, Reading(tonnes, year))

    assert brief(judgement) == (status, Fraction(value), Fraction(attainment))
    assert judgement.expected == Fraction(expected)


def test_a_level_with_a_baseline_has_a_path_from_it() -> None:
    started = replace(ONLINE, baseline=Baseline(Fraction("0.75"), 2025, "end of 2025"), due_year=2027)

    assert judge(started, Reading(Fraction("0.85"), 2026)).status == "on_track"
    assert judge(started, Reading(Fraction("0.84"), 2026)).status == "behind"


def test_two_years_count_from_the_base_year() -> None:
    city = TARGETS["city.efficiency_gain"]

    assert city.due is None
    assert replace(city, baseline=Baseline(1, 2026, "civil year 2026")).due == 2028


def test_a_gain_against_the_corridors_own_base_year_is_a_level_and_may_be_below_zero() -> None:
    target = TARGETS["road.arterial_efficiency_gain"]

    assert brief(judge(target, Reading(Fraction(1, 4), 2027))) == ("met", Fraction(1, 4), 1)
    assert judge(target, Reading(Fraction(-1, 10), 2027)).status == "behind"


def test_an_arterial_gain_is_the_time_then_over_the_time_now() -> None:
    judgement = judge(ARTERIAL, Reading(120, 2027, like="workday, 07:00-09:00"))

    assert brief(judgement) == ("met", Fraction(1, 4), 1)


def test_another_weekday_or_hour_class_is_not_compared() -> None:
    judgement = judge(ARTERIAL, Reading(120, 2027, like="weekend, 14:00-16:00"))

    assert brief(judgement) == ("no_baseline", None, None)
    assert judgement.reason is not None
    assert "weekend" in judgement.reason


def test_approvals_can_overrun_the_statutory_limit() -> None:
    judgement = judge(TARGETS["gov.approval_time_vs_statutory"], Reading(Fraction("-0.25"), 2027))

    assert brief(judgement) == ("behind", Fraction("-0.25"), Fraction("-0.5"))


def test_three_kinds_of_change() -> None:
    assert change("gain", 150, 120) == Fraction(1, 4)
    assert change("reduction", 20, 10) == Fraction(1, 2)
    assert change("change", 1000, 900) == Fraction(-1, 10)
    with pytest.raises(LookupError, match="gain, reduction or change"):
        change("growth", 1, 1)


@pytest.mark.parametrize(("kind", "before", "now"), [("gain", 1, 0), ("change", 0, 1), ("reduction", 1, -1)])
def test_a_change_that_would_divide_by_nothing_is_refused(kind: str, before: int, now: int) -> None:
    with pytest.raises(ValueError, match="quantities are positive"):
        change(kind, before, now)


def test_the_number_rated_stands_beside_the_satisfaction() -> None:
    judgement = judge(TARGETS["service.satisfaction"], Reading(Fraction(9, 10), 2027, counted=240))

    assert (judgement.status, judgement.counted, judgement.value_float) == ("met", 240, 0.9)


def test_every_target_appears_and_the_unread_are_no_data() -> None:
    judgements = judge_all(TARGETS, {"charging.coverage": Reading(Fraction("0.8"), 2027)})

    assert [judgement.target.id for judgement in judgements] == list(TARGETS)
    statuses = {judgement.target.id: judgement.status for judgement in judgements}
    assert (statuses["charging.coverage"], statuses["waste.sorting_accuracy"]) == ("met", "no_data")
    with pytest.raises(LookupError, match=r"charging.cover"):
        judge_all(TARGETS, {"charging.cover": Reading(1, 2027)})


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        (lambda: Reading(0.95, 2027), "exactly"),  # type: ignore[arg-type]
        (lambda: Reading(float("nan"), 2027), "exactly"),  # type: ignore[arg-type]
        (lambda: Reading(True, 2027), "exactly"),
        (lambda: Reading(1, 27), "civil year"),
        (lambda: Reading(1, 2027, counted=0), "no reading"),
        (lambda: judge(ONLINE, Reading(95, 2027)), "written 0.9"),
        (lambda: judge(ONLINE, Reading(-1, 2027)), "from 0 to 1"),
        (lambda: judge(CARBON, Reading(900, 2024)), "base year 2025"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(reading, says) -> None:
    with pytest.raises(ValueError, match=says):
        reading()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"comparator": ">"}, "write >= or <="),
        ({"value": 0.9}, "exactly"),
        ({"value": Fraction(0)}, "above 0"),
        ({"value": Fraction(95)}, "0.9"),
        ({"comparator": "<=", "lowest": None}, "lowest"),
        ({"kind": "change", "value": Fraction("-0.1")}, "fall to reach"),
        ({"kind": "gain", "value": Fraction(15)}, "0.15"),
        ({"kind": "reduction", "value": Fraction(2)}, "more than the whole"),
        ({"kind": "change", "comparator": "<=", "value": Fraction(-2)}, "more than the whole"),
        ({"kind": "gain", "baseline": Baseline(0, 2025, "2025")}, "against nothing"),
        ({"baseline": Baseline(95, 2025, "2025")}, "the baseline of gov"),
        ({"due_year": 27}, "civil year"),
        ({"due_within_years": 0}, "1 or more"),
        ({"due_year": 2027, "due_within_years": 2}, "keep one"),
        ({"due_year": 2025, "baseline": Baseline(Fraction(1, 2), 2025, "2025")}, "starts from 2025"),
    ],
)
def test_a_target_that_cannot_be_is_refused(changes, says) -> None:
    with pytest.raises(ValueError, match=says):
        replace(ONLINE, **changes)


@pytest.mark.parametrize(
    ("fields", "says"),
    [((-1, 2025, "2025"), "0 or more"), ((1, 2025, " "), "in words"), ((1.5, 2025, "2025"), "exactly")],
)
def test_a_baseline_that_cannot_be_is_refused(fields, says) -> None:
    with pytest.raises(ValueError, match=says):
        Baseline(*fields)


def test_a_target_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        by_id([ONLINE, ONLINE])


def test_the_city_sets_its_own_values_baselines_and_years() -> None:
    set_ = with_values(TARGETS, {"electricity.carbon_change": "-0.2"})
    set_ = with_baselines(
        set_, {"electricity.carbon_change": {"value": "812.5", "year": "2025", "period": "civil year 2025"}}
    )
    set_ = with_due_years(set_, {"electricity.carbon_change": "2029"})

    judgement = judge(set_["electricity.carbon_change"], Reading(Fraction("731.25"), 2027))
    assert (judgement.status, judgement.attainment, judgement.expected) == (
        "on_track",
        Fraction(1, 2),
        Fraction("-0.1"),
    )
    assert list(set_) == list(TARGETS)
    assert TARGETS["electricity.carbon_change"].baseline is None


def test_a_due_year_takes_the_place_of_a_number_of_years() -> None:
    set_ = with_due_years(TARGETS, {"city.efficiency_gain": "2031"})

    assert set_["city.efficiency_gain"].due == 2031


@pytest.mark.parametrize("text", ["", "0,9", "90%", "1/2", "nan", "inf", "1e9", "０.９", " 0.9", 0.9, None])
def test_a_value_that_is_no_decimal_text_is_refused_with_its_target(text) -> None:
    with pytest.raises(ValueError, match=r"value of gov.online_available .* write a decimal"):
        with_values(TARGETS, {"gov.online_available": text})


def test_a_percentage_is_refused_with_its_target() -> None:
    with pytest.raises(ValueError, match=r"value of gov.online_available is 95"):
        with_values(TARGETS, {"gov.online_available": "95"})


@pytest.mark.parametrize("setter", [with_values, with_baselines, with_due_years])
def test_a_setting_for_an_unknown_target_is_refused_with_the_names(setter) -> None:
    with pytest.raises(LookupError, match=r"'gov.online'.*gov.online_available"):
        setter(TARGETS, {"gov.online": "1"})


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ("812", "value, year and period"),
        ({"value": "1"}, "lacks period, year"),
        ({"value": "1", "year": "2025", "period": "2025", "unit": "t"}, "'unit'"),
        ({"value": "1", "year": "25", "period": "2025"}, "four digits"),
        ({"value": "1", "year": "2025", "period": 2025}, "as text"),
    ],
)
def test_a_baseline_in_plain_data_is_checked(fields, says) -> None:
    with pytest.raises(ValueError, match=f"baseline of electricity.carbon_change.*{says}"):
        with_baselines(TARGETS, {"electricity.carbon_change": fields})


def test_the_citys_efficiency_shows_its_parts() -> None:
    result = city_efficiency({"road": (150, 120), "gov": (20, 16), "emergency": (550, 500)})

    assert [part.gain for part in result.parts] == [Fraction(1, 4), Fraction(1, 4), Fraction(1, 10)]
    assert (result.gain, result.gain_float, result.validity) == (Fraction(1, 5), 0.2, "valid")
    city = replace(TARGETS["city.efficiency_gain"], baseline=Baseline(1, 2025, "civil year 2025"))
    assert result.level is not None
    assert judge(city, Reading(result.level, 2027)).value == Fraction(1, 5)


def test_a_composite_without_one_part_is_no_composite() -> None:
    result = city_efficiency({"road": (150, 120)})

    assert (result.gain, result.level, result.gain_float) == (None, None, None)
    assert (result.validity, result.missing) == ("insufficient", ("gov", "emergency"))
    assert result.parts[0].gain == Fraction(1, 4)
    assert city_efficiency({}).validity == "no_data"


def test_a_composite_of_what_is_no_part_is_refused() -> None:
    with pytest.raises(LookupError, match="'water' is no part"):
        city_efficiency({"water": (1, 1)})
    with pytest.raises(ValueError, match="declared once"):
        city_efficiency({}, EFFICIENCY_PARTS * 2)
    with pytest.raises(ValueError, match="1 or more"):
        city_efficiency({}, (EfficiencyPart("road", "time", 0),))


def test_a_judgement_says_that_the_rule_is_the_projects_own() -> None:
    assert judge(ONLINE, None).standard == "project"
    assert city_efficiency({}).standard == "project"
