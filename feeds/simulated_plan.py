"""What does the simulated city consist of, and what is planned to happen to it? All of it follows from the seed.

Everything here is integers: the truth is summed from these numbers, and sums of integers have no last digit to
argue about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.simulated_size import Size

CITY = "simcity"
SOURCE = "simulator"

SLOWDOWN_FIRST_MS, SLOWDOWN_EVERY_MS, SLOWDOWN_MS = 12 * MINUTE_MS, 240 * MINUTE_MS, 30 * MINUTE_MS
SILENCE_FROM_MS, SILENCE_TO_MS = 15 * MINUTE_MS, 35 * MINUTE_MS
BAD_CLOCK_EVERY_MS, BAD_CLOCK_FROM_MS, BAD_CLOCK_TO_MS = 2 * HOUR_MS, 25 * MINUTE_MS, 30 * MINUTE_MS
BAD_CLOCK_AHEAD_MS = 10 * MINUTE_MS + 1
"""One above ten minutes: good clocks tick in steps of 10 ms, so a wrong time never meets a right one."""


@dataclass(frozen=True, slots=True)
class Link:
    """A road link; `interval_ms` is how often it reports."""

    number: int
    link_id: str
    area_id: str
    length_m: int
    free_tenths_kmh: int
    interval_ms: int

    @property
    def free_flow_time_ms(self) -> int:
        """Time to pass it in free flow, rounded as the normalizer rounds travel times."""
        return travel_time_ms(self.length_m, self.free_tenths_kmh)


@dataclass(frozen=True, slots=True)
class Station:
    """An air quality station; `dirt_permille` is how polluted its surroundings are against the city's mean."""

    station_id: str
    area_id: str
    dirt_permille: int


def travel_time_ms(length_m: int, tenths_kmh: int) -> int:
    """Time to pass a link, rounded half-even to milliseconds, on the same double as the speed in the payload."""
    return round(length_m * 3600 / (tenths_kmh / 10))


@dataclass(frozen=True)
class Plan:
    """The city of one seed and size. `start` is epoch milliseconds, `offset_ms` the civil time's offset from UTC there."""

    seed: int
    start: int
    offset_ms: int
    size: Size
    links: Sequence[Link]
    stations: Sequence[Station]

    def random(self, *what: object) -> Random:
        """A generator of its own for each purpose, so that no part of the city disturbs another."""
        return Random(":".join(str(part) for part in (self.seed, *what)))

    def civil_hour_before(self, instant: int) -> int:
        """The last whole civil hour at or before an instant."""
        return instant - (instant + self.offset_ms) % HOUR_MS

    def slowed_district(self, instant: int) -> str | None:
        """Area in which an incident slows the traffic at that instant; from minute 12 for half an hour."""
        number, within = divmod(instant - self.start - SLOWDOWN_FIRST_MS, SLOWDOWN_EVERY_MS)
        if number < 0 or within >= SLOWDOWN_MS:
            return None
        districts = self.size.districts
        return f"{CITY}/{districts[_choice(self.seed, 'slowdown', number, len(districts))]}"

    def is_silent(self, link: Link, instant: int) -> bool:
        """Whether the link's gateway is down: one link an hour, for twenty minutes of it."""
        number, within = divmod(instant - self.start, HOUR_MS)
        if not SILENCE_FROM_MS <= within < SILENCE_TO_MS:
            return False
        silent = _choice(self.seed, "silence", number, len(self.links))
        if silent == self._bad_clock_link:
            silent = (silent + 1) % len(self.links)
        return link.number == silent

    def has_bad_clock(self, link: Link, instant: int) -> bool:
        """Whether the link's clock is ten minutes ahead: always the same link, five minutes of every two hours."""
        within = (instant - self.start) % BAD_CLOCK_EVERY_MS
        return BAD_CLOCK_FROM_MS <= within < BAD_CLOCK_TO_MS and link.number == self._bad_clock_link

    @property
    def _bad_clock_link(self) -> int:
        return _choice(self.seed, "clock", 0, len(self.links))


@lru_cache(maxsize=4096)
def _choice(seed: int, what: str, number: int, among: int) -> int:
    return Random(f"{seed}:{what}:{number}").randrange(among)


def plan(seed: int, start: int, offset_ms: int, size: Size) -> Plan:
    """Lay out the city of a seed."""
    rng = Random(f"{seed}:plan")
    links: list[Link] = []
    for place, district in enumerate(size.districts, start=1):
        for turn in range(1, size.links + 1):
            link = Link(
                number=len(links),
                link_id=f"link-{place:02d}{turn:02d}",
                area_id=f"{CITY}/{district}",
                length_m=rng.randrange(200, 1501),
                free_tenths_kmh=10 * rng.randrange(40, 81),
                interval_ms=1_000 * rng.randrange(12, 31),
            )
            links.append(link)
    stations = [
        Station(
            f"station-{number + 1:02d}",
            f"{CITY}/{size.districts[number % len(size.districts)]}",
            rng.randrange(700, 1401),
        )
        for number in range(size.air_stations)
    ]
    return Plan(seed, start, offset_ms, size, tuple(links), tuple(stations))
