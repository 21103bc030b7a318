"""How much of what should report has reported?

Ours: no standard defines it. A number of few reporters is a number of few reporters; this stands beside it.
"""

from dataclasses import dataclass
from fractions import Fraction

from indicators.rounding import as_float
from indicators.standard import Edition

COVERAGE_V1 = Edition("project", "coverage-1", None, None, "expected reporters heard / expected reporters")


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """How many of the expected reporters were heard; `ratio` is exact, 0 to 1."""

    heard: int
    expected: int
    standard: str = COVERAGE_V1.standard
    edition: str = COVERAGE_V1.edition
    clause: str = COVERAGE_V1.clause

    @property
    def ratio(self) -> Fraction:
        """The share, exact."""
        return Fraction(self.heard, self.expected)

    @property
    def value(self) -> float:
        """The share for tables, rounded half-even to six decimals."""
        return as_float(self.ratio)


def coverage(heard: int, expected: int) -> CoverageResult:
    """The share of `expected` reporters that were heard; one that nobody expects is counted in neither number.

    Raises ValueError when nobody is expected, or when more are heard than expected.
    """
    if expected < 1:
        raise ValueError(f"{expected} reporters are expected: without any there is no share to tell")
    if not 0 <= heard <= expected:
        raise ValueError(
            f"{heard} of {expected} expected reporters were heard: count only those that are expected, each once"
        )
    return CoverageResult(heard, expected)
