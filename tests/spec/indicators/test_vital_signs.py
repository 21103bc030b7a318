"""How is the city, or a district, in one figure, and what does the figure rest on?"""

from dataclasses import replace
from fractions import Fraction

import pytest

from indicators.catalog import INDICATORS
from indicators.vital_signs import VITAL_SIGNS, Scoring, Sign, VitalPart, VitalSigns, vital_signs

GOOD_DAY = {
    "road.tpi_hourly": Sign(2),
    "air.aqi_hourly": Sign(50),
    "emergency.within_15min_ratio": Sign(Fraction("0.9")),
}


def without(*indicators: str) -> dict[str, Sign]:
    return {indicator: sign for indicator, sign in GOOD_DAY.items() if indicator not in indicators}


def test_the_index_is_the_weighted_mean_of_its_parts_scores() -> None:
    result = vital_signs(GOOD_DAY)

    assert [(part.indicator, part.score, part.weight) for part in result.parts] == [
        ("road.tpi_hourly", 80, Fraction("0.35")),
        ("air.aqi_hourly", 80, Fraction("0.35")),
        ("emergency.within_15min_ratio", 90, Fraction("0.30")),
    ]
    assert (result.value, result.value_float) == (83, 83.0)
    assert (result.covered, result.missing, result.validity, result.reason) == (1, (), "valid", None)
    assert (result.at_least, result.at_most) == (83, 83)


@pytest.mark.parametrize(("tpi", "aqi", "ratio", "index"), [(0, 0, 1, 100), (10, 500, 0, 0)])
def test_the_best_is_100_and_the_worst_is_0(tpi: int, aqi: int, ratio: int, index: int) -> None:
    signs = {
        "road.tpi_hourly": Sign(tpi),
        "air.aqi_hourly": Sign(aqi),
        "emergency.within_15min_ratio": Sign(ratio),
    }

    assert vital_signs(signs).value == index


def test_a_missing_part_is_listed_and_the_covered_share_is_said() -> None:
    result = vital_signs(without("emergency.within_15min_ratio"))

    assert (result.value, result.covered, result.validity) == (80, Fraction("0.7"), "valid")
    assert result.missing == ("emergency.within_15min_ratio",)
    assert result.reason is not None
    assert "emergency.within_15min_ratio" in result.reason
    assert (result.at_least, result.at_most) == (56, 86)


def test_below_the_minimum_there_is_no_index_but_its_parts_are_shown() -> None:
    result = vital_signs(without("air.aqi_hourly"))

    assert (result.value, result.at_least, result.at_most, result.value_float) == (None, None, None, None)
    assert (result.validity, result.covered) == ("insufficient", Fraction("0.65"))
    assert [part.score for part in result.parts] == [80, None, 90]


def test_nothing_at_all_is_no_data() -> None:
    result = vital_signs({})

    assert (result.value, result.validity, result.covered) == (None, "no_data", 0)
    assert len(result.missing) == len(result.parts) == 3


def test_a_value_that_is_not_valid_is_shown_but_not_scored() -> None:
    result = vital_signs({**GOOD_DAY, "air.aqi_hourly": Sign(180, "insufficient")})

    assert (result.parts[1].value, result.parts[1].score, result.parts[1].validity) == (
        180,
        None,
        "insufficient",
    )
    assert result.missing == ("air.aqi_hourly",)
    assert result.validity == "insufficient"


def test_the_minimum_is_declared_and_recorded() -> None:
    declared = replace(VITAL_SIGNS, minimum_covered=Fraction("0.6"))
    result = vital_signs(without("air.aqi_hourly"), declared)

    assert (result.validity, result.minimum_covered) == ("valid", Fraction("0.6"))
    assert result.value == (35 * 80 + 30 * 90) / Fraction(65)


