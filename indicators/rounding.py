"""How is an exact ratio written with fewer digits?

GB/T 8170-2008 rounds once, half to even; an index rounds up. Both are decided on exact integers here,
because a float of 100.00000000000001 rounded up is 101, and that is another grade.
"""

from fractions import Fraction


def divide_half_even(numerator: int, denominator: int) -> int:
    """Give numerator / denominator as the nearest integer, an exact half to the even one (GB/T 8170-2008).

    The denominator is positive. The only rounding step: the caller passes the exact ratio.
    """
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient & 1):
        return quotient + 1
    return quotient


def divide_ceil(numerator: int, denominator: int) -> int:
    """Give numerator / denominator rounded up to an integer, exactly. The denominator is positive."""
    return -(-numerator // denominator)


def round_half_even(value: Fraction, decimals: int) -> Fraction:
    """A ratio with that many decimals, half to even (GB/T 8170-2008), still exact.

    `Fraction("0.35")` carries a decimal text exactly; a float would already have been rounded once.
    """
    if decimals < 0:
        raise ValueError(f"decimals is {decimals}: it counts digits after the point, 0 or more")
    scale: int = 10**decimals
    return Fraction(divide_half_even(value.numerator * scale, value.denominator), scale)


def ceil_int(value: Fraction) -> int:
    """A ratio rounded up to an integer, as HJ 633 rounds its indices."""
    return divide_ceil(value.numerator, value.denominator)


def ratio_to_float(numerator: int, denominator: int, decimals: int = 6) -> float:
    """Give numerator / denominator rounded half-even to decimals, then the one nearest float.

    Two computations of the same exact ratio give the same bits, whatever way they took.
    """
    scale: int = 10**decimals
    return divide_half_even(numerator * scale, denominator) / scale


def as_float(value: Fraction, decimals: int = 6) -> float:
    """A ratio as a float with that many decimals (half-even): for streams and tables, never to compute on."""
    return ratio_to_float(value.numerator, value.denominator, decimals)
