"""What do corridors and their base year look like, and what does the registry learn of them?"""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from small_city import LINKS, city, problems_in

from citybrain.reference.calibration import links_file
from citybrain.reference.entities import entities
from citybrain.reference.folder import Reference, reference_of
from citybrain.reference.loading import change_of
from indicators.arterial_efficiency import Travel
from streams.baselines import baseline_of, class_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
RING_LINKS = LINKS.replace("valid_to\n", "valid_to,corridor\n").replace("2026-01-01,\n", "2026-01-01,,ring\n")
CORRIDORS = """\
corridor_id,base_year,days,hours,length_m,speed_kmh
ring,2025,workday,07:00-09:00,1000000,36
ring,2025,workday,17:00-19:00,500000,22.5
ring,2025,day_off,00:00-24:00,2000000,45
"""


def town(tmp_path: Path, corridors: str = CORRIDORS, links: str = RING_LINKS, **more: str) -> Path:
    return city(tmp_path / "city", {"links.csv": links, "corridors.csv": corridors, **more})


def test_a_corridor_is_one_entity_with_every_class_of_its_base_year(tmp_path):
    known = entities(reference_of(town(tmp_path)), SHANGHAI)

    (ring,) = [one for one in known if one["entity_type"] == "corridor"]
    assert (ring["system"], ring["entity_id"], ring["labels"]["base_year"]) == ("road", "ring", "2025")
    assert ring["labels"]["reference_version"] == "corridors 1"
    assert baseline_of(ring) == {
        class_of("workday", "07:00-09:00"): Travel(1_000_000, 100_000_000),
        class_of("workday", "17:00-19:00"): Travel(500_000, 80_000_000),
        class_of("day_off", "00:00-24:00"): Travel(2_000_000, 160_000_000),
    }
    links = [one for one in known if one["entity_type"] == "link"]
    assert {one["labels"]["corridor"] for one in links} == {"ring"}
    assert all("subnetwork" not in one["labels"] for one in links)


def test_a_second_loading_changes_nothing_of_corridors_calendars_and_boundaries(tmp_path):
    reference = reference_of(town(tmp_path))
    known = [{**one, "run_id": "first"} for one in entities(reference, SHANGHAI)]

    assert change_of(reference, SHANGHAI, known).records == ()
    (town_area,) = [one for one in known if (one["system"], one["entity_type"]) == ("city", "city")]
    assert town_area["boundary_wkt"] == "MULTIPOLYGON (((0.0 0.0, 2.0 0.0, 2.0 1.0, 0.0 1.0, 0.0 0.0)))"
    assert all(one["boundary_wkt"] is None for one in known if one["system"] != "city")


def test_a_further_version_is_another_base_year_from_its_day_on(tmp_path):
    folder = city(
        tmp_path / "city",
        {
            "links.csv": RING_LINKS,
            "corridors.csv": CORRIDORS,
            "corridors.v2.csv": CORRIDORS.replace("2025", "2027"),
        },
        {"corridors.v2.csv": "2028-01-01"},
    )

    rings = [one for one in entities(reference_of(folder), SHANGHAI) if one["entity_type"] == "corridor"]

    assert [one["labels"]["base_year"] for one in rings] == ["2025", "2027"]
    assert rings[0]["valid_to"] == rings[1]["valid_from"]


@pytest.mark.parametrize(
    ("before", "after", "line", "field", "says"),
    [
        ("17:00-19:00", "08:00-19:00", 3, "hours", "08:00-19:00 overlap 07:00-09:00 on line 2"),
        ("17:00-19:00", "07:00-09:00", 3, "hours", "is on line 2 already"),
        ("17:00-19:00", "19:00-17:00", 3, "hours", "write hours of one day, as 07:00-09:00"),
        ("17:00-19:00", "evening", 3, "hours", "write hours of one day"),
        ("day_off", "weekend", 4, "days", "write one of workday, day_off"),
        ("ring,2025,day_off", "ring,2024,day_off", 4, "base_year", "is 2024, and 2025 on line 2"),
        ("1000000", "0", 2, "length_m", "write a whole number from 1"),
        (",36", ",0", 2, "speed_kmh", "write km/h"),
    ],
)
def test_a_base_year_that_is_wrong_is_named_with_its_line(tmp_path, before, after, line, field, says):
    found = problems_in(town(tmp_path, CORRIDORS.replace(before, after, 1)))

    assert any(
        (one.file, one.line, one.field) == ("corridors.csv", line, field) and says in one.text
        for one in found
    )


def test_a_corridor_that_no_link_names_is_worth_a_look(tmp_path):
    reference: Reference = reference_of(town(tmp_path, links=LINKS))

    assert any("is ring, which no link names as its corridor" in note.text for note in reference.notes)


def test_a_calibrated_version_keeps_what_links_belong_to(tmp_path):
    (links,) = reference_of(town(tmp_path)).held["links"]

    class Kept:
        def __init__(self, row):
            self.row, self.speed_kmh, self.basis = row, row.free_flow_kmh, row.free_flow_basis

    assert links_file([Kept(line.row) for line in links.content]).decode() == RING_LINKS
