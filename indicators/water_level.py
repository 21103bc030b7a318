"""How high does the water stand against this station's own levels, and how fast does it rise?

No standard sets the levels: guard (设防), warning (警戒), guarantee (保证) and the highest on record (历史最高)
belong to each station and are configuration. Levels are whole millimetres over the station's own datum, so
they may be negative; everything is exact.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.rounding import as_float
from indicators.standard import Edition

WATER_LEVEL_V1 = Edition(
    "project", "water-level-1", None, None, "a level against the station's own levels, rise between readings"
)
MS_PER_HOUR = 3_600_000
# Ours: no water stands ten kilometres from its datum, a sensor that says so is at fault.
LEVEL_MM_MAX = 10_000_000

# From the mildest to the gravest.
LevelName = Literal["guard", "warning", "guarantee", "record"]
State = Literal["normal", "guard", "warning", "guarantee", "record"]
_NAMES: tuple[LevelName, ...] = ("guard", "warning", "guarantee", "record")


@dataclass(frozen=True, slots=True)
class StationLevels:
    """A station's own levels in mm over its datum; None where it has no such level.

    Guard, warning and guarantee have to rise. The record may lie anywhere: a young station has not seen its
    guarantee level yet. Raises ValueError without any level, or when they do not rise.
    """

    station: str
    guard_mm: int | None = None
    warning_mm: int | None = None
    guarantee_mm: int | None = None
    record_mm: int | None = None

    def __post_init__(self) -> None:
        for name, level in self.known().items():
            _level(level, f"{name} level of {self.station}")
        if not self.known():
            raise ValueError(f"station {self.station} has no level of its own: configure at least one")
        ladder = [level for name, level in self.known().items() if name != "record"]
        if ladder != sorted(set(ladder)):
            raise ValueError(
                f"station {self.station} has levels {ladder} mm: guard, warning and guarantee have to rise"
            )

    def known(self) -> dict[LevelName, int]:
        """The levels that the station has, from the mildest to the gravest."""
        levels = (self.guard_mm, self.warning_mm, self.guarantee_mm, self.record_mm)
        return {name: level for name, level in zip(_NAMES, levels, strict=True) if level is not None}


@dataclass(frozen=True, slots=True)
class LevelResult:
    """Where the water stands: `value` in mm, None without a reading, and then everything else is too.

    `state` is the gravest level that was reached, "normal" below all of them; `reached` has them all.
    `next_level` is the lowest one not reached, `to_next_mm` the way to it; None above all levels.
    """

    value: int | None
    state: State | None
    reached: tuple[LevelName, ...]
    next_level: LevelName | None
    to_next_mm: int | None
    validity: Literal["valid", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One level (mm over the station's datum) at one time (epoch ms)."""

    time_ms: int
    level_mm: int


@dataclass(frozen=True, slots=True)
class RiseRate:
    """How fast the level rose between two readings: mm per hour, exact, negative when it fell.

    `span_ms` lies between them: whether two readings that far apart say something is for the caller to know.
    """

    value: Fraction
    span_ms: int
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float:
        """The rate for tables, rounded half-even to six decimals."""
        return as_float(self.value)


def water_level(level_mm: int | None, station: StationLevels) -> LevelResult:
    """Judge one level. A level that is exactly reached counts as reached: our decision.

    Raises ValueError for a level that is no whole number of mm, or beyond 10 km.
    """
    known = station.known()
    reached: tuple[LevelName, ...] = ()
    ahead: list[tuple[int, LevelName]] = []
    if level_mm is not None:
        _level(level_mm, f"the level at {station.station}")
        reached = tuple(name for name, own in known.items() if own <= level_mm)
        ahead = [(own - level_mm, name) for name, own in known.items() if own > level_mm]
    # Of two levels at the same height the graver one lies ahead: reaching it will be the state.
    nearest = min(ahead, key=lambda one: (one[0], -_NAMES.index(one[1])), default=None)
    state: State = reached[-1] if reached else "normal"
    return LevelResult(
        value=level_mm,
        state=None if level_mm is None else state,
        reached=reached,
        next_level=None if nearest is None else nearest[1],
        to_next_mm=None if nearest is None else nearest[0],
        validity="no_data" if level_mm is None else "valid",
        reason="the station gave no level" if level_mm is None else None,
        standard=WATER_LEVEL_V1.standard,
        edition=WATER_LEVEL_V1.edition,
        clause=WATER_LEVEL_V1.clause,
    )


def rise_rate(earlier: Reading, later: Reading) -> RiseRate:
    """The rise from one reading to a later one of the same station.

    Raises ValueError when the second is not later, or a number is not whole.
    """
    for reading in (earlier, later):
        _whole(reading.time_ms, "a reading's time")
        _level(reading.level_mm, "a reading's level")
    span_ms = later.time_ms - earlier.time_ms
    if span_ms <= 0:
        raise ValueError(
            f"the second reading is {-span_ms} ms before the first, or at the same time: order them by event time"
        )
    return RiseRate(
        value=Fraction((later.level_mm - earlier.level_mm) * MS_PER_HOUR, span_ms),
        span_ms=span_ms,
        standard=WATER_LEVEL_V1.standard,
        edition=WATER_LEVEL_V1.edition,
        clause=WATER_LEVEL_V1.clause,
    )


def _whole(value: object, what: str) -> None:
    if type(value) is not int:
        raise ValueError(f"{what} is {value!r}: give a whole number")


def _level(value: int, what: str) -> None:
    _whole(value, what)
    if abs(value) > LEVEL_MM_MAX:
        raise ValueError(f"{what} is beyond {LEVEL_MM_MAX} mm: reject the reading, or correct the station")
