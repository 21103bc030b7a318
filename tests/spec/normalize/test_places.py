"""In which area is an event that says where it was, and when is the map asked at all?"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.decoding import Raw
from streams.areas import AreasOverTime, Places, nowhere
from streams.catalog import SYSTEMS
from streams.entities import Entities
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter

AT, AT_MS = "2026-04-01T08:00:00+08:00", 1_775_001_600_000
DAY_MS = 86_400_000
WEST, EAST = (118.05, 30.04), (118.15, 30.04)
ORIGIN = Origin("t", 0, 0, 0)
VIDEO = {"camera": "c1", "at": AT, "step": "raised", "id": "a1", "type": "crowding", "confidence": 0.9}


def box(west: float, south: float, east: float, north: float) -> str:
    return (
        f"MULTIPOLYGON ((({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south})))"
    )


def area(
    area_id: str, boundary: str | None, valid_from: int = 0, valid_to: int | None = None
) -> dict[str, Any]:
    return {
        "system": "city",
        "entity_type": "area" if "/" in area_id else "city",
        "entity_id": area_id,
        "area_id": None,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "boundary_wkt": boundary,
    }


def registry(*entities: dict[str, Any]) -> Entities:
    known = Entities()
    for one in entities:
        known.put(one)
    return known


TOWN = (
    area("town", box(118.0, 30.0, 118.2, 30.08)),
    area("town/west", box(118.0, 30.0, 118.1, 30.08)),
    area("town/east", box(118.1, 30.0, 118.2, 30.08)),
)


class Map:
    """Counts how often it is asked."""

    def __init__(self, area_at: Callable[[float, float, int], str | None]) -> None:
        self.area_at = area_at
        self.asked = 0

    def area_of(self, longitude: float, latitude: float, at_ms: int) -> str | None:
        self.asked += 1
        return self.area_at(longitude, latitude, at_ms)


def normalized(
    feed: str, reading: dict[str, Any], known: Any = None, of_town: Map | None = None
) -> tuple[Any, Tally]:
    """What one reading becomes: the event or the dead letter."""
    slug = feed.removeprefix("city-gateway-").replace("dispatch", "emergency")
    system, tally = SYSTEMS[slug], Tally()
    of_town = of_town or Map(AreasOverTime(registry(*TOWN)).area_of)
    normalizer = Normalizer(system, lambda *_: known, of_town.area_of)
    raw = Raw(feed, json.dumps(reading).encode(), {}, AT_MS, "test", "run", 0)
    outcome = normalizer.normalize(ORIGIN, raw, RepeatFilter(system.repeat_span), tally)
    ((one,),) = [found for found in (outcome.events, outcome.dead_letters) if found]
    return one, tally


def at(place: tuple[float, float]) -> dict[str, float]:
    return {"longitude": place[0], "latitude": place[1]}


@pytest.mark.parametrize(("place", "found"), [(WEST, "town/west"), (EAST, "town/east")])
def test_a_place_gives_the_area_that_nobody_names_and_is_on_no_event(place, found):
    event, _ = normalized("city-gateway-video", {**VIDEO, **at(place)})

    assert (event["area_id"], event["cell_id"]) == (found, f"{found}:crowding")
    assert "longitude_deg" not in event


@pytest.mark.parametrize(
    ("feed", "reading"),
    [
        ("city-gateway-hotline", {"id": "case-1", "step": "opened", "at": AT, "kind": "噪声"}),
        ("city-gateway-dispatch", {"incident": "i1", "at": AT, "stage": "received"}),
        ("city-gateway-probe", {"link": "unmatched", "at": AT, "point": 1, "speed_kmh": 30, "vacant": True}),
    ],
)
def test_it_is_so_in_every_system(feed, reading):
    event, _ = normalized(feed, {**reading, **at(EAST)})

    assert event["area_id"] == "town/east"


def test_the_area_that_the_feed_names_needs_no_map():
    of_town = Map(nowhere)

    event, _ = normalized("city-gateway-video", {**VIDEO, **at(WEST), "area": "town/east"}, of_town=of_town)

    assert (event["area_id"], of_town.asked) == ("town/east", 0)


@pytest.mark.parametrize(
    ("of_entity", "found", "asked"), [("town/west", "town/west", 0), (None, "town/east", 1)]
)
def test_a_registered_entity_goes_before_the_place_where_it_has_an_area(of_entity, found, asked):
    of_town = Map(AreasOverTime(registry(*TOWN)).area_of)
    reading = {"vehicle": "b1", "at": AT, "step": "under_way", "speed_kmh": 30, "door_open": False}
    known = {"area_id": of_entity, "attributes": {}}

    event, _ = normalized("city-gateway-school-bus", {**reading, **at(EAST)}, known, of_town)

    assert (event["area_id"], of_town.asked) == (found, asked)


def test_a_place_in_no_area_is_rejected_as_an_unknown_entity_is_and_never_moved():
    letter, tally = normalized("city-gateway-video", {**VIDEO, **at((119.0, 30.0))})

    assert tally.rejected == {"missing_entity": 1}
    assert letter["message"].endswith(
        "names no area; its position lies in no area of the registry at this time"
    )


def test_so_is_one_of_a_known_entity_without_an_area():
    reading = {"vehicle": "b1", "at": AT, "step": "under_way", "speed_kmh": 30, "door_open": False}

    letter, tally = normalized(
        "city-gateway-school-bus", {**reading, **at((119.0, 30.0))}, {"area_id": None, "attributes": {}}
    )

    assert tally.rejected == {"unknown_entity": 1}
    assert "load the reference data with its areas" in letter["message"]


def test_half_a_place_and_one_that_is_not_on_earth_are_told():
    half, _ = normalized("city-gateway-video", {**VIDEO, "longitude": 118.0})
    beyond, _ = normalized("city-gateway-video", {**VIDEO, "longitude": 30.0, "latitude": 118.0})

    assert "latitude is not degrees: None" in half["message"]
    assert "latitude cannot be 118.0 degrees" in beyond["message"]


def test_the_hierarchy_of_the_events_own_time_counts():
    known = registry(
        area("town/west", box(118.0, 30.0, 118.1, 30.08), 0, AT_MS),
        area("town/new-west", box(118.0, 30.0, 118.1, 30.08), AT_MS, AT_MS + DAY_MS),
    )
    areas = AreasOverTime(known)

    found = [areas.area_of(*WEST, moment) for moment in (-1, 0, AT_MS - 1, AT_MS, AT_MS + DAY_MS)]

    assert found == [None, "town/west", "town/west", "town/new-west", None]


def test_what_the_registry_learns_later_is_known_at_once():
    known = registry(*TOWN)
    areas = AreasOverTime(known)
    before = areas.area_of(*WEST, AT_MS)

    known.put(area("town/west", box(0, 0, 1, 1)))
    moved = areas.area_of(*WEST, AT_MS)
    known.remove("city", "city", "town", 0)

    assert (before, moved, areas.area_of(*WEST, AT_MS)) == ("town/west", "town", None)


def test_a_hierarchy_is_indexed_once_for_all_events_of_its_time():
    known = registry(*TOWN)
    areas = AreasOverTime(known)
    areas.area_of(*WEST, AT_MS)
    (places,) = areas._indexed.values()

    known.put({**area("L1", None), "system": "road", "entity_type": "link"})
    areas.area_of(*EAST, AT_MS + DAY_MS)

    assert list(areas._indexed.values()) == [places]


def test_a_replay_over_many_versions_keeps_few_of_them():
    known = registry(*(area("town", box(0, 0, 1, 1), day * DAY_MS, (day + 1) * DAY_MS) for day in range(40)))
    areas = AreasOverTime(known)

    assert {areas.area_of(0.5, 0.5, day * DAY_MS) for day in range(40)} == {"town"}
    assert len(areas._indexed) == 8


def test_an_area_whose_boundary_is_none_is_left_out_and_told(capsys):
    places = Places([("town/odd", "POLYGON ((0 0"), ("town", box(0, 0, 1, 1))])

    assert places.area_of(0.5, 0.5) == "town"
    assert "town/odd" in capsys.readouterr().out


@given(st.integers(-1, 9), st.integers(-1, 9))
def test_a_place_is_where_a_grid_says_it_is(x: int, y: int) -> None:
    cells = {(column, row): box(column, row, column + 1, row + 1) for column in range(8) for row in range(8)}
    places = Places((f"c/{column}-{row}", boundary) for (column, row), boundary in cells.items())

    found = places.area_of(x + 0.5, y + 0.5)

    assert found == (f"c/{x}-{y}" if (x, y) in cells else None)
