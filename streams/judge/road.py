"""How are the roads of a corridor or a network, and which part of its length is congested? Adds up links by the registry.

The job counts links, districts and the city; which other networks a link is of, its labels say. How a corridor does
against its base year is told in `streams/judge/arterial.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from indicators.network_share import GradedLengths, graded_lengths, network_share
from indicators.sums import together
from indicators.traffic import congestion
from streams.baselines import CORRIDOR
from streams.judge.arterial import GAIN, ArterialDays
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Rows, Statistic, Subject
from streams.judge.window import Entity, Place, WindowFold, places_of
from streams.keyed_state import KeyedState
from streams.workdays import CALENDAR

CONGESTED = "road.congested_length_ratio"
NETWORKS = (CORRIDOR, "subnetwork")
"""Labels of a link, each of which names what the link belongs to; they are entity types of the indicators."""
KEPT_WINDOWS = 24
"""Longer than windows stay open beside each other."""


class RoadNetworks(WindowFold):
    """One measure. What it remembers are the sums of each link in the open windows."""

    adds = (CONGESTED, GAIN)
    asks = (CORRIDOR,)
    asks_of_city = (CALENDAR,)

    def __init__(self, rows: Rows, state: KeyedState, measure: str) -> None:
        super().__init__(rows, state, measure)
        self._arterial = ArterialDays(rows, state, measure)
        self._of_networks = [
            found
            for found in rows.declared(measure)
            if found.judged and set(NETWORKS) & set(found.entity_types)
        ]

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """Nothing yet: a network is told when all of its links had their time."""
        if statistic["entity_type"] == "link":
            key = f"{self._prefix(statistic['run_id'])}{statistic['window_start']}|{statistic['entity_id']}"
            self._state.put(key, dict(statistic["sums"]))
        return ()

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """The congested part of every district, of the city and of each network; and what else a network is told by."""
        sums = self._links(span, run_id)
        members: dict[Place, list[Entity]] = {}
        for entity in roster:
            if entity["entity_type"] == "link":
                for place in networks_of(entity):
                    members.setdefault(place, []).append(entity)
        driven: dict[str, Mapping[str, int]] = {}
        for (entity_type, entity_id), links in sorted(members.items()):
            area_id = entity_id if entity_type in ("area", "city") else None
            subject = Subject(entity_type, entity_id, area_id, span.start, span.end, run_id)
            heard = [sums[link["entity_id"]] for link in links if link["entity_id"] in sums]
            yield self._share(subject, _lengths(links, sums), len(heard), len(links))
            if entity_type in NETWORKS:
                yield from self._network(subject, heard, len(links))
            if entity_type == CORRIDOR and heard:
                driven[entity_id] = together(heard)
        yield from self._arterial.on_over(span, run_id, roster, driven)

    def _links(self, span: Span, run_id: str) -> dict[str, dict[str, int]]:
        """The sums of each link of a window; forgets old windows."""
        prefix = self._prefix(run_id)
        begin = f"{span.start}|"
        found = {}
        for key, sums in list(self._state.items(prefix)):
            start, _, link = key[len(prefix) :].partition("|")
            if key.startswith(prefix + begin):
                found[link] = sums
            elif int(start) < span.start - KEPT_WINDOWS * (span.end - span.start):
                self._state.remove(key)
        return found

    def _share(self, subject: Subject, lengths: GradedLengths, heard: int, expected: int) -> Row:
        result = network_share(lengths)
        details = {"congested_grades": result.congested}
        if result.reason is not None:
            details["reason"] = "nothing_graded" if result.value is None else "too_little_graded"
        return self._rows.data(
            CONGESTED,
            subject,
            result,
            FINAL,
            value=result.value_float,
            validity=result.validity,
            observations=heard,
            expected=expected,
            inputs={
                **{f"level_{level}_m": int(metres) for level, metres in enumerate(lengths.by_level, start=1)},
                "ungraded_m": int(lengths.ungraded),
            },
            details=details,
        )

    def _network(self, subject: Subject, heard: Sequence[Mapping[str, int]], expected: int) -> Iterator[Row]:
        all_links = together(heard)
        for indicator in self._of_networks:
            if subject.entity_type not in indicator.entity_types or indicator.judged is None:
                continue
            if heard:
                figure = indicator.judged(subject.entity_type, all_links)
                yield self._rows.figure(
                    indicator,
                    subject,
                    figure,
                    FINAL,
                    observations=len(heard),
                    expected=expected,
                    sums=all_links,
                )
            else:
                yield self._rows.no_data(indicator.id, subject, expected=expected)

    def _prefix(self, run_id: str) -> str:
        return f"{self._measure}|{run_id}|link|"


def networks_of(link: Entity) -> list[Place]:
    """Where a link counts: district, city, and the networks that its labels name."""
    labels: Mapping[str, Any] = link.get("labels") or {}
    return [*places_of(link["area_id"]), *((kind, labels[kind]) for kind in NETWORKS if kind in labels)]


def _lengths(links: Iterable[Entity], sums: Mapping[str, Mapping[str, int]]) -> GradedLengths:
    graded: list[tuple[int, str | None]] = []
    for link in links:
        length_m = (link.get("attributes") or {}).get("length_m")
        if not length_m:
            continue
        found = sums.get(link["entity_id"])
        grade = (
            congestion(found["travel_time_ms"], found["free_flow_time_ms"]).link_grade
            if found and found["weight"]
            else None
        )
        graded.append((length_m, grade))
    return graded_lengths(graded)
