"""Which edition of a standard judges this civil day?

China replaced its air standards on 2026-03-01: the same day and the same data have another grade under
another edition. So every result names its standard, edition and clause, and an edition is chosen by the
civil day of the *measurement*, never by the day on which it is computed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition (or a named variant of one) of one standard, with its days in force.

    `standard` is the number without the year ("HJ 633"), `edition` the year, with a variant after a slash
    where practice and text differ ("2012/cnemc-practice"). Both ends of the period are days in force;
    None leaves that end open. `clause` points into the standard's text.
    """

    standard: str
    edition: str
    in_force_from: date | None
    in_force_to: date | None
    clause: str

    def __post_init__(self) -> None:
        if (
            self.in_force_from is not None
            and self.in_force_to is not None
            and self.in_force_to < self.in_force_from
        ):
            raise ValueError(f"{self.name} ends on {self.in_force_to}, before it starts: correct its dates")

    @property
    def name(self) -> str:
        """The edition as people cite it, for example "HJ 633-2026"."""
        return f"{self.standard}-{self.edition}"

    def in_force(self, civil_date: date) -> bool:
        """Whether this edition judges that civil day (in the city's zone)."""
        return (self.in_force_from is None or self.in_force_from <= civil_date) and (
            self.in_force_to is None or civil_date <= self.in_force_to
        )


def edition_on(editions: Iterable[Edition], civil_date: date) -> Edition:
    """The one edition in force on a civil day.

    Raises LookupError when none or more than one is: a gap or an overlap is an error of the declaration,
    and a guess would be a wrong grade.
    """
    found = [edition for edition in editions if edition.in_force(civil_date)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(edition.name for edition in found) or "none"
    raise LookupError(f"on {civil_date} exactly one edition must be in force, found {names}: name one")
