"""What was in Beijing's air, station by station, hour by hour?

A poll gives a header and rows. Local time without a zone; hour h is the mean over [h, h + 1). All concentrations are
in micrograms per cubic metre, carbon monoxide too. `NA` is a pollutant that was not measured.
"""

from collections.abc import Iterable

from feeds.civil_time import SECOND_MS, civil_hour, since_1970
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, name_of
from feeds.quantities import NG_PER_UG, POLLUTANTS, concentration

ZONE = "Asia/Shanghai"
COLUMNS = ("station", "year", "month", "day", "hour", "SO2", "NO2", "CO", "O3", "PM10", "PM2.5")
NOT_MEASURED = frozenset({"NA", ""})

DISTRICTS = {
    "Aotizhongxin": "chaoyang",
    "Changping": "changping",
    "Dingling": "changping",
    "Dongsi": "dongcheng",
    "Guanyuan": "xicheng",
    "Gucheng": "shijingshan",
    "Huairou": "huairou",
    "Nongzhanguan": "chaoyang",
    "Shunyi": "shunyi",
    "Tiantan": "dongcheng",
    "Wanliu": "haidian",
    "Wanshouxigong": "xicheng",
}
"""The file names stations only; districts are those of Beijing's monitoring network."""


def area_of(station: str) -> str:
    """Area of a station; the city alone where the station is not one of the known twelve."""
    district = DISTRICTS.get(station)
    return f"beijing/{district}" if district else "beijing"


def hour_of(year: str, month: str, day: str, hour: str, what: str) -> int:
    """When the measured hour starts. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    written = f"{year}-{month}-{day} {hour}"
    if not NOT_MEASURED.isdisjoint((year, month, day, hour)):
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} has no complete time: {written}")
    try:
        return since_1970(civil_hour(ZONE, int(year), int(month), int(day), int(hour)), written, what)
    except (ValueError, OverflowError) as error:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} has no such hour: {written[:60]}") from error


def _event(fields: Fields) -> Event:
    station = name_of(fields[0], "station")
    event_time = hour_of(fields[1], fields[2], fields[3], fields[4], f"station {station}")
    event: Event = {
        "event_id": f"prsa:{station}:{event_time // SECOND_MS}",
        "entity_id": station,
        "area_id": area_of(station),
        "event_time": event_time,
        "quality": "good",
    }
    measured = False
    for pollutant, text in zip(POLLUTANTS, fields[5:], strict=True):
        if text in NOT_MEASURED:
            event[pollutant] = None
        else:
            event[pollutant] = concentration(text, NG_PER_UG, pollutant)
            measured = True
    if not measured:
        raise UnfitError(RejectReason.MISSING_VALUE, f"station {station} measured none of the six pollutants")
    return event


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each row."""
    return events_of(raw.payload, COLUMNS, _event)


FEED = Feed("beijing-air", "air", "Beijing multi-site air quality", decode, zone=ZONE)