def test_a_further_system_is_a_further_line() -> None:
    declared = VitalSigns((*VITAL_SIGNS.parts, VitalPart("water.level", 50, Scoring(((0, 100), (1, 0))))))
    result = vital_signs({**GOOD_DAY, "water.level": Sign(1)}, declared)

    assert result.value == Fraction(83 * 100, 150)


def test_every_part_is_in_the_catalog_and_scored_in_its_direction() -> None:
    for part in VITAL_SIGNS.parts:
        assert INDICATORS[part.indicator].direction == part.scoring.better
        assert "city" in INDICATORS[part.indicator].entity_types


@pytest.mark.parametrize(
    ("value", "score"), [(0, 100), (25, 90), (50, 80), (75, 70), (100, 60), (300, 15), (400, "7.5"), (500, 0)]
)
def test_air_is_scored_along_the_cuts_of_its_grades(value: int, score: int | str) -> None:
    assert VITAL_SIGNS.parts[1].scoring.of(value) == Fraction(score)


def test_a_capped_scoring_goes_on_level() -> None:
    scoring = Scoring(((10, 0), (20, 100)), capped=True)

    assert [scoring.of(value) for value in (0, 10, 15, 20, 99)] == [0, 0, 50, 100, 100]


@pytest.mark.parametrize(
    "knots",
    [(), ((0, 0),), ((1, 0), (0, 100)), ((0, 0), (0, 100)), ((0, 0), (1, 100), (2, 50)), ((0, 50), (1, 50))],
)
def test_a_scoring_that_has_no_direction_is_refused(knots) -> None:
    with pytest.raises(ValueError, match=r"rising values|rise or fall"):
        Scoring(knots)


@pytest.mark.parametrize("knots", [((0, -1), (1, 100)), ((0, 0), (1, 101)), ((0, 0), (1.5, 100))])
def test_a_scoring_outside_0_and_100_or_inexact_is_refused(knots) -> None:
    with pytest.raises(ValueError, match=r"from 0 to 100|exactly"):
        Scoring(knots)


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("road.tpi_hourly", 11),
        ("road.tpi_hourly", -1),
        ("air.aqi_hourly", 501),
        ("emergency.within_15min_ratio", Fraction("1.01")),
    ],
)
def test_a_value_that_the_indicator_cannot_have_is_refused_by_name(
    indicator: str, value: int | Fraction
) -> None:
    with pytest.raises(ValueError, match=f"{indicator}: a value is"):
        vital_signs({**GOOD_DAY, indicator: Sign(value)})


def test_an_indicator_that_is_no_part_is_refused_with_the_parts() -> None:
    with pytest.raises(LookupError, match=r"'road.tti' is no part .* road.tpi_hourly"):
        vital_signs({"road.tti": Sign(1)})


@pytest.mark.parametrize(
    "fields", [(0.5,), (float("nan"),), (True,), (None,), (1, "no_data"), (1, "good"), (None, "valid")]
)
def test_a_sign_that_contradicts_itself_or_is_inexact_is_refused(fields) -> None:
    with pytest.raises(ValueError, match=r"exactly|as they were published|validity is"):
        Sign(*fields)


@pytest.mark.parametrize(
    "declare",
    [
        lambda: VitalSigns(()),
        lambda: VitalSigns(VITAL_SIGNS.parts * 2),
        lambda: replace(VITAL_SIGNS, minimum_covered=Fraction(0)),
        lambda: replace(VITAL_SIGNS, minimum_covered=Fraction(2)),
        lambda: replace(VITAL_SIGNS.parts[0], weight=0),
        lambda: replace(VITAL_SIGNS.parts[0], weight=0.5),
    ],
)
def test_an_index_that_cannot_be_is_refused(declare) -> None:
    with pytest.raises(ValueError, match=r"declared once|above 0|1 or more"):
        declare()


def test_the_index_says_that_it_is_the_projects_own() -> None:
    assert (vital_signs({}).standard, vital_signs({}).edition) == ("project", "vital-signs-1")
