"""Which numbers tell how many people are on their way in the metro?"""

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Formula, Indicator, Sums
from indicators.passengers import PASSENGERS_V1

_MEASURE = "metro.passengers"
_BOTH_WAYS = ("shenzhen-card", SIMULATOR)
_OWNER = "Metro operator (轨道交通运营公司)"


def _entries(_: str, sums: Sums) -> Figure:
    return Figure(float(sums["entries"]))


def _exits(_: str, sums: Sums) -> Figure:
    # Sums of before `exit_counts` are of gates that count both ways.
    if not sums.get("exit_counts", 1):
        return Figure(None, None, "no_data", {"reason": "nothing_counted"})
    return Figure(float(sums["exits"]))


def _count(
    name: str, names: tuple[str, str], question: str, judged: Formula, proved_by: tuple[str, ...]
) -> Indicator:
    en, zh = names
    return Indicator(
        id=f"metro.{name}",
        name_en=en,
        name_zh=zh,
        question=question,
        unit="passengers",
        direction=None,
        entity_types=("station", "area", "city"),
        window="PT15M",
        formula=f"sum of {name} over the gates of the station, district or network",
        editions=(PASSENGERS_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        proved_by=proved_by,
        bounds=(0, None),
        judged=judged,
        inputs=("entries", "exits"),
    )


INDICATORS = (
    _count(
        "entries",
        ("Passengers entering", "进站客流"),
        "How many passengers went in?",
        _entries,
        ("hangzhou-metro", *_BOTH_WAYS),
    ),
    _count("exits", ("Passengers leaving", "出站客流"), "How many passengers came out?", _exits, _BOTH_WAYS),
    *coverage_of(
        "metro", "station", ("metro station", "metro stations", "地铁车站"), "PT15M", _MEASURE, owner=_OWNER
    ),
)
