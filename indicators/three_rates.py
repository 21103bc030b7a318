"""How well did those whom a request was sent to respond, solve it, and satisfy who made it?

Beijing's three rates (三率) of the 12345 hotline: response (响应率), solution (解决率) and satisfaction (满意率). Their
names come from a secondary source; what each is a share of, is ours. The weights of the score by which districts
are ranked could not be verified, so there are none here: a city that has them declares them with their source.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.counting import checked_part, checked_share
from indicators.rounding import as_float
from indicators.service_desk import ServiceRate, service_rate
from indicators.standard import Edition

THREE_RATES_V1 = Edition(
    "project", "three-rates-1", None, None, "response, solution, satisfaction; names from a secondary source"
)


@dataclass(frozen=True, slots=True)
class ThreeRateSums:
    """Requests sent out and responded to, and of those followed up the solved and the satisfied; they add up."""

    assigned: int = 0
    responded: int = 0
    followed_up: int = 0
    solved: int = 0
    satisfied: int = 0

    def __post_init__(self) -> None:
        checked_part(self.responded, self.assigned, "responded of assigned")
        checked_part(self.followed_up, self.assigned, "followed up of assigned")
        checked_part(self.solved, self.followed_up, "solved of followed up")
        checked_part(self.satisfied, self.followed_up, "satisfied of followed up")

    def __add__(self, other: "ThreeRateSums") -> "ThreeRateSums":
        """Both together."""
        return ThreeRateSums(
            self.assigned + other.assigned,
            self.responded + other.responded,
            self.followed_up + other.followed_up,
            self.solved + other.solved,
            self.satisfied + other.satisfied,
        )


@dataclass(frozen=True, slots=True)
class ThreeRateWeights:
    """What each rate weighs in the score: exact shares that add up to 1, configuration with its source."""

    id: str
    response: Fraction
    solution: Fraction
    satisfaction: Fraction
    source: str

    def __post_init__(self) -> None:
        weights = [
            checked_share(weight, f"a weight of {self.id}")
            for weight in (self.response, self.solution, self.satisfaction)
        ]
        if sum(weights) != 1:
            raise ValueError(f"the weights of {self.id} add up to {sum(weights)}: they are shares of 1")


@dataclass(frozen=True, slots=True)
class ThreeRates:
    """The three rates, and their weighted mean where a city declared the weights.

    `score` is exact, from 0 to 1, None without weights or with a rate that has nothing to be taken from.
    """

    response: ServiceRate
    solution: ServiceRate
    satisfaction: ServiceRate
    score: Fraction | None
    weights: ThreeRateWeights | None
    validity: Literal["valid", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def score_float(self) -> float | None:
        """The score for tables, rounded half-even to six decimals."""
        return None if self.score is None else as_float(self.score)


def three_rates(sums: ThreeRateSums, weights: ThreeRateWeights | None = None) -> ThreeRates:
    """Responded / assigned, solved / followed up, satisfied / followed up, and their score by the weights.

    `validity` is of the score.
    """
    response = service_rate(sums.responded, sums.assigned, "responded of assigned", THREE_RATES_V1)
    solution = service_rate(sums.solved, sums.followed_up, "solved of followed up", THREE_RATES_V1)
    content = service_rate(sums.satisfied, sums.followed_up, "satisfied of followed up", THREE_RATES_V1)
    score, reason = None, None
    if weights is None:
        reason = "no weights were declared"
    elif response.value is None or solution.value is None or content.value is None:
        reason = response.reason or solution.reason or content.reason
    else:
        score = (
            weights.response * response.value
            + weights.solution * solution.value
            + weights.satisfaction * content.value
        )
    return ThreeRates(
        response=response,
        solution=solution,
        satisfaction=content,
        score=score,
        weights=weights,
        validity="no_data" if score is None else "valid",
        reason=reason,
        standard=THREE_RATES_V1.standard,
        edition=THREE_RATES_V1.edition,
        clause=THREE_RATES_V1.clause,
    )
