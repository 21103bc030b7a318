"""What does a load change in the registry? From files to what the line finds, with a registry of the test's own."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from small_city import EVERY_FILE, LINKS, SITES, city, manifest_of

from citybrain.reference.entities import midnight_ms
from citybrain.reference.folder import reference_of
from citybrain.reference.loading import Change, load
from citybrain.reference.manifest import MANIFEST
from feeds.recording import entity
from schemas.codec import Encoder
from streams.entities import Entities
from streams.normalize.enrich import enrich_noise, enrich_road
from streams.problems import ReferenceDataError

SHANGHAI = ZoneInfo("Asia/Shanghai")
JANUARY, JUNE = (midnight_ms(date(2026, month, 1), SHANGHAI) for month in (1, 6))
SECOND = LINKS.replace("37.5", "40")
DAYS = {"links.v2.csv": "2026-06-01"}


class FakeRegistry:
    """A registry topic: what is written to it by key, and what the line knows of it."""

    def __init__(self) -> None:
        self.written: list[tuple[str, Mapping[str, Any]]] = []
        self.known = Entities()
        self._encoder = Encoder("entity", 1)

    def publish(self, records: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
        found = list(records)
        for _, record in found:
            self._encoder.encode(record)
            self.known.put(dict(record))
        self.written += found
        return len(found)

    def load(self, folder: Path) -> Change:
        return load(reference_of(folder), SHANGHAI, list(self.known), self.publish)

    def link(self, link_id: str, at: int) -> dict[str, Any] | None:
        return self.known.get("road", "link", link_id, at)


def test_a_checked_folder_is_what_events_are_enriched_with(tmp_path: Path) -> None:
    registry = FakeRegistry()

    registry.load(city(tmp_path / "city"))

    event = {"entity_id": "L1", "event_time": JANUARY, "speed_kmh": 25.0}
    assert enrich_road(event, registry.known.get) is None
    assert (event["area_id"], event["free_flow_time_ms"], event["travel_time_ms"]) == (
        "town/west",
        36_000,
        72_000,
    )
    noise = {"entity_id": "N2", "event_time": JANUARY, "level_cdb": 5_000}
    assert enrich_noise(noise, registry.known.get) is None
    assert (noise["area_id"], noise["area_class"]) == ("town/east", 2)
    early = {"entity_id": "L1", "event_time": JANUARY - 1, "speed_kmh": 25.0}
    assert enrich_road(early, registry.known.get) is not None


def test_records_have_the_key_of_their_topic_and_name_the_load(tmp_path: Path) -> None:
    registry = FakeRegistry()

    change = registry.load(city(tmp_path / "city"))

    assert len(change.announced) == len(registry.written) > 0
    keys = [key for key, _ in registry.written]
    assert keys[0] == f"road|link|L1|{JANUARY}"
    assert len(set(keys)) == len(keys)
    assert {record["run_id"].partition("-")[0] for _, record in registry.written} == {"reference"}


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    registry, folder = FakeRegistry(), city(tmp_path / "city")
    first = registry.load(folder)
    registry.written.clear()

    again = registry.load(folder)

    assert registry.written == []
    assert again == Change((), (), (), len(first.announced))


def test_a_new_version_closes_the_old_one_at_its_day_and_touches_nothing_else(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.load(city(tmp_path / "city"))
    registry.written.clear()

    registry.load(city(tmp_path / "city", {"links.v2.csv": SECOND}, DAYS))

    assert sorted((key, record["valid_to"]) for key, record in registry.written) == [
        (f"road|link|L1|{JANUARY}", JUNE),
        (f"road|link|L1|{JUNE}", None),
        (f"road|link|L2|{JANUARY}", JUNE),
        (f"road|link|L2|{JUNE}", None),
    ]
    for at, time_ms, version in ((JUNE - 1, 24_000, "links 1"), (JUNE, 22_500, "links 2")):
        link = registry.link("L2", at)
        assert link is not None
        assert link["attributes"]["free_flow_time_ms"] == time_ms
        assert link["labels"]["reference_version"] == version


def test_a_new_version_alone_in_its_folder_closes_the_old_one_too(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.load(
        city(tmp_path / "city", {"links.csv": LINKS + LINKS.splitlines()[1].replace("L1", "L3") + "\n"})
    )

    change = registry.load(city(tmp_path / "city", {"links.csv": None, "links.v2.csv": SECOND}, DAYS))

    assert [(one["entity_id"], one["valid_to"]) for one in change.closed] == [
        (f"L{n}", JUNE) for n in (1, 2, 3)
    ]
    # A link that the new version does not have is expected no more.
    assert registry.link("L3", JUNE - 1) is not None
    assert registry.link("L3", JUNE) is None
    assert [one["entity_id"] for one in registry.known.expected("road", "link", JUNE)] == ["L1", "L2"]


def test_what_is_new_is_written_before_what_is_closed(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.load(city(tmp_path / "city"))

    change = registry.load(city(tmp_path / "city", {"links.csv": None, "links.v2.csv": SECOND}, DAYS))

    assert [one["valid_from"] for one in change.records] == [JUNE, JUNE, JANUARY, JANUARY]


def test_a_version_before_its_day_may_be_replaced_by_one_of_an_earlier_day(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.load(city(tmp_path / "city", {"links.v2.csv": SECOND}, DAYS))

    sooner = {"links.v3.csv": "2026-05-01"}
    change = registry.load(city(tmp_path / "city", {"links.v3.csv": SECOND.replace("40", "41")}, sooner))

    # Version 2 never comes to hold: it ends as it begins.
    assert [(one["valid_from"], one["valid_to"]) for one in change.withdrawn] == [(JUNE, JUNE)] * 2
    link = registry.link("L2", JUNE)
    assert link is not None
    assert link["labels"]["reference_version"] == "links 3"
    assert registry.load(tmp_path / "city").records == ()


def test_what_others_announced_stays_as_it_is(tmp_path: Path) -> None:
    registry = FakeRegistry()
    simulated = entity(
        "road",
        "link",
        "S1",
        area_id="town/west",
        source="simulator",
        valid=(JANUARY, None),
        attributes={"length_m": 1},
    )
    registry.known.put({**simulated, "run_id": "simulator-1"})

    change = registry.load(city(tmp_path / "city"))

    assert registry.link("S1", JUNE) == {**simulated, "run_id": "simulator-1"}
    assert "S1" not in {one["entity_id"] for one in change.records}


def test_a_folder_without_sites_says_nothing_of_the_sites_that_are_known(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.load(city(tmp_path / "city"))

    change = registry.load(city(tmp_path / "city", {"sites.csv": None}))

    assert change.records == ()
    assert registry.known.get("noise", "station", "N1", JUNE) is not None


def test_another_content_of_a_version_that_was_loaded_is_refused(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.load(city(tmp_path / "city"))
    registry.written.clear()

    with pytest.raises(ReferenceDataError, match="it has version 1 of links with another content") as refused:
        registry.load(
            city(tmp_path / "city", {"links.csv": SECOND, "sites.csv": SITES.replace("Park", "Pond")})
        )

    assert "version 1 of sites with another content" in str(refused.value)
    assert registry.written == []


def test_a_folder_that_is_older_than_what_was_loaded_is_refused(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.load(city(tmp_path / "city", {"links.v2.csv": SECOND}, DAYS))
    registry.written.clear()

    with pytest.raises(ReferenceDataError, match="it has version 2 of links, and the newest here is 1"):
        registry.load(city(tmp_path / "city"))

    assert registry.written == []


def test_a_folder_with_a_mistake_is_not_loaded(tmp_path: Path) -> None:
    registry, folder = FakeRegistry(), city(tmp_path / "city")
    (folder / MANIFEST).write_text(manifest_of(EVERY_FILE, {}).replace("version: 1", "version: one"))

    with pytest.raises(ReferenceDataError, match="things are wrong with the reference data"):
        registry.load(folder)

    assert registry.written == []
