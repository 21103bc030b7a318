"""Can this number be a count, a part of a whole, or a share?

A count that cannot be is refused where it is given, before it becomes a ratio that looks like any other.
"""

from fractions import Fraction

# Ours: beyond every sum of a city, and within what a table's 64 bits hold.
COUNT_MAX = 10**18


def checked_count(value: object, what: str) -> int:
    """The count itself. Raises ValueError for what is not a whole number from 0 to 10^18."""
    if type(value) is not int or value < 0:
        raise ValueError(f"{what} is {value!r}: give a whole number, 0 or more")
    if value > COUNT_MAX:
        raise ValueError(f"{what} is more than 10^18: reject it where it is decoded")
    return value


def checked_part(part: object, whole: object, part_of: str) -> tuple[int, int]:
    """Both counts; `part_of` says in words what they are ("rated of asked").

    Raises ValueError as `checked_count`, and for a part that is more than its whole.
    """
    some, everything = checked_count(part, part_of), checked_count(whole, part_of)
    if some > everything:
        raise ValueError(f"{part_of} is {some} of {everything}: a part is counted among its whole")
    return some, everything


def checked_share(value: object, what: str) -> Fraction:
    """The share as an exact ratio. Raises ValueError for what is not exact or lies outside 0 to 1."""
    if (type(value) is not int and not isinstance(value, Fraction)) or not 0 <= value <= 1:
        raise ValueError(f"{what} is {value!r}: give it exactly, from 0 to 1")
    return Fraction(value)
