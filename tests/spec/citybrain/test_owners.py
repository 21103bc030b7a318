"""Which department is shown as the owner: the city's own, where it says so?"""

from datetime import date
from pathlib import Path

import pytest
from small_city import EVERY_FILE, city
from typer.testing import CliRunner

from citybrain import docs
from citybrain.cli import app
from citybrain.commands.feeds import _owned
from citybrain.owners import DECLARED, declared_owner, owners_in
from citybrain.promises import simulated_promises
from feeds.simulated_size import SMALL
from indicators.catalog import INDICATORS
from indicators.catalog.export import catalog_row
from indicators.targets import TARGETS
from streams.catalog import SYSTEMS
from streams.problems import ReferenceDataError

DAY = date(2026, 4, 1)
TTI = INDICATORS["road.tti"]
HALL = """\
departments:
  - id: town-hall
    name: Town hall (镇政府)
    systems: [{systems}]
    indicators: [{others}]
  - id: police
    name: Town police (镇派出所)
    systems: [road]
    case_kinds: [hotline/噪声]
    indicators: [signal.signals_working_ratio]
""".format(
    systems=", ".join(slug for slug in SYSTEMS if slug != "road"),
    others=", ".join(one.id for one in INDICATORS.values() if one.system not in SYSTEMS),
)
POLICE, TOWN_HALL = "Town police (镇派出所)", "Town hall (镇政府)"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return city(tmp_path / "city", {"departments.yaml": HALL})


def test_a_city_with_departments_of_its_own_answers_for_everything(town):
    owners = owners_in(town, DAY)

    assert owners.of_indicator(TTI) == POLICE
    assert owners.of_indicator(INDICATORS["signal.signals_working_ratio"]) == POLICE
    assert owners.of_indicator(INDICATORS["air.aqi_hourly"]) == TOWN_HALL
    assert (owners.of_feed("los-angeles-traffic"), owners.of_feed("beijing-air")) == (POLICE, TOWN_HALL)
    assert (owners.of_case("hotline", "噪声"), owners.of_case("hotline", "停车")) == (POLICE, TOWN_HALL)


def test_catalog_and_targets_and_promises_name_them(town):
    owners = owners_in(town, DAY)
    target = next(one for one in TARGETS.values() if one.indicator.startswith("road."))

    assert catalog_row(TTI, owners.of_indicator(TTI))["owner_department"] == POLICE
    assert owners.of_target(target) == POLICE
    assert simulated_promises(SMALL, owners)["city-gateway-parking"].department == TOWN_HALL
    assert f"- Owner: {POLICE}; public, from a live line only." in docs.indicator_section(TTI, owners)


def test_without_departments_the_declared_owners_count(tmp_path):
    for folder in (tmp_path / "none", city(tmp_path / "city", {"departments.yaml": None})):
        owners = owners_in(folder, DAY)
        assert (
            owners.of_indicator(TTI)
            == TTI.owner_department
            == declared_owner("road")
            == owners.of_feed("pems-flow")
        )
    assert DECLARED.of_target(TARGETS[next(iter(TARGETS))]) == TARGETS[next(iter(TARGETS))].owner_department


def test_the_version_of_the_day_counts(tmp_path):
    folder = city(
        tmp_path / "city",
        {"departments.v2.yaml": HALL},
        {"departments.yaml": "2026-01-01", "departments.v2.yaml": "2026-04-01"},
    )

    owners = [
        owners_in(folder, date(*day)).of_indicator(TTI)
        for day in ((2025, 12, 31), (2026, 3, 31), (2026, 4, 1))
    ]

    assert owners == [TTI.owner_department, TTI.owner_department, POLICE]


def test_wrong_departments_are_told_and_other_files_are_not_read(town, tmp_path):
    broken_links = city(tmp_path / "links", {"departments.yaml": HALL, "links.csv": "nothing"})
    assert owners_in(broken_links, DAY).of_indicator(TTI) == POLICE

    with pytest.raises(ReferenceDataError, match="one thing is wrong"):
        owners_in(
            city(tmp_path / "wrong", {"departments.yaml": EVERY_FILE["departments.yaml"] + "  - id: x\n"}),
            DAY,
        )


def test_who_promised_a_feed_goes_before_whose_it_is(town):
    owners = owners_in(town, DAY)

    assert _owned({"feed": "beijing-air", "department": None}, owners)["department"] == TOWN_HALL
    assert _owned({"feed": "beijing-air", "department": "Lab"}, owners)["department"] == "Lab"
    assert _owned({"feed": "gone", "department": None}, owners)["department"] is None


def test_the_commands_show_them(town, monkeypatch):
    monkeypatch.setenv("CITYBRAIN_REFERENCE", str(town))

    catalog = CliRunner().invoke(app, ["catalog", "road.tti"]).stdout
    table = CliRunner().invoke(app, ["reference", "departments"]).stdout

    assert POLICE in catalog
    assert TOWN_HALL in table
    assert "hotline/噪声" in table
