"""Who answers for a feed, a kind of case, an indicator? `departments.yaml`, held against what the line has."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator

from citybrain.reference.values import Id, Name, Reader
from feeds.directory import FEEDS
from indicators.catalog import INDICATORS
from streams.catalog import SYSTEMS
from streams.problems import Problems, checked, shown
from streams.yaml_lines import items_of, read_yaml

_CASE_KIND = re.compile(r"(?P<system>[a-z][a-z0-9-]*)/(?P<kind>.{1,100})")
_SHOWN = 3


def _listed(reader: Reader) -> Reader:
    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValueError(f"is {shown(value)}: write a list, as [road, bus]")  # noqa: TRY004
        return tuple(reader(item) for item in value)

    return read


def _known(what: str, names: Iterable[str]) -> Reader:
    known = tuple(names)

    def read(text: object) -> str:
        if text in known:
            return str(text)
        raise ValueError(f"has {shown(text)}, which is no {what} of the line: there are {', '.join(known)}")

    return read


def _case_kind(text: object) -> str:
    match = _CASE_KIND.fullmatch(text) if isinstance(text, str) else None
    if match is None or match["system"] not in SYSTEMS:
        raise ValueError(
            f"has {shown(text)}: write a system and a kind of case in the words of its source, as hotline/噪声"
        )
    return match[0]


class Department(BaseModel):
    """A department and what it answers for.

    systems: all of their feeds, cases and indicators are its own, but for single feeds, kinds of cases (`system/kind`) and
    indicators that another one names. name: for people; an indicator that nobody names and whose declared owner has this
    name is its own, too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    name: Name
    systems: Annotated[tuple[str, ...], PlainValidator(_listed(_known("system", SYSTEMS)))] = ()
    feeds: Annotated[tuple[str, ...], PlainValidator(_listed(_known("feed", FEEDS)))] = ()
    case_kinds: Annotated[tuple[str, ...], PlainValidator(_listed(_case_kind))] = ()
    indicators: Annotated[tuple[str, ...], PlainValidator(_listed(_known("indicator", INDICATORS)))] = ()


@dataclass(frozen=True)
class Departments:
    """Departments by id, and what each answers for: `owners` by field and name, such as ("feeds", "gtfs")."""

    by_id: Mapping[str, Department]
    owners: Mapping[tuple[str, str], Department]

    def of_feed(self, feed: str) -> Department | None:
        """Who answers for a feed."""
        return self.owners.get(("feeds", feed)) or self.owners.get(("systems", FEEDS[feed].system))

    def of_case(self, system: str, kind: str) -> Department | None:
        """Who answers for cases of a kind."""
        return self.owners.get(("case_kinds", f"{system}/{kind}")) or self.owners.get(("systems", system))

    def of_indicator(self, indicator_id: str) -> Department | None:
        """Who answers for an indicator: who names it, else who has its declared owner's name, else its system's."""
        indicator = INDICATORS[indicator_id]
        named = self.owners.get(("indicators", indicator_id))
        return named or self.of_declared(indicator.owner_department, indicator.system)

    def of_declared(self, name: str, system: str) -> Department | None:
        """Who stands for a declared owner: the department with its name, else the one that the system belongs to."""
        called = (known for known in self.by_id.values() if known.name == name)
        return next(called, None) or self.owners.get(("systems", system))


def read_departments(file: str, data: bytes, problems: Problems) -> Departments | None:
    """The departments that are right; everything that is wrong, and whatever nobody answers for, is told."""
    document = read_yaml(file, data, problems)
    if document is None:
        return None
    by_id: dict[str, Department] = {}
    owners: dict[tuple[str, str], Department] = {}
    for number, item in items_of(file, document, "departments", problems):
        found = checked(Department, item, file, document.lines_of("departments", number), problems)
        if found is None:
            continue
        if found.id in by_id:
            line = document.line("departments", number, "id")
            problems.add(file, line, "id", f"{found.id} is there twice: keep one of them")
            continue
        by_id[found.id] = found
        for field in ("systems", "feeds", "case_kinds", "indicators"):
            for name in getattr(found, field):
                before = owners.setdefault((field, name), found)
                if before is not found:
                    line = document.line("departments", number, field)
                    problems.add(
                        file, line, field, f"has {name}, which {before.id} has already: keep one of them"
                    )
    departments = Departments(by_id, owners)
    for text in _left_alone(departments):
        problems.add(file, document.line("departments"), "departments", text)
    return departments


def _left_alone(departments: Departments) -> Iterable[str]:
    of_system: defaultdict[str, list[str]] = defaultdict(list)
    for feed in FEEDS.values():
        if departments.of_feed(feed.name) is None:
            of_system[feed.system].append(feed.name)
    for system, feeds in of_system.items():
        yield (
            f"have nobody for the feeds {_few(feeds)}: add {system} to the systems of a department, or each of them to "
            "its feeds"
        )
    of_owner: defaultdict[str, list[Any]] = defaultdict(list)
    for indicator in INDICATORS.values():
        if departments.of_indicator(indicator.id) is None:
            of_owner[indicator.owner_department].append(indicator.id)
    for owner, indicators in of_owner.items():
        yield (
            f"have no {owner!r}, the owner of {_few(indicators)}: add a department with that name, or add them to the "
            "indicators of one"
        )


def _few(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
