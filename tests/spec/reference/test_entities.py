"""What does the registry learn, and from which day on? Versions, rows and years, each with its time."""

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from small_city import (
    ENTERPRISES,
    HASH,
    LINKS,
    POPULATION,
    TOWN,
    box,
    city,
    collection,
    feature,
)

from citybrain.reference.entities import entities, midnight_ms
from citybrain.reference.folder import reference_of
from citybrain.reference.manifest import sha256_of
from feeds.quantities import free_flow_time_ms
from schemas.codec import Encoder
from streams.catalog import SYSTEMS
from streams.entities import Entities

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECOND = LINKS.replace("37.5", "40")


def told(folder: Path, entity_type: str | None = None) -> list[dict[str, Any]]:
    found = entities(reference_of(folder), SHANGHAI)
    return [one for one in found if entity_type is None or one["entity_type"] == entity_type]


def days_of(one: dict[str, Any]) -> tuple[str, str | None]:
    def day(at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1000, SHANGHAI):%Y-%m-%d}"

    return day(one["valid_from"]), None if one["valid_to"] is None else day(one["valid_to"])


def test_a_civil_day_begins_at_the_midnight_of_the_city() -> None:
    # 2026-01-01T00:00+08:00.
    assert midnight_ms(date(2026, 1, 1), SHANGHAI) == 1_767_196_800_000


def test_a_link_carries_what_enrichment_needs(tmp_path: Path) -> None:
    link = told(city(tmp_path / "city"), "link")[0]

    assert (link["system"], link["entity_id"], link["area_id"], link["source"]) == (
        "road",
        "L1",
        "town/west",
        "reference",
    )
    # 500 m at 50 km/h are 36 s.
    assert link["attributes"] == {"length_m": 500, "free_flow_time_ms": 36_000, "weight": 1, "limit_kmh": 60}
    assert link["labels"] == {
        "road_class": "arterial",
        "free_flow_basis": "provider",
        "length_basis": "reference",
        "reference_version": "links 1",
        "reference_sha256": sha256_of(LINKS.encode())[:12],
    }
    assert days_of(link) == ("2026-01-01", None)


@pytest.mark.parametrize(
    ("length_m", "speed", "time_ms"),
    # 250 m at 37.5 km/h: 24 s. The last two are halves, and go to the even millisecond.
    [(250, "37.5", 24_000), (1, "7", 514), (1, "1.6", 2_250), (1, "100", 36), (1, "1.44", 2_500), (1, "96", 38), (9, "240", 135)],
)  # fmt: skip
def test_the_free_flow_time_is_rounded_from_the_exact_speed(length_m: int, speed: str, time_ms: int) -> None:
    assert free_flow_time_ms(length_m, Fraction(speed)) == time_ms


def test_every_entity_is_a_record_of_the_registry(tmp_path: Path) -> None:
    encoder = Encoder("entity", 1)

    for one in told(city(tmp_path / "city")):
        assert encoder.encode({**one, "run_id": "test"})


def test_a_new_version_closes_the_old_one_at_its_day(tmp_path: Path) -> None:
    folder = city(tmp_path / "city", {"links.v2.csv": SECOND}, {"links.v2.csv": "2026-06-01"})

    found = [
        (
            one["entity_id"],
            *days_of(one),
            one["attributes"]["free_flow_time_ms"],
            one["labels"]["reference_version"],
        )
        for one in told(folder, "link")
    ]

    assert found == [
        ("L1", "2026-01-01", "2026-06-01", 36_000, "links 1"),
        ("L2", "2026-01-01", "2026-06-01", 24_000, "links 1"),
        ("L1", "2026-06-01", None, 36_000, "links 2"),
        ("L2", "2026-06-01", None, 22_500, "links 2"),
    ]


def test_a_row_holds_within_its_version_and_its_own_days(tmp_path: Path) -> None:
    rows = [
        "L1,town/west,500,arterial,60,50,provider,2020-01-01,",
        "L2,town/west,500,arterial,60,50,provider,2026-03-01,2026-04-01",
        "L3,town/west,500,arterial,60,50,provider,2026-05-01,2027-01-01",
        "L4,town/west,500,arterial,60,50,provider,2020-01-01,2026-01-01",
    ]
    changed = {"links.csv": "\n".join([LINKS.splitlines()[0], *rows]) + "\n", "links.v2.csv": LINKS}

    found = told(city(tmp_path / "city", {**changed}, {"links.v2.csv": "2026-06-01"}), "link")

    assert [
        (one["entity_id"], *days_of(one)) for one in found if one["labels"]["reference_version"] == "links 1"
    ] == [
        ("L1", "2026-01-01", "2026-06-01"),
        ("L2", "2026-03-01", "2026-04-01"),
        ("L3", "2026-05-01", "2026-06-01"),
    ]


def test_a_site_without_an_area_gets_that_of_its_position(tmp_path: Path) -> None:
    first, second = told(city(tmp_path / "city"), "station")

    assert (first["area_id"], first["name"], first["attributes"]) == ("town/west", "Park", {"area_class": 1})
    assert (second["area_id"], second["name"], second["longitude_deg"]) == ("town/east", "N2", 1.5)


