"""Which department answers for an indicator, a feed, a kind of case? The city's own, else the one that is declared.

A city names its departments in `departments.yaml` of its reference data; the version that is in force on a day counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from citybrain.reference.departments import Department, Departments
from citybrain.reference.folder import departments_of
from citybrain.settings import Settings
from feeds.directory import FEEDS
from indicators.catalog import INDICATORS, Indicator
from indicators.targets import CityTarget


@dataclass(frozen=True)
class Owners:
    """Names of departments. `departments` are the city's own, None where it has none."""

    departments: Departments | None = None

    def of_indicator(self, indicator: Indicator) -> str:
        """Who answers for an indicator."""
        declared = indicator.owner_department
        return (
            self._name(lambda own: own.of_indicator(indicator.id), declared)
            if indicator.id in INDICATORS
            else declared
        )

    def of_target(self, target: CityTarget) -> str:
        """Who answers for a target: whose indicator it is, where the line computes it and the city says whose that is."""
        declared = target.owner_department
        if target.indicator in INDICATORS:
            return self._name(lambda own: own.of_indicator(target.indicator), declared)
        system = target.indicator.partition(".")[0]
        return self._name(lambda own: own.of_declared(declared, system), declared)

    def of_feed(self, feed: str) -> str:
        """Who answers for a feed; the owner of most of its system's indicators, where the city does not say."""
        system = FEEDS[feed].system
        return self._name(lambda own: own.of_feed(feed), declared_owner(system))

    def of_case(self, system: str, kind: str) -> str:
        """Who answers for a kind of case, in the words of its source."""
        return self._name(lambda own: own.of_case(system, kind), declared_owner(system))

    def _name(self, find: Callable[[Departments], Department | None], declared: str) -> str:
        found = None if self.departments is None else find(self.departments)
        return declared if found is None else found.name


DECLARED = Owners()
"""Those of the declarations alone."""


def city_owners(settings: Settings) -> Owners:
    """Those of today's departments in the folder of reference data; the declared ones where it has none.

    Raises ReferenceDataError where the departments or the manifest are wrong.
    """
    return owners_in(settings.reference, today(settings))


def today(settings: Settings) -> date:
    """The civil day of the wall clock, for commands."""
    return datetime.now(UTC).astimezone(settings.civil_zone).date()


def owners_in(folder: Path, day: date) -> Owners:
    """Those of the departments that are in force on a civil day. Raises ReferenceDataError."""
    return Owners(departments_of(folder, day)) if folder.is_dir() else DECLARED


def declared_owner(system: str) -> str:
    """The owner of most of a system's indicators; empty where it has none."""
    counted = Counter(one.owner_department for one in _of(system)).most_common(1)
    return counted[0][0] if counted else ""


def _of(system: str) -> Iterable[Indicator]:
    return (one for one in INDICATORS.values() if one.system == system)
