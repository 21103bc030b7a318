"""How loud is it, by day and by night, and is that allowed here?

GB 3096-2008: a level over time is the mean of sound *energy*, Leq = 10 lg(1/n Σ 10^(0.1 Li)), never the mean
of decibels. A statistic is an integer sum of energies beside a count, so windows merge exactly; the logarithm
comes once, at the end, and no float takes part.
Readings are A-weighted levels as integers in 0.01 dB (6 050 is 60.5 dB), from 0 to 140 dB.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Literal

from indicators.grades import AREA_NOISE_GRADES, ROAD_NOISE_GRADES, Grade
from indicators.rounding import divide_half_even, ratio_to_float
from indicators.standard import Edition

GB3096_2008 = Edition("GB 3096", "2008", None, None, "§5 limits by functional area; secondary source")
LDN = Edition(
    "project", "day-night-level-1", None, None, "periods weigh their hours, night + 10 dB; secondary source"
)
LDEN = Edition("2002/49/EC", "2002", None, None, "annex I, evening + 5 dB, night + 10 dB; unverified")

# Energies are counted in thousandths of the reference energy (0 dB), each rounded half-even. The worst error
# of a level is then 10 lg(1 + 0.0005 / 10^(0.1 L)): 0.0022 dB at 0 dB, 0.00003 dB at 20 dB, and less above.
# A sum fits 64 bits for a day of seconds at 110 dB.
ENERGY_UNITS_PER_REFERENCE = 1_000
LEVEL_MIN, LEVEL_MAX = 0, 14_000
# A computed level is first taken to 0.0001 dB, so that one of 60.05 dB is a tie to round and not nearly one.
_TEN_THOUSANDTHS = 4
# Arithmetic of its own: the same digits on every machine, whatever the caller's context.
_EXACTLY = Context(prec=40)
_TEN = Decimal(10)
_UNITS = Decimal(ENERGY_UNITS_PER_REFERENCE)

NIGHT_PEAK_ABOVE_LIMIT = 15
HOURS_OF_A_DAY = 24
EVENING_PENALTY = 5
NIGHT_PENALTY = 10

_CITY_GRADES = {"area": AREA_NOISE_GRADES, "road": ROAD_NOISE_GRADES}

Period = Literal["day", "night"]


@dataclass(frozen=True, slots=True)
class NoiseStat:
    """The sound of some readings of equal length: their energy in 1/1000 of the reference, and their count.

    Raises ValueError for a sum that the count of readings between 0 and 140 dB cannot have.
    """

    energy: int
    count: int

    def __post_init__(self) -> None:
        if type(self.energy) is not int or type(self.count) is not int or self.count < 0:
            raise ValueError(
                f"energy {self.energy!r} over {self.count!r} readings: both are whole, 0 or more"
            )
        if not self.count * energy_of(LEVEL_MIN) <= self.energy <= self.count * energy_of(LEVEL_MAX):
            raise ValueError(
                f"energy {self.energy} is none of {self.count} readings between 0 and 140 dB: reject the statistic"
            )

    def __add__(self, other: "NoiseStat") -> "NoiseStat":
        """Both statistics together, exactly as if their readings had come in one window."""
        return NoiseStat(self.energy + other.energy, self.count + other.count)


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """A level in dB(A), rounded half-even from the same number to one decimal and to two.

    The integers count 0.1 dB and 0.01 dB; they are None without readings.
    """

    tenths: int | None
    hundredths: int | None
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value(self) -> float | None:
        """The level with one decimal, for tables."""
        return None if self.tenths is None else ratio_to_float(self.tenths, 10, 1)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a level to publish."""
        return "no_data" if self.tenths is None else "valid"


@dataclass(frozen=True, slots=True)
class AreaLimits:
    """The limits of one functional area, whole dB(A)."""

    day: int
    night: int


AREA_LIMITS: Mapping[str, AreaLimits] = {
    "0": AreaLimits(50, 40),
    "1": AreaLimits(55, 45),
    "2": AreaLimits(60, 50),
    "3": AreaLimits(65, 55),
    "4a": AreaLimits(70, 55),
    "4b": AreaLimits(70, 60),
}


