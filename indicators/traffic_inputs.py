"""Can this number be a length, a speed, a time or a flow?

Only exact numbers pass: a float was rounded before it came here, so who has one says so with `Fraction(value)`.
"""

from fractions import Fraction

Exact = int | Fraction

# Ours, as the decoders reject it: faster than anything on a road, or another unit taken for km/h.
SPEED_KMH_MAX = 250
# Ours: beyond every sum of a city, and within what a float can show in a table.
_SIZE_MAX = 10**18
_SIZE_MIN = Fraction(1, _SIZE_MAX)


def not_negative(value: object, what: str) -> Fraction:
    """The number as an exact ratio. Raises ValueError for what is not exact, negative, or above 10^18."""
    if type(value) is not int and not isinstance(value, Fraction):
        raise ValueError(f"{what} is {value!r}: give it exactly, as an integer or a Fraction")
    number = Fraction(value)
    if number < 0:
        raise ValueError(f"{what} is {number}: it is 0 or more, reject it where it is decoded")
    if number > _SIZE_MAX:
        raise ValueError(f"{what} is beyond 10^18: reject it where it is decoded")
    return number


def positive(value: object, what: str) -> Fraction:
    """The number as an exact ratio. Raises ValueError as `not_negative`, for 0 and below 10^-18."""
    number = not_negative(value, what)
    if number < _SIZE_MIN:
        raise ValueError(f"{what} is {number}: it is more than 0, leave out what nobody passed or measured")
    return number


def speed_kmh(value: object, what: str = "a speed") -> Fraction:
    """A speed of a road vehicle, km/h. Raises ValueError as `positive`, and above 250 km/h."""
    number = positive(value, what)
    if number > SPEED_KMH_MAX:
        raise ValueError(
            f"{what} is {number} km/h and can be {SPEED_KMH_MAX} at most: reject it where it is decoded"
        )
    return number
