"""Who has a charger near? The communities of the registry against the sites that were heard in service in a window."""

from collections import Counter
from collections.abc import Iterable, Sequence

from indicators.charging import Position, ServedResult, is_served
from indicators.targets import CHARGING_RADIUS_M
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Statistic, Subject
from streams.judge.window import Entity, Place, WindowFold, places_of

INDICATOR = "charging.communities_served_ratio"
COMMUNITY, SITE = "community", "site"
KEPT_WINDOWS = 24
"""Longer than windows stay open beside each other."""


class CommunitiesServed(WindowFold):
    """One measure. What it remembers is which sites had a connector in service in the last windows."""

    adds = (INDICATOR,)
    asks = (COMMUNITY,)

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """Nothing yet: who is served shows when every site has been heard."""
        if statistic["entity_type"] == SITE and statistic["sums"].get("in_service"):
            key = f"{self._prefix(statistic['run_id'])}{statistic['window_start']}"
            known: list[str] = self._state.get(key) or []
            if statistic["entity_id"] not in known:
                self._state.put(key, sorted([*known, statistic["entity_id"]]))
        return ()

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """One row for each place that has communities."""
        in_service = self._in_service(span, run_id)
        chargers = [
            position
            for found in roster
            if found["entity_type"] == SITE
            and found["entity_id"] in in_service
            and (position := _position(found)) is not None
        ]
        communities: Counter[Place] = Counter()
        served: Counter[Place] = Counter()
        for found in roster:
            home = _position(found)
            if found["entity_type"] == COMMUNITY and home is not None:
                near = is_served(home, chargers, CHARGING_RADIUS_M)
                for place in places_of(found["area_id"]):
                    communities[place] += 1
                    served[place] += near
        for place, number in sorted(communities.items()):
            yield self._row(place, span, run_id, ServedResult(served[place], number))

    def _in_service(self, span: Span, run_id: str) -> set[str]:
        """The sites in service in a window; forgets old windows."""
        prefix, found = self._prefix(run_id), set()
        for key, sites in list(self._state.items(prefix)):
            start = int(key[len(prefix) :])
            if start == span.start:
                found = set(sites)
            elif start < span.start - KEPT_WINDOWS * (span.end - span.start):
                self._state.remove(key)
        return found

    def _row(self, place: Place, span: Span, run_id: str, result: ServedResult) -> Row:
        entity_type, entity_id = place
        return self._rows.data(
            INDICATOR,
            Subject(entity_type, entity_id, entity_id, span.start, span.end, run_id),
            result,
            FINAL,
            value=result.value,
            observations=result.communities,
            inputs={"served": result.served, "communities": result.communities},
            details={"radius_m": str(CHARGING_RADIUS_M)},
            exact=result.ratio,
        )

    def _prefix(self, run_id: str) -> str:
        return f"{self._measure}|{run_id}|in_service|"


def _position(found: Entity) -> Position | None:
    longitude, latitude = found.get("longitude_deg"), found.get("latitude_deg")
    return None if longitude is None or latitude is None else (longitude, latitude)