@dataclass(frozen=True, slots=True)
class DayHours:
    """Which civil hours are day; the others are night. 06:00 to 22:00, where a city has not shifted it."""

    start: int = 6
    end: int = 22

    def __post_init__(self) -> None:
        whole = type(self.start) is int and type(self.end) is int
        if not whole or not 0 <= self.start < self.end <= HOURS_OF_A_DAY or self.length == HOURS_OF_A_DAY:
            raise ValueError(
                f"a day runs from hour {self.start!r} to {self.end!r}: give 0 <= start < end <= 24 with a night"
            )

    @property
    def length(self) -> int:
        """Hours of the day; the night has the rest of 24."""
        return self.end - self.start

    def period(self, hour: int) -> Period:
        """Whether that civil hour (0 to 23) is day or night."""
        if type(hour) is not int or not 0 <= hour <= 23:
            raise ValueError(f"hour {hour!r} is none of a civil day: hours run from 0 to 23")
        return "day" if self.start <= hour < self.end else "night"


DEFAULT_DAY_HOURS = DayHours()


@dataclass(frozen=True, slots=True)
class NoiseJudgement:
    """A level against its limit: by how many units of 0.1 dB(A) it exceeds, 0 when the limit is kept.

    `exceedance` is None without readings to judge. `limit` is in whole dB(A).
    """

    area: str
    period: Period
    limit: int
    exceedance: int | None
    standard: str
    edition: str
    clause: str

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there was something to judge."""
        return "no_data" if self.exceedance is None else "valid"

    @property
    def exceeded(self) -> bool | None:
        """Whether the limit is exceeded; None without readings."""
        return None if self.exceedance is None else self.exceedance > 0

    @property
    def exceedance_db(self) -> float | None:
        """The exceedance in dB(A), for tables."""
        return None if self.exceedance is None else ratio_to_float(self.exceedance, 10, 1)


def energy_of(level: int) -> int:
    """The energy of a level (0.01 dB), in thousandths of the reference energy.

    Raises ValueError for a level that is not whole or lies outside 0 to 140 dB.
    """
    if type(level) is not int or not LEVEL_MIN <= level <= LEVEL_MAX:
        raise ValueError(f"level {level!r} is no whole count of 0.01 dB from 0 to 14000: reject the reading")
    return _energy(level)


def noise_stat(levels: Iterable[int]) -> NoiseStat:
    """The statistic of readings of equal length (0.01 dB). Raises ValueError as `energy_of`."""
    energies = [energy_of(level) for level in levels]
    return NoiseStat(sum(energies), len(energies))


def leq(stat: NoiseStat) -> NoiseLevel:
    """The equivalent continuous level of a statistic: the mean of its energies as a level."""
    if not stat.count:
        return _level(None, GB3096_2008, "no readings")
    return _level(_mean_energy(stat), GB3096_2008)


def by_period(
    hours: Mapping[int, NoiseStat], day_hours: DayHours = DEFAULT_DAY_HOURS
) -> tuple[NoiseStat, NoiseStat]:
    """Day and night of one civil day, from its hours (0 to 23); `leq` of them are Ld and Ln.

    Every reading weighs the same, so an hour with half of its readings weighs half: how many hours a day or a
    night needs is for the caller to know. Raises ValueError for an hour outside the day.
    """
    periods: dict[Period, NoiseStat] = {"day": NoiseStat(0, 0), "night": NoiseStat(0, 0)}
    for hour, stat in hours.items():
        period = day_hours.period(hour)
        periods[period] += stat
    return periods["day"], periods["night"]


def ldn(day: NoiseStat, night: NoiseStat, day_hours: DayHours = DEFAULT_DAY_HOURS) -> NoiseLevel:
    """The day-night level: the night counts as 10 dB louder, each period weighs its hours (16 and 8)."""
    return _weighted(
        LDN, ((day, day_hours.length, 0), (night, HOURS_OF_A_DAY - day_hours.length, NIGHT_PENALTY))
    )


def lden(
    day: NoiseStat, evening: NoiseStat, night: NoiseStat, hours: tuple[int, int, int] = (12, 4, 8)
) -> NoiseLevel:
    """The day-evening-night level: the evening counts as 5 dB louder, the night as 10 dB.

    Raises ValueError unless the three periods are positive and fill 24 hours.
    """
    if any(type(length) is not int or length <= 0 for length in hours) or sum(hours) != HOURS_OF_A_DAY:
        raise ValueError(f"day, evening and night have {hours} hours: give whole ones that fill 24")
    penalties = (0, EVENING_PENALTY, NIGHT_PENALTY)
    return _weighted(LDEN, tuple(zip((day, evening, night), hours, penalties, strict=True)))


def judge(stat: NoiseStat, area: str, period: Period) -> NoiseJudgement:
    """Hold a period's level, rounded to 0.1 dB(A), against the limit of a functional area.

    A level of exactly the limit keeps it. Raises LookupError for an area or period that has no limit.
    """
    limit = _limit(area, period)
    level = leq(stat).tenths
    return _judged(area, period, limit, None if level is None else max(0, level - 10 * limit))


def judge_night_peak(peak: int | None, area: str) -> NoiseJudgement:
    """Hold the loudest sudden noise of a night (Lmax, 0.01 dB; None without any) against limit + 15 dB(A).

    The peak is rounded to 0.1 dB(A) first, as levels are: our decision. Raises as `judge` and `energy_of`.
    """
    limit = _limit(area, "night") + NIGHT_PEAK_ABOVE_LIMIT
    if peak is None:
        return _judged(area, "night", limit, None)
    energy_of(peak)
    return _judged(area, "night", limit, max(0, divide_half_even(peak, 10) - 10 * limit))


def city_grade(tenths: int, measured: Literal["area", "road"]) -> Grade:
    """The grade of a city's mean daytime level (0.1 dB), of its area or along its roads (HJ 640-2012).

    How stations make that mean is not here: the weighting of roads by length could not be verified.
    """
    if measured not in _CITY_GRADES:
        raise LookupError(f"a city's noise is graded by 'area' or 'road', got {measured!r}")
    if type(tenths) is not int or not 10 * LEVEL_MIN <= 10 * tenths <= LEVEL_MAX:
        raise ValueError(f"level {tenths!r} is no whole count of 0.1 dB from 0 to 1400: correct it")
    return _CITY_GRADES[measured].of(tenths)


@lru_cache(maxsize=LEVEL_MAX + 1)
def _energy(level: int) -> int:
    power = _EXACTLY.power(_TEN, _EXACTLY.divide(Decimal(level), Decimal(1_000)))
    return int(_EXACTLY.multiply(power, _UNITS).to_integral_value(ROUND_HALF_EVEN))


def _mean_energy(stat: NoiseStat) -> Decimal:
    return _EXACTLY.divide(Decimal(stat.energy), Decimal(stat.count))


def _weighted(edition: Edition, periods: Iterable[tuple[NoiseStat, int, int]]) -> NoiseLevel:
    total = Decimal(0)
    for stat, hours, penalty in periods:
        if not stat.count:
            return _level(None, edition, "a period of the day has no readings")
        factor = _EXACTLY.power(_TEN, Decimal(penalty) / 10)
        louder = _EXACTLY.multiply(_mean_energy(stat), factor)
        total = _EXACTLY.add(total, _EXACTLY.multiply(louder, Decimal(hours)))
    return _level(_EXACTLY.divide(total, Decimal(HOURS_OF_A_DAY)), edition)


def _level(energy: Decimal | None, edition: Edition, reason: str | None = None) -> NoiseLevel:
    ten_thousandths = None
    if energy is not None:
        level = _EXACTLY.multiply(_EXACTLY.log10(_EXACTLY.divide(energy, _UNITS)), _TEN)
        ten_thousandths = int(level.scaleb(_TEN_THOUSANDTHS, _EXACTLY).to_integral_value(ROUND_HALF_EVEN))
    return NoiseLevel(
        tenths=None if ten_thousandths is None else divide_half_even(ten_thousandths, 1_000),
        hundredths=None if ten_thousandths is None else divide_half_even(ten_thousandths, 100),
        reason=reason,
        standard=edition.standard,
        edition=edition.edition,
        clause=edition.clause,
    )


def _limit(area: str, period: str) -> int:
    if area not in AREA_LIMITS or period not in {"day", "night"}:
        raise LookupError(
            f"no limit for area {area!r} by {period!r}: areas are {', '.join(AREA_LIMITS)}, periods day and night"
        )
    limits = AREA_LIMITS[area]
    return limits.day if period == "day" else limits.night


def _judged(area: str, period: Period, limit: int, exceedance: int | None) -> NoiseJudgement:
    return NoiseJudgement(
        area=area,
        period=period,
        limit=limit,
        exceedance=exceedance,
        standard=GB3096_2008.standard,
        edition=GB3096_2008.edition,
        clause=GB3096_2008.clause,
    )
