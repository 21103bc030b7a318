"""Which indicators does the city publish, and what does each of them mean?"""

import re
from datetime import date

import pytest

from indicators.air import daily_aqi, hourly_aqi
from indicators.catalog import INDICATORS, Indicator
from indicators.catalog.declaration import by_id
from indicators.emergency import response
from indicators.traffic import congestion

every_indicator = pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS.keys())


def test_every_hourly_figure_of_emergency_response_has_a_daily_one() -> None:
    hourly = {name for name in INDICATORS if name.startswith("emergency.") and not name.endswith("_daily")}

    assert {f"{name}_daily" for name in hourly} <= set(INDICATORS)
    assert all(INDICATORS[f"{name}_daily"].window == "P1D" for name in hourly)


def test_the_catalog_holds_the_promised_indicators() -> None:
    assert set(INDICATORS) >= {
        "road.tti",
        "road.dtp",
        "road.tpi",
        "air.aqi_hourly",
        "air.aqi_daily",
        "air.pm25_ugm3",
        "emergency.within_15min_ratio",
        "emergency.dispatched_within_15min_ratio",
        "emergency.en_route_within_15min_ratio",
        "emergency.response_seconds_p50",
        "emergency.response_seconds_p90",
        "emergency.closed_without_arrival",
    }


@every_indicator
def test_a_declaration_is_complete(indicator: Indicator) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z0-9_]+", indicator.id)
    assert indicator.question.endswith("?")
    assert re.search(r"[\u4e00-\u9fff]", indicator.name_zh)
    assert indicator.window in {"PT1M", "PT5M", "PT15M", "PT1H", "P1D"}
    assert indicator.measure.startswith(f"{indicator.system}.")
    assert indicator.entity_types
    assert indicator.formula
    assert indicator.owner_department


@every_indicator
def test_exactly_one_edition_judges_each_day(indicator: Indicator) -> None:
    for civil_date in (date(2013, 3, 1), date(2026, 2, 28), date(2026, 3, 1), date(2031, 1, 1)):
        assert indicator.edition_on(civil_date) in indicator.editions


@pytest.mark.parametrize("civil_date", [date(2026, 2, 28), date(2026, 3, 1)])
def test_the_catalog_promises_the_edition_that_the_formula_uses(civil_date: date) -> None:
    hourly = INDICATORS["air.aqi_hourly"].edition_on(civil_date)
    daily = INDICATORS["air.aqi_daily"].edition_on(civil_date)

    assert hourly.edition == hourly_aqi({}, civil_date).edition
    assert daily.edition == daily_aqi({}, civil_date).edition


def test_the_catalog_and_the_results_cite_the_same_standard() -> None:
    assert INDICATORS["road.tpi"].standard == congestion(2, 1).standard
    assert INDICATORS["emergency.within_15min_ratio"].standard == response({}).standard
    assert "2012: §6.2" in INDICATORS["air.aqi_daily"].clause


def test_names_and_questions_belong_to_one_indicator_only() -> None:
    for field in ("name_en", "name_zh", "question"):
        texts = [getattr(indicator, field) for indicator in INDICATORS.values()]

        assert len(set(texts)) == len(texts)


def test_an_id_declared_twice_is_refused() -> None:
    indicator = INDICATORS["road.tti"]

    with pytest.raises(ValueError, match="declared twice"):
        by_id([indicator], [indicator])
