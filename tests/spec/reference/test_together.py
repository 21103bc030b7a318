"""Do the files agree with each other? What no file can say of itself alone."""

from pathlib import Path

from small_city import EAST, GRID, LINKS, POPULATION, SITES, TOWN, WEST, box, city, collection, feature, wrong

from citybrain.reference.folder import reference_of


def test_an_area_that_is_none_is_told_for_every_row_that_names_it(tmp_path: Path) -> None:
    changed = {
        "links.csv": LINKS.replace("L1,town/west", "L1,town/north"),
        "sites.csv": SITES.replace("N1,town/west", "N1,village"),
        "population.csv": POPULATION.replace("town/east", "town/north"),
        "grid.csv": GRID.replace("A2,town/west", "A2,town/north"),
    }

    found = wrong(city(tmp_path / "city", changed))

    says = "which is no area of areas.geojson (version 1): add it there, or correct it"
    assert found == [
        f"grid.csv:3 area_id: is town/north, {says}",
        f"links.csv:2 area_id: is town/north, {says}",
        f"population.csv:4 area_id: is town/north, {says}",
        f"sites.csv:2 area_id: is village, {says}",
    ]


def test_what_names_areas_needs_them(tmp_path: Path) -> None:
    found = wrong(city(tmp_path / "city", {"areas.geojson": None}))

    assert found[0].startswith(
        "reference.yaml:2 files: name no areas.geojson, whose areas links.csv names: add it"
    )
    assert len(found) == 5


def test_areas_hold_as_early_as_what_names_them(tmp_path: Path) -> None:
    (found,) = wrong(city(tmp_path / "city", in_force={"grid.csv": "2025-06-01"}))

    assert "in_force: of grid.csv is 2025-06-01, and no areas hold before 2026-01-01" in found


def test_an_area_may_not_be_taken_away_from_a_row_that_still_holds(tmp_path: Path) -> None:
    merged = collection(TOWN, feature("town/west", "330101", box(0, 0, 2, 1)))
    changed = {"areas.v2.geojson": merged, "sites.csv": None, "population.csv": None}
    days = {"areas.v2.geojson": "2026-06-01"}

    assert wrong(city(tmp_path / "city", {**changed}, days)) == [
        "links.csv:3 area_id: is town/east, which is no area of areas.v2.geojson (version 2): add it there, or correct it"
    ]
    ended = LINKS.replace("provider,2026-01-01,\n", "provider,2026-01-01,2026-06-01\n")
    assert wrong(city(tmp_path / "city", {**changed, "links.csv": ended}, days)) == []


def test_a_row_of_a_version_that_is_over_does_not_need_the_areas_of_today(tmp_path: Path) -> None:
    merged = collection(TOWN, feature("town/west", "330101", box(0, 0, 2, 1)))
    changed = {
        "areas.v2.geojson": merged,
        "links.v2.csv": LINKS.replace("town/east", "town/west"),
        "sites.csv": None,
        "population.csv": None,
    }

    folder = city(
        tmp_path / "city", changed, {"areas.v2.geojson": "2026-06-01", "links.v2.csv": "2026-06-01"}
    )

    assert wrong(folder) == []


def test_a_site_without_an_area_has_to_lie_in_one(tmp_path: Path) -> None:
    (found,) = wrong(city(tmp_path / "city", {"sites.csv": SITES.replace("1.5,0.5", "2.5,0.5")}))

    assert found == (
        "sites.csv:3 longitude: and latitude are in no area of areas.geojson (version 1): correct them, or write area_id"
    )


def test_a_site_that_lies_elsewhere_is_worth_a_look_and_no_mistake(tmp_path: Path) -> None:
    text = (
        SITES.replace("Park,0.5", "Park,1.5")
        + "noise,station,N3,town,,0.5,0.5,1\nnoise,station,N4,town,,9,9,1\n"
    )

    notes = reference_of(city(tmp_path / "city", {"sites.csv": text})).notes

    assert [str(note) for note in notes] == [
        "sites.csv:2 area_id: is town/west, and the position lies in town/east: is it meant?",
        "sites.csv:5 area_id: is town, and the position lies in no area: is it meant?",
    ]


def test_an_address_is_in_one_cell_alone(tmp_path: Path) -> None:
    (found,) = wrong(
        city(tmp_path / "city", {"grid.csv": GRID.replace("A2,town/west,0.5", "A2,town/west,0.4")})
    )

    assert found == "grid.csv:3 west: A2 overlaps A1 (line 2): an address is in one cell alone"


def test_a_cell_lies_in_the_box_of_its_area(tmp_path: Path) -> None:
    (found,) = wrong(city(tmp_path / "city", {"grid.csv": f"{GRID}A3,town/east,0,0.5,0.5,1\n"}))

    assert found.startswith(
        "grid.csv:4 area_id: is town/east, and the cell lies beyond the bounding box of that"
    )


def test_an_area_without_residents_is_worth_a_look(tmp_path: Path) -> None:
    text = POPULATION.replace("town/east,2025,200\n", "")

    (note,) = reference_of(city(tmp_path / "city", {"population.csv": text})).notes

    assert str(note).startswith("areas.geojson:4 properties.id: town/east has no residents in population.csv")


def test_mistakes_of_all_files_come_together_and_in_order(tmp_path: Path) -> None:
    changed = {
        "areas.geojson": collection(TOWN, WEST, {**EAST, "geometry": None}),
        "links.csv": LINKS.replace("arterial", "road"),
        "enterprises.csv": "credit_code_hash,area_id,industry\nplain,town/west,C39\n",
        "calendar.yaml": "years: []\nmonths: []\n",
    }

    found = wrong(city(tmp_path / "city", changed))

    assert [one.split(":")[0] for one in found] == sorted(one.split(":")[0] for one in found)
    assert {one.split(":")[0] for one in found} >= {"areas.geojson", "links.csv", "enterprises.csv"}
