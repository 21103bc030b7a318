"""Which entity holds when? Dated versions and the roster."""

from typing import Any

from streams.entities import Entities


def version(
    entity_id: str, valid_from: int, valid_to: int | None = None, **attributes: int
) -> dict[str, Any]:
    return {
        "system": "road",
        "entity_type": "link",
        "entity_id": entity_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "attributes": attributes,
    }


def known(*versions: dict[str, Any]) -> Entities:
    entities = Entities()
    for found in versions:
        entities.put(found)
    return entities


def test_the_version_of_the_moment_is_found() -> None:
    entities = known(version("L1", 0, 100, length_m=1), version("L1", 100, None, length_m=2))

    found = [entities.get("road", "link", "L1", at) for at in (-1, 0, 99, 100, 10_000)]

    assert [entity and entity["attributes"]["length_m"] for entity in found] == [None, 1, 1, 2, 2]


def test_between_two_versions_there_is_none() -> None:
    entities = known(version("L1", 0, 50), version("L1", 100, 200))

    assert entities.get("road", "link", "L1", 75) is None
    assert entities.get("road", "link", "L1", 200) is None


def test_a_version_announced_again_replaces_itself() -> None:
    entities = known(version("L1", 0, None, length_m=1), version("L1", 0, None, length_m=5))

    found = entities.get("road", "link", "L1", 10)
    assert found is not None
    assert found["attributes"] == {"length_m": 5}


def test_the_roster_holds_who_is_expected_at_the_moment_by_id() -> None:
    entities = known(version("L2", 0), version("L1", 0, 100), version("L3", 50))

    assert [entity["entity_id"] for entity in entities.expected("road", "link", 10)] == ["L1", "L2"]
    assert [entity["entity_id"] for entity in entities.expected("road", "link", 100)] == ["L2", "L3"]
    assert entities.expected("road", "area", 10) == []


def test_a_removed_version_is_no_longer_expected() -> None:
    entities = known(version("L1", 0))
    entities.remove("road", "link", "L1", 0)

    assert entities.get("road", "link", "L1", 10) is None
    assert entities.expected("road", "link", 10) == []
