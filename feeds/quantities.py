"""How much was measured? Numbers as feeds write them, in the line's own units, exact where sums are made of them."""

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache

from feeds.decoding import RejectReason, UnfitError, shown

NG_PER_UG = 1_000
NG_PER_MG = 1_000_000
KMH_PER_MPH = 1.609344
MS_PER_HOUR_OVER_M_PER_KM = 3_600

SPEED_KMH_MAX = 250.0
"""Above every legal speed on Earth that has a limit, below what a detector reports when it counts noise."""

POLLUTANTS = ("so2_ngm3", "no2_ngm3", "co_ngm3", "o3_ngm3", "pm10_ngm3", "pm25_ngm3")
NGM3_MAX = dict.fromkeys(POLLUTANTS, 20_000 * NG_PER_UG) | {"co_ngm3": 200 * NG_PER_MG}
"""A little above the worst dust storms and fires on record; more is a unit mixed up."""

# Short and without exponent: a number of a thousand digits, or 1e999999999, is no concentration.
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_LONG_NUMBER = re.compile(r"(-?[0-9]{1,9}\.[0-9]{9})[0-9]+", re.ASCII)
# What doubles leave of a mean that is nearly nothing, such as -2.77555756156289e-17.
_SMALL_NUMBER = re.compile(r"-?[0-9](\.[0-9]{1,17})?[eE]-[0-9]{1,3}", re.ASCII)


def concentration(text: str, ng_per_unit: int, pollutant: str) -> int:
    """Nanograms per cubic metre of a number as written; below a nanogram half-even.

    Raises UnfitError(BAD_VALUE or OUT_OF_RANGE).
    """
    # Longer than a number can be, and too long to be worth remembering.
    nanograms = None if len(text) > 20 else _scaled(text, ng_per_unit)
    if nanograms is None:
        raise UnfitError(RejectReason.BAD_VALUE, f"{pollutant} is not a number: {shown(text)}")
    if not 0 <= nanograms <= NGM3_MAX[pollutant]:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{pollutant} cannot be {shown(text)}")
    return nanograms


def speed(value: object, kmh_per_unit: float, what: str) -> float:
    """Speed in km/h of a number, or of its text. Raises UnfitError(MISSING_VALUE, BAD_VALUE or OUT_OF_RANGE)."""
    if value is None or value == "":
        raise UnfitError(RejectReason.MISSING_VALUE, f"{what} has no speed")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnfitError(RejectReason.BAD_VALUE, f"{what}: speed is not a number: {shown(value)}")
    try:
        speed_kmh = float(value) * kmh_per_unit
    except (ValueError, OverflowError) as error:
        raise UnfitError(RejectReason.BAD_VALUE, f"{what}: speed is not a number: {shown(value)}") from error
    if math.isnan(speed_kmh):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{what} has no speed: {shown(value)}")
    if not 0 < speed_kmh <= SPEED_KMH_MAX:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{what}: speed cannot be {shown(value)}")
    return speed_kmh


def free_flow_time_ms(length_m: int, free_flow_kmh: int | Fraction) -> int:
    """The time to pass a link in free flow, rounded half to even to whole milliseconds."""
    return round(Fraction(length_m * MS_PER_HOUR_OVER_M_PER_KM) / free_flow_kmh)


@lru_cache(maxsize=65_536)
def _scaled(text: str, per_unit: int) -> int | None:
    if not (_PLAIN_NUMBER.fullmatch(text) or _SMALL_NUMBER.fullmatch(text)):
        return None
    return int((Decimal(text) * per_unit).to_integral_value(ROUND_HALF_EVEN))


def scaled(text: str, per_unit: int, limits: tuple[int, int], what: str) -> int:
    """A number as written in a smaller unit, half-even below one of it; `limits` are in the smaller unit.

    Raises UnfitError(BAD_VALUE or OUT_OF_RANGE).
    """
    # Sensors average: sixteen digits after the point are cut, not judged.
    found = None if len(text) > 40 else _scaled(_LONG_NUMBER.sub(r"\1", text), per_unit)
    if found is None:
        raise UnfitError(RejectReason.BAD_VALUE, f"{what} is not a number: {shown(text)}")
    if not limits[0] <= found <= limits[1]:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{what} cannot be {shown(text)}")
    return found
