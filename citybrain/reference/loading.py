"""What of the reference data does the registry not know yet? Announces that, and closes what no longer holds.

Loading the same again changes nothing. Of entities that came from elsewhere nothing is touched.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from citybrain.reference.entities import HASH_LABEL, HASH_LENGTH, SOURCE, VERSION_LABEL, entities, midnight_ms
from citybrain.reference.folder import Reference
from feeds.recording import Entity
from streams.problems import ReferenceDataError

Key: TypeAlias = tuple[str, str, str, int]
Publish: TypeAlias = Callable[[Iterable[tuple[str, Mapping[str, Any]]]], int]
"""Writes keyed records to the registry's topic and returns how many, all acknowledged."""


@dataclass(frozen=True)
class Change:
    """What loading does to the registry.

    announced: new or other than known. closed: known versions that end when a newer one begins. withdrawn: those
    that never hold, because the folder no longer has them for any day. unchanged: how many are known already.
    """

    announced: tuple[Entity, ...]
    closed: tuple[Entity, ...]
    withdrawn: tuple[Entity, ...]
    unchanged: int

    @property
    def records(self) -> tuple[Entity, ...]:
        """Everything to be written. What is new comes first, so that at no moment nothing holds."""
        return (*self.announced, *self.closed, *self.withdrawn)


def load(reference: Reference, zone: ZoneInfo, known: Iterable[Entity], publish: Publish) -> Change:
    """Bring the registry to what the reference data says. `known` is everything that the registry holds.

    Raises ReferenceDataError where the registry holds a newer version, or another content of a version.
    """
    change = change_of(reference, zone, known)
    run_id = f"reference-{datetime.fromtimestamp(time.time(), UTC):%Y%m%dT%H%M%S}"
    if change.records:
        publish((registry_key(record), {**record, "run_id": run_id}) for record in change.records)
    return change


def change_of(reference: Reference, zone: ZoneInfo, known: Iterable[Entity]) -> Change:
    """What differs between the reference data and the registry. Raises ReferenceDataError as `load`."""
    before = {_key(entity): entity for entity in known if _is_ours(entity)}
    _refuse_other_versions(reference, before.values())
    wanted = {_key(entity): entity for entity in entities(reference, zone)}
    announced = [entity for key, entity in wanted.items() if not _same(entity, before.get(key))]
    closed: list[Entity] = []
    withdrawn: list[Entity] = []
    for key, entity in before.items():
        if key in wanted:
            continue
        kind = _versions_of(entity)[0][0]
        versions = reference.held.get(kind, ())
        # A folder without such files says nothing of them.
        if not versions:
            continue
        begin = midnight_ms(versions[0].begin, zone)
        if entity["valid_from"] >= begin:
            withdrawn.append({**entity, "valid_to": entity["valid_from"]})
        elif entity["valid_to"] is None or entity["valid_to"] > begin:
            closed.append({**entity, "valid_to": begin})
    withdrawn = [entity for entity in withdrawn if not _same(entity, before[_key(entity)])]
    return Change(tuple(announced), tuple(closed), tuple(withdrawn), len(wanted) - len(announced))


def registry_key(entity: Mapping[str, Any]) -> str:
    """The key of an entity on its topic."""
    return "|".join(str(part) for part in _key(entity))


def _key(entity: Mapping[str, Any]) -> Key:
    return entity["system"], entity["entity_type"], entity["entity_id"], entity["valid_from"]


def _is_ours(entity: Mapping[str, Any]) -> bool:
    return entity["source"] == SOURCE and VERSION_LABEL in entity["labels"]


def _same(entity: Entity, known: Entity | None) -> bool:
    return known is not None and all(
        known[name] == value for name, value in entity.items() if name != "run_id"
    )


def _versions_of(entity: Mapping[str, Any]) -> Sequence[tuple[str, int, str]]:
    """The versions that an entity was made from: kind, number, and the beginning of the hash."""
    labels = entity["labels"]
    return [
        (name.partition(" ")[0], int(name.partition(" ")[2]), digest)
        for name, digest in zip(
            labels[VERSION_LABEL].split(", "), labels[HASH_LABEL].split(", "), strict=True
        )
    ]


def _refuse_other_versions(reference: Reference, known: Iterable[Entity]) -> None:
    loaded = sorted({version for entity in known for version in _versions_of(entity)})
    wrong = list(dict.fromkeys(_otherwise(reference, loaded)))
    if wrong:
        raise ReferenceDataError(
            "\n".join(["the registry holds other reference data than this folder:", *wrong])
        )


def _otherwise(reference: Reference, loaded: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    for kind, number, digest in loaded:
        newest = reference.newest(kind)
        if newest is not None and number > newest.entry.version:
            yield (
                f"  it has version {number} of {kind}, and the newest here is {newest.entry.version}: take the folder "
                "that was loaded last, or count the version up beyond that"
            )
        for held in reference.held.get(kind, ()):
            if held.entry.version == number and held.entry.sha256[:HASH_LENGTH] != digest:
                yield (
                    f"  it has version {number} of {kind} with another content ({digest}…): a version that was loaded "
                    f"stays as it was, so give {held.entry.file} the next version and a file of its own"
                )
