"""What is in a record `indicator`? Written from its schema by `make docs`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citybrain.client.times import time_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A judged value for one entity and window under a dated standard. The highest revision of an indicator,
    entity and window is the one that counts.
    """

    indicator_id: str
    """Name in the catalog, for example `road.tti`."""

    entity_type: str
    """`link`, `station`, `area` or `city`."""

    entity_id: str
    """The entity."""

    area_id: str | None
    """Area of the entity."""

    window_start: datetime
    """Start of the window, included. UTC, milliseconds."""

    window_end: datetime
    """End of the window, excluded. UTC, milliseconds."""

    value: float | None
    """The value in `unit`; null when it may not be published."""

    unit: str
    """Unit of the value; `1` for a ratio or an index."""

    grade: str | None
    """Grade in full words of the standard; null where there is none."""

    validity: str
    """`valid`; `valid_by_exceedance`, where too little was measured but a limit is exceeded already;
    `insufficient`; `no_data`; `not_applicable`, where nothing was there to be judged. `details.reason`
    says why it is not valid.
    """

    observations: int
    """How many observations it rests on."""

    expected: int | None
    """How many there should have been; null where unknown."""

    standard: str
    """Standard, for example `HJ 633`; `project` where there is none."""

    edition: str
    """Edition or named variant."""

    clause: str
    """Clause or table of the standard."""

    finality: str
    """`provisional`, `final` or `restated`."""

    revision: int
    """Function of generation, restatement, finality and step; the highest wins."""

    computed_at: datetime
    """When this result was made, by the wall clock. UTC, milliseconds."""

    inputs: Mapping[str, int]
    """The statistics that the value was computed from, with their units in the names."""

    details: Mapping[str, str]
    """What else the standard asks to say: sub-indices, primary pollutants, conversion used."""

    mode: str
    """`live`, `replay`, `simulated` or `drill`."""

    run_id: str
    """The run that it belongs to."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Indicator":
        """From a decoded record, whose times are epoch milliseconds."""
        return cls(
            indicator_id=row["indicator_id"],
            entity_type=row["entity_type"],
            entity_id=row["entity_id"],
            area_id=row["area_id"],
            window_start=time_of(row["window_start"]),
            window_end=time_of(row["window_end"]),
            value=row["value"],
            unit=row["unit"],
            grade=row["grade"],
            validity=row["validity"],
            observations=row["observations"],
            expected=row["expected"],
            standard=row["standard"],
            edition=row["edition"],
            clause=row["clause"],
            finality=row["finality"],
            revision=row["revision"],
            computed_at=time_of(row["computed_at"]),
            inputs=row["inputs"],
            details=row["details"],
            mode=row["mode"],
            run_id=row["run_id"],
        )
