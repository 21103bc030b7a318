"""What is a rule of alerts, before any value? One declaration, checked against the catalog; its page is docs/RULES.md."""

import itertools
import re
from collections.abc import Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from indicators.catalog import INDICATORS, Indicator
from streams.alerts.fields import Span
from streams.alerts.level_steps import LevelStep, check_steps
from streams.alerts.levels import LEVELS
from streams.alerts.schedule import Schedule

_NAME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9_-]*)+")
_MODE_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
NO_SPAN = timedelta(0)
TEXT_CHARACTERS = 500
LIST_ITEMS_MAX = 1_000

Text = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS)]
Names = Annotated[tuple[Text, ...], Field(max_length=LIST_ITEMS_MAX)]
LevelNumber = Annotated[int, Field(ge=1, le=len(LEVELS))]
CapCategory = Literal[
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class NoData(_Part):
    """After how long without any value an entity is told of as silent, and how gravely."""

    after: Span
    level: LevelNumber = 3

    @field_validator("after")
    @classmethod
    def _waits(cls, after: timedelta) -> timedelta:
        if after <= NO_SPAN:
            raise ValueError("is 0: an entity is silent only after some time, as 30m")
        return after


class Flapping(_Part):
    """An alert that is raised or cleared so often within a span is muted until it was quiet for another."""

    changes: Annotated[int, Field(ge=2, le=50)] = 4
    within: Span = timedelta(minutes=30)
    quiet: Span = timedelta(minutes=30)


class Inhibitor(_Part):
    """A rule whose raised alert mutes those of this one: of the same entity, of the same area, or any.

    `entities` are patterns of those whose alert mutes; all, where it is left out.
    """

    rule: Text
    where: Literal["same_entity", "same_area", "any"] = "same_area"
    entities: Names = ()


class DutyStep(_Part):
    """To which level of duty an alert goes that nobody has acknowledged for so long; `role` as the roster names it."""

    after: Span
    duty: Annotated[int, Field(ge=1, le=9)]
    role: Text | None = None


class Task(_Part):
    """One thing that a response plan has somebody do."""

    name: Text
    department: Text | None = None
    within: Span | None = None


class Plan(_Part):
    """A response plan (预案): the case that an alert of a level opens.

    `deadlines` are the case's clocks by name, each with how long it has.
    """

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    type: Text | None = None
    tasks: Annotated[tuple[Task, ...], Field(max_length=20)] = ()
    lead_department: Text
    assisting_departments: Names = ()
    deadlines: Mapping[str, Span] = Field(default_factory=dict)


class Overlay(_Part):
    """What a mode of the city changes of a rule while it holds; what is left out stays, of the levels, too."""

    enabled: bool | None = None
    levels: Mapping[LevelNumber, LevelStep] | None = None
    hold: Span | None = None
    clear_hold: Span | None = None
    step_up_hold: Span | None = None
    step_down_hold: Span | None = None
    no_data: NoData | None = None
    schedule: Schedule | None = None
    escalation: tuple[DutyStep, ...] | None = None


class Rule(_Part):
    """A rule. Spans are of city time; see docs/RULES.md for every field in words.

    detail: a number of the row's details that `raise` and `clear` are held against in place of the value, such as by
    how much it lies beyond the limit of its own place.
    """

    id: str
    name_zh: Text
    name_en: Text
    kind: Literal["state", "test"] = "state"
    enabled: bool = True
    indicator: str = ""
    entity_types: tuple[str, ...] = ()
    entities: Names = ()
    areas: Names = ()
    detail: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")] | None = None
    direction: Literal["above", "below"] | None = None
    inclusive: bool = True
    levels: Mapping[LevelNumber, LevelStep] = Field(default_factory=dict)
    hold: Span = NO_SPAN
    clear_hold: Span = NO_SPAN
    step_up_hold: Span | None = None
    step_down_hold: Span | None = None
    max_gap: Span | None = None
    finality: Literal["provisional", "final"] = "final"
    validity: Literal["valid", "valid_by_exceedance", "insufficient"] = "valid_by_exceedance"
    latched: bool = False
    late: Span = timedelta(days=1)
    no_data: NoData | None = None
    schedule: Schedule | None = None
    flapping: Flapping = Flapping()
    inhibited_by: Annotated[tuple[Inhibitor, ...], Field(max_length=20)] = ()
    escalation: Annotated[tuple[DutyStep, ...], Field(max_length=9)] = ()
    acknowledge_again: bool = False
    close_after: Span = NO_SPAN
    close_unacknowledged_after: Span = timedelta(days=1)
    group: Literal["rule", "area", "system", "entity"] | None = None
    plans: Mapping[LevelNumber, Plan] = Field(default_factory=dict)
    runbook: Text | None = None
    cap_category: CapCategory
    department: Text
    labels: Annotated[Mapping[str, Text], Field(max_length=32)] = Field(default_factory=dict)
    max_alerts: Annotated[int, Field(ge=1, le=5_000)] = 200
    overlays: Mapping[str, Overlay] = Field(default_factory=dict)

    @field_validator("id")
    @classmethod
    def _is_named(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError(f"is {name!r}: write <system>.<name> in small letters, as road.congestion")
        return name

    @field_validator("indicator")
    @classmethod
    def _is_in_the_catalog(cls, name: str, info: ValidationInfo) -> str:
        if not name and info.data.get("kind") == "test":
            return name
        if name not in INDICATORS:
            raise ValueError(f"is {name!r}, which is not in the catalog: `citybrain catalog` lists them")
        system, of_rule = INDICATORS[name].system, str(info.data.get("id", "")).partition(".")[0]
        if of_rule and system != of_rule:
            raise ValueError(f"is of the system {system}: begin the rule's id with {system}., or correct one")
        return name

    @field_validator("entity_types")
    @classmethod
    def _are_published(cls, types: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        declared = INDICATORS.get(str(info.data.get("indicator")))
        if declared is not None and (unknown := sorted(set(types) - set(declared.entity_types))):
            raise ValueError(
                f"has {', '.join(unknown)}: {declared.id} is published for {', '.join(declared.entity_types)}"
            )
        return types

    @field_validator("flapping")
    @classmethod
    def _is_no_rest(cls, flapping: Flapping) -> Flapping:
        if NO_SPAN in (flapping.within, flapping.quiet):
            raise ValueError("has a span of 0: within and quiet are longer than that")
        return flapping

    @field_validator("escalation")
    @classmethod
    def _rises(cls, steps: tuple[DutyStep, ...]) -> tuple[DutyStep, ...]:
        for before, after in itertools.pairwise(steps):
            if after.after <= before.after or after.duty <= before.duty:
                raise ValueError("does not rise: each step comes later than the one before, at a higher duty")
        return steps

    @model_validator(mode="after")
    def _holds_together(self) -> "Rule":
        if self.kind == "test":
            return self
        if not self.levels and self.no_data is None:
            raise ValueError("levels: none are there, and no no_data: a rule needs something to tell of")
        check_steps(INDICATORS[self.indicator], self.bad_side, self.levels)
        if self.detail is not None and any(step.raise_at is None for step in self.levels.values()):
            raise ValueError("detail: is held against raise alone; take it out, or give every level a raise")
        if unknown := sorted(set(self.plans) - set(self.levels) - self._silent_levels()):
            raise ValueError(f"plans: there is no level {unknown[0]} in this rule; give plans for its levels")
        if any(found.rule == self.id for found in self.inhibited_by):
            raise ValueError("inhibited_by: names the rule itself; take it out")
        for mode in self.overlays:
            if not _MODE_NAME.fullmatch(mode):
                raise ValueError(f"overlays: {mode!r} is no name of a mode; write it as flood-season")
            self.under((mode,))
        return self

    def _silent_levels(self) -> set[int]:
        return set() if self.no_data is None else {self.no_data.level}

    @property
    def declared(self) -> Indicator:
        """The indicator that it hangs on. KeyError for a test."""
        return INDICATORS[self.indicator]

    @property
    def system(self) -> str:
        """The city system that it is of."""
        return self.id.partition(".")[0]

    @property
    def bad_side(self) -> Literal["above", "below"]:
        """On which side of a raise value the bad values lie; where the rule does not say, against the indicator's better."""
        if self.direction is not None:
            return self.direction
        return "below" if INDICATORS[self.indicator].direction == "higher" else "above"

    @property
    def gap(self) -> timedelta:
        """Values further apart than this do not follow each other: hold times begin anew."""
        return self.max_gap if self.max_gap is not None else 2 * window_of(self.declared)

    def under(self, modes: tuple[str, ...]) -> "Rule":
        """The rule with what these modes of the city change, in their order. Raises ValueError as a rule does."""
        overlays = [self.overlays[mode] for mode in modes if mode in self.overlays]
        if not overlays:
            return self
        changed: dict[str, Any] = {"overlays": {}}
        levels = dict(self.levels)
        for overlay in overlays:
            changed |= {
                name: value for name in Overlay.model_fields if (value := getattr(overlay, name)) is not None
            }
            levels |= overlay.levels or {}
        changed["levels"] = levels
        kept = {name: getattr(self, name) for name in type(self).model_fields}
        return Rule.model_validate(kept | changed)

    def is_about(self, entity_type: str, entity_id: str, area_id: str | None) -> bool:
        """Whether it looks at an entity."""
        types = self.entity_types or self.declared.entity_types
        if entity_type not in types:
            return False
        if self.entities and not any(fnmatchcase(entity_id, pattern) for pattern in self.entities):
            return False
        return not self.areas or any(is_within(area_id, area) for area in self.areas)


def is_within(area_id: str | None, area: str) -> bool:
    """Whether an area (a path city/district) is another or lies in it."""
    return area_id is not None and (area_id == area or area_id.startswith(area.rstrip("/") + "/"))


_WINDOWS = {"PT1M": 1, "PT5M": 5, "PT15M": 15, "PT1H": 60, "P1D": 1_440}


def window_of(indicator: Indicator) -> timedelta:
    """The length of an indicator's window."""
    return timedelta(minutes=_WINDOWS[indicator.window])


def rule_of(declaration: str) -> Rule:
    """A rule from its record on the line. Raises pydantic's ValidationError."""
    return Rule.model_validate_json(declaration)


def declaration_of(rule: Rule) -> str:
    """The whole rule as JSON; the same rule gives the same text."""
    return rule.model_dump_json(by_alias=True, exclude_none=True)
