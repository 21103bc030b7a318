"""How fast is each link when nothing is in the way, by what it was seen doing? The next version of the links.

Windows of travel time go in, the file of the next version comes out; all of it is exact until a speed is written.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from citybrain.reference.manifest import Held
from citybrain.reference.tables import NETWORKS, SHORT_HISTORY, STANDARD_BASIS, LinkRow, columns_of, decimal
from citybrain.reference.values import SPEED_DECIMALS
from indicators.free_flow import (
    DAY_STARTS_MINUTE,
    INTERVAL_MINUTES,
    FreeFlow,
    Observation,
    free_flow,
    speed_history,
)
from indicators.rounding import round_half_even
from indicators.traffic_inputs import SPEED_KMH_MAX
from streams.problems import ReferenceDataError

LINKS_AT_ONCE = 20
"""Links whose windows are in memory together: a hundred days of them are half a million windows."""
NAMED_MAX = 20
_KMH = 3_600
"""Metres a millisecond to kilometres an hour."""


class Window(NamedTuple):
    """What a link's statistic of one window says: its start (epoch milliseconds), and its sums."""

    link_id: str
    start: int
    length_m: int
    travel_time_ms: int


WindowsOf: TypeAlias = Callable[[Sequence[str]], Iterable[Window]]
"""The windows of some links in the time that is looked at."""


@dataclass(frozen=True)
class Calibrated:
    """A link and its free-flow speed before and now.

    `left_out` counts windows that no vehicle can have made: without time, or faster than any road.
    """

    row: LinkRow
    found: FreeFlow
    left_out: int

    @property
    def speed_kmh(self) -> Fraction:
        """The speed as it is written: six decimals, half to even. Without history, as before."""
        found = self.found.value
        return self.row.free_flow_kmh if found is None else round_half_even(found, SPEED_DECIMALS)

    @property
    def basis(self) -> str:
        """On what it rests."""
        if self.found.basis is None:
            return self.row.free_flow_basis
        return STANDARD_BASIS if self.found.basis == "standard" else SHORT_HISTORY

    @property
    def is_changed(self) -> bool:
        """Whether the new version says another speed or basis."""
        return (self.speed_kmh, self.basis) != (self.row.free_flow_kmh, self.row.free_flow_basis)


def calibrated(
    links: Held, in_force: date, windows_of: WindowsOf, zone: ZoneInfo, *, keep_missing: bool = False
) -> tuple[Calibrated, ...]:
    """The links that hold on or after a day, each with its free-flow speed by GB/T 33171-2016 §7.2.1.2.

    Raises ReferenceDataError that names the links without history, unless these are to keep what they have.
    """
    rows: list[LinkRow] = [line.row for line in links.content if _holds(line.row, in_force)]
    if not rows:
        raise ReferenceDataError(
            f"{links.entry.file} has no link that holds on {in_force} or later: name an earlier day"
        )
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row.link_id].append(place)
    ids, results = list(places), dict[int, Calibrated]()
    for first in range(0, len(ids), LINKS_AT_ONCE):
        some = ids[first : first + LINKS_AT_ONCE]
        seen = observations(windows_of(some), zone)
        for link_id in some:
            speeds, left_out = seen.get(link_id, ([], 0))
            history = speed_history(speeds)
            for place in places[link_id]:
                found = free_flow(history, speed_limit_kmh=rows[place].limit_kmh)
                results[place] = Calibrated(rows[place], found, left_out)
    missing = [link_id for link_id in ids if results[places[link_id][0]].found.value is None]
    if missing and not keep_missing:
        raise ReferenceDataError(_without_history(missing, len(ids)))
    return tuple(results[place] for place in range(len(rows)))


def observations(windows: Iterable[Window], zone: ZoneInfo) -> Mapping[str, tuple[list[Observation], int]]:
    """For each link its speeds, one for each civil day and quarter of an hour, and how many windows were left out.

    The speed of a quarter is the length that was driven in it over the time that it took: sums are added up, speeds
    are never averaged.
    """
    sums: defaultdict[str, dict[tuple[date, int], tuple[int, int]]] = defaultdict(dict)
    left_out: defaultdict[str, int] = defaultdict(int)
    for window in windows:
        local = datetime.fromtimestamp(window.start // 1000, UTC).astimezone(zone)
        minute = 60 * local.hour + local.minute
        if minute < DAY_STARTS_MINUTE:
            continue
        if not _is_possible(window):
            left_out[window.link_id] += 1
            continue
        cell = (local.date(), minute - minute % INTERVAL_MINUTES)
        length, time = sums[window.link_id].get(cell, (0, 0))
        sums[window.link_id][cell] = (length + window.length_m, time + window.travel_time_ms)
    return {
        link_id: (
            [
                (day, minute, Fraction(_KMH * length, time))
                for (day, minute), (length, time) in sums[link_id].items()
            ],
            left_out[link_id],
        )
        for link_id in {**sums, **left_out}
    }


def links_file(results: Sequence[Calibrated]) -> bytes:
    """The file of the next version: the links as before, with their new speeds."""
    networks = [kind for kind in NETWORKS if any(kind in one.row.networks for one in results)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*columns_of(LinkRow), *networks])
    for one in results:
        row = one.row
        writer.writerow(
            (
                row.link_id,
                row.area_id,
                row.length_m,
                row.road_class,
                "" if row.limit_kmh is None else row.limit_kmh,
                decimal(one.speed_kmh),
                one.basis,
                row.valid_from,
                row.valid_to or "",
                *(row.networks.get(kind, "") for kind in networks),
            )
        )
    return out.getvalue().encode()


def _holds(row: LinkRow, in_force: date) -> bool:
    return row.valid_to is None or row.valid_to > in_force


def _is_possible(window: Window) -> bool:
    """Whether a vehicle can have driven so far in that time."""
    if window.travel_time_ms <= 0 or window.length_m <= 0:
        return False
    return _KMH * window.length_m <= SPEED_KMH_MAX * window.travel_time_ms


def _without_history(missing: Sequence[str], links: int) -> str:
    named = ", ".join(missing[:NAMED_MAX]) + (
        f" and {len(missing) - NAMED_MAX} more" if len(missing) > NAMED_MAX else ""
    )
    return (
        f"{len(missing)} of {links} links have no history from 06:00 to 24:00 in that time: {named}. Give a longer time, "
        "take them out of the links, or let them keep the speed that they have with --keep-missing"
    )
