"""Do the taxis' points come out as the sheet says? Its XML is read here with the standard library, without a reader of sheets."""

import zipfile
from collections import Counter
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from played import file_of, items_of, opened

from streams.catalog import PROBE
from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

pytestmark = pytest.mark.recordings

NAME = "beijing-taxi"
WINDOW_MS = 300_000
MIDNIGHT_MS = int(pd.Timestamp("2025-01-01", tz="Asia/Shanghai").timestamp()) * 1_000
DAY_S = 86_400
_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@cache
def file() -> pd.DataFrame:
    """Every point: its taxi, second of the day, position and speed; times are parts of a day in the XML."""
    with zipfile.ZipFile(file_of("taxi/*.xlsx")) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    _, *rows = [[float(cell[0].text) for cell in row] for row in sheet.iter(f"{_CELL}row")]
    found = pd.DataFrame(rows, columns=["taxi", "day", "lng", "lat", "status", "kmh"])
    found["second"] = (found.day * DAY_S).round().astype(int)
    found["cell"] = [
        f"grid:{round(lat * 1e6) // 10_000}:{round(lng * 1e6) // 10_000}"
        for lat, lng in zip(found.lat, found.lng, strict=True)
    ]
    return found


def once() -> pd.DataFrame:
    """The points that differ in more than the taxi."""
    return file().drop_duplicates(["second", "lng", "lat", "kmh"])


@cache
def items() -> list[Any]:
    return list(items_of(NAME))


def test_every_row_is_a_point_at_its_second_in_its_cell() -> None:
    assert len(items()) == len(file()) == 3_016
    assert Counter(
        (item["event_time"], item["entity_id"], item["speed_dkmh"]) for item in items()
    ) == Counter(
        (MIDNIGHT_MS + second * 1_000, cell, round(kmh * 10))
        for second, cell, kmh in zip(file().second, file().cell, file().kmh, strict=True)
    )
    assert max(item["speed_dkmh"] for item in items()) == 1_020


def test_points_that_one_taxi_tells_twice_in_a_second_are_one_event_where_they_are_alike() -> None:
    assert file().duplicated(["taxi", "second"]).sum() == 17
    assert len({item["event_id"] for item in items()}) == len(once()) == 3_009


def test_the_taxis_of_the_sheet_are_played_in_the_order_of_time() -> None:
    sent = [record.at for record in opened(NAME).records()]

    assert file().taxi.value_counts().tolist() == [1_547, 1_453, 16]
    assert not file().second.is_monotonic_increasing
    assert sent == sorted(MIDNIGHT_MS + second * 1_000 for second in file().second)


def test_no_taxi_can_be_found_in_what_is_sent() -> None:
    taxis = {str(int(taxi)) for taxi in file().taxi}

    for record in opened(NAME).records():
        header, row = record.payload.decode().splitlines()
        assert header == "Time,Lng,Lat,Speed"
        assert taxis.isdisjoint(row.replace(".0", "").split(","))


def test_the_flag_that_is_left_out_is_never_set() -> None:
    assert set(file().status) == {0}
    assert {(item["vacant"], item["boarded"]) for item in items()} == {(None, None)}


def test_the_judged_speed_of_a_cell_is_the_mean_of_its_points() -> None:
    judge = Judge(KeyedState(), lambda *_: [], mode="replay", zone="Asia/Shanghai")
    expected = (
        once()
        .assign(begin=MIDNIGHT_MS + once().second // 300 * WINDOW_MS)
        .groupby(["cell", "begin"])
        .kmh.mean()
    )
    sums: dict[tuple[str, int], Counter[str]] = {}
    for event in {item["event_id"]: item for item in items()}.values():
        begin = event["event_time"] // WINDOW_MS * WINDOW_MS
        window = sums.setdefault(
            (event["entity_id"], begin), Counter(dict.fromkeys(PROBE.source.counted.sums, 0))
        )
        window.update(points=1, speed_points=1, speed_dkmh_sum=event["speed_dkmh"])
    speeds = {}
    for (cell, begin), window in sums.items():
        rows = judge.on_statistic(
            {
                "measure": PROBE.source.measure,
                "entity_type": "link",
                "entity_id": cell,
                "area_id": "beijing",
                "window_start": begin,
                "window_end": begin + WINDOW_MS,
                "step": 0,
                "observations": window["points"],
                "sums": dict(window),
                "histogram": {},
                "ingest_time_max": None,
                "run_id": "run",
                "generation": 0,
            }
        )
        (speeds[cell, begin],) = [row["value"] for row in rows if row["indicator_id"] == "probe.speed_kmh"]

    assert len(speeds) > 600
    assert speeds == {place: pytest.approx(speed, abs=1e-6) for place, speed in expected.items()}
