"""The shipped reference data: fresh, right, small, and what the simulated city itself says."""

from zoneinfo import ZoneInfo

from citybrain.reference import example
from citybrain.reference.entities import entities
from citybrain.reference.folder import reference_of
from citybrain.settings import Settings
from feeds.simulated_size import LARGE
from feeds.simulator import SimulatedCity

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_shipped_reference_data_is_what_the_simulated_city_says() -> None:
    assert example.stale() == [], "run `make docs`"


def test_a_file_that_differs_is_absent_or_is_a_stranger_is_stale(tmp_path) -> None:
    example.write(tmp_path)
    assert example.stale(tmp_path) == []

    (tmp_path / "links.csv").write_text("something else")
    (tmp_path / "grid.csv").unlink()
    (tmp_path / "links.v2.csv").write_text("a version")

    assert example.stale(tmp_path) == ["grid.csv", "links.csv", "links.v2.csv"]


def test_the_shipped_reference_data_is_right_and_can_be_read_through() -> None:
    reference = reference_of(example.FOLDER)

    assert reference.notes == ()
    assert all(len(versions) == 1 for versions in reference.held.values())
    assert sum(path.stat().st_size for path in example.FOLDER.iterdir()) < 200_000


def test_it_is_what_the_setting_names_by_default() -> None:
    assert Settings.model_fields["reference"].default.resolve() == example.FOLDER


def test_links_sites_and_areas_are_those_that_the_simulated_city_announces() -> None:
    def known(found):
        return {(one["system"], one["entity_type"], one["entity_id"]): one for one in found}

    simulated = known(SimulatedCity(example.SEED, 0, size=LARGE).entities())
    # No feed tells of a base year.
    ours = known(
        one
        for one in entities(reference_of(example.FOLDER), SHANGHAI)
        if one["system"] != "city" and one["entity_type"] != "corridor"
    )

    assert set(ours) <= set(simulated)
    shipped = {key for key in simulated if key[1] in {"area", "city"} or key[:2] == ("road", "link")}
    assert shipped <= set(ours)
    for key, one in ours.items():
        other = simulated[key]
        assert (one["area_id"], one["name"]) == (other["area_id"], other["name"])
        if key[1] != "area" and key[1] != "city":
            assert other["attributes"].items() <= one["attributes"].items()