def test_a_site_without_an_area_moves_with_the_areas(tmp_path: Path) -> None:
    merged = collection(TOWN, feature("town/west", "330101", box(0, 0, 2, 1)))
    gone = dict.fromkeys(("links.csv", "population.csv", "grid.csv", "enterprises.csv"))
    folder = city(tmp_path / "city", {"areas.v2.geojson": merged, **gone}, {"areas.v2.geojson": "2026-06-01"})

    found = [(one["entity_id"], one["area_id"], *days_of(one)) for one in told(folder, "station")]

    assert found == [
        ("N1", "town/west", "2026-01-01", None),
        ("N2", "town/east", "2026-01-01", "2026-06-01"),
        ("N2", "town/west", "2026-06-01", None),
    ]


def test_every_system_and_the_city_itself_know_the_areas(tmp_path: Path) -> None:
    found = told(city(tmp_path / "city"), "area")

    west = [one for one in found if one["entity_id"] == "town/west"]
    assert [one["system"] for one in west] == ["city", *SYSTEMS]
    assert {(one["area_id"], one["name"]) for one in west} == {("town", "town/west")}
    assert {one["labels"]["administrative_code"] for one in west} == {"330101"}
    cities = told(city(tmp_path / "city"), "city")
    assert {(one["entity_id"], one["area_id"]) for one in cities} == {("town", None)}


def test_an_area_may_be_that_of_some_systems_alone(tmp_path: Path) -> None:
    areas = collection(
        TOWN,
        feature("town/west", "330101", box(0, 0, 1, 1)),
        feature("town/east", "330102", box(1, 0, 2, 1), systems=["road", "noise"]),
    )

    found = told(city(tmp_path / "city", {"areas.geojson": areas}), "area")

    assert [one["system"] for one in found if one["entity_id"] == "town/east"] == ["city", "road", "noise"]


def test_residents_change_with_the_year_and_with_the_version(tmp_path: Path) -> None:
    changed = {
        "population.csv": f"{POPULATION}town,2027,360\n",
        "population.v2.csv": POPULATION.replace("300", "303"),
    }
    folder = city(tmp_path / "city", {**changed}, {"population.v2.csv": "2027-07-01"})

    found = [one for one in told(folder, "city") if one["system"] == "road"]

    assert [
        (*days_of(one), one["attributes"]["residents"], one["labels"]["population_year"]) for one in found
    ] == [
        ("2026-01-01", "2027-01-01", 300, "2025"),
        ("2027-01-01", "2027-07-01", 360, "2027"),
        ("2027-07-01", None, 303, "2025"),
    ]
    assert [one["labels"]["reference_version"] for one in found] == [
        "areas 1, population 1",
        "areas 1, population 1",
        "areas 1, population 2",
    ]
    # What changes for the city alone makes no new version of a district.
    west = [
        one for one in told(folder, "area") if one["entity_id"] == "town/west" and one["system"] == "road"
    ]
    assert [days_of(one) for one in west] == [("2026-01-01", "2027-07-01"), ("2027-07-01", None)]


def test_residents_of_a_year_to_come_do_not_hold_yet(tmp_path: Path) -> None:
    folder = city(tmp_path / "city", {"population.csv": "area_id,year,residents\ntown,2027,360\n"})

    found = [one for one in told(folder, "city") if one["system"] == "road"]

    assert [(*days_of(one), one["attributes"]) for one in found] == [
        ("2026-01-01", "2027-01-01", {}),
        ("2027-01-01", None, {"residents": 360}),
    ]


def test_a_cell_of_the_address_grid_is_announced_with_its_area(tmp_path: Path) -> None:
    first, second = told(city(tmp_path / "city"), "cell")

    assert (first["system"], first["entity_id"], first["area_id"]) == ("city", "A1", "town/west")
    assert (second["longitude_deg"], second["latitude_deg"]) == (0.75, 0.25)


def test_an_enterprise_is_known_by_its_hash_alone(tmp_path: Path) -> None:
    (found,) = told(city(tmp_path / "city", {"enterprises.csv": ENTERPRISES}), "enterprise")

    assert (found["system"], found["entity_id"], found["name"]) == ("city", HASH, HASH)
    assert (found["area_id"], found["labels"]["industry"]) == ("town/west", "C39")


def test_the_registry_finds_the_version_of_each_moment(tmp_path: Path) -> None:
    folder = city(tmp_path / "city", {"links.v2.csv": SECOND}, {"links.v2.csv": "2026-06-01"})
    known = Entities()
    for one in told(folder):
        known.put(one)

    turn = midnight_ms(date(2026, 6, 1), SHANGHAI)
    found = [known.get("road", "link", "L2", at) for at in (turn - 1, turn)]

    assert [one and one["attributes"]["free_flow_time_ms"] for one in found] == [24_000, 22_500]
    assert known.get("road", "link", "L2", midnight_ms(date(2026, 1, 1), SHANGHAI) - 1) is None
