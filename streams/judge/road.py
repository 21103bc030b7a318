"""How congested was a link, a district, the city? Judges the sums of `road.travel_time`."""

from collections.abc import Iterable, Mapping

from indicators.traffic import congestion
from streams.judge.rows import Row, Rows, Statistic, subject_of, version_of_step

WEIGHT_METHOD = "entity_weight"
"""Sums carry the weight that the entity registry gives each link; the standard's own weights are not public."""

_DETAILS = {"tpi_conversion": "C", "weight_method": WEIGHT_METHOD}
_INPUTS = ("travel_time_ms", "free_flow_time_ms", "length_m", "weight")


class RoadJudge:
    """Needs no memory: a district or city arrives as sums of its own."""

    system = "road"
    published: Mapping[str, tuple[str, ...]] = {
        "link": ("road.tti", "road.dtp"),
        "area": ("road.tti", "road.dtp", "road.tpi"),
        "city": ("road.tti", "road.dtp", "road.tpi"),
    }

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def judged(self, statistic: Statistic) -> Iterable[Row]:
        """The indices of one entity. Raises ValueError when a sum is not positive."""
        sums = statistic["sums"]
        result = congestion(sums["travel_time_ms"], sums["free_flow_time_ms"], weight_method=WEIGHT_METHOD)
        subject = subject_of(statistic)
        version = version_of_step(statistic["step"])
        observations = statistic["observations"]
        inputs = {name: sums[name] for name in _INPUTS if name in sums}
        data = self._rows.data
        is_link = subject.entity_type == "link"
        # The grades of §8.1 are those of a road segment; a network is graded by its index.
        rows = [
            data(
                "road.tti",
                subject,
                result,
                version,
                value=result.tti_value,
                grade=result.link_grade if is_link else None,
                observations=observations,
                inputs=inputs,
                details=_DETAILS,
            ),
            data(
                "road.dtp",
                subject,
                result,
                version,
                value=result.dtp_value,
                observations=observations,
                inputs=inputs,
                details=_DETAILS,
            ),
        ]
        if not is_link:
            rows.append(
                data(
                    "road.tpi",
                    subject,
                    result,
                    version,
                    value=result.tpi_value,
                    grade=result.network_grade,
                    observations=observations,
                    inputs=inputs,
                    details=_DETAILS,
                )
            )
        return rows
