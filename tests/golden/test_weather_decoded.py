"""Is the weather of Beijing's files what the line makes of it? Counted from the files with pandas."""

import gzip
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from played import folder, items_of

from feeds.decoding import Rejected
from feeds.recordings import RECORDINGS
from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

pytestmark = pytest.mark.recordings

NAME = "beijing-weather"
ZONE = ZoneInfo("Asia/Shanghai")
HOUR_MS = 3_600_000


def files(pattern: str) -> list[Path]:
    return sorted(folder().glob(pattern))


def test_every_stations_rain_wind_and_warmth_add_up_to_its_files():
    paths = files("air/PRSA_201612-201701/PRSA_Data_*.csv")
    items = list(items_of(NAME, RECORDINGS[NAME].open(paths)))
    tables = {path.name.split("_")[2]: pd.read_csv(path) for path in paths}
    nothing = sum(table[["RAIN", "WSPM", "TEMP"]].isna().all(axis=1).sum() for table in tables.values())

    assert len(items) == sum(map(len, tables.values())) == 17_856
    rejected = [item for item in items if isinstance(item, Rejected)]
    assert {item.reason.value for item in rejected} == {"missing_value"}
    assert len(rejected) == nothing == 80
    for station, table in tables.items():
        mine = [item for item in items if not isinstance(item, Rejected) and item["entity_id"] == station]
        for name, column in (("rain_um", "RAIN"), ("wind_mms", "WSPM"), ("temperature_mdegc", "TEMP")):
            found = [event[name] for event in mine if event[name] is not None]
            assert found == (table[column].dropna() * 1_000).round().astype(int).tolist()
    assert sum(item["rain_um"] or 0 for item in items if not isinstance(item, Rejected)) == 2_900
    assert max(item["wind_mms"] or 0 for item in items if not isinstance(item, Rejected)) == 12_000


@pytest.fixture(scope="module")
def july(tmp_path_factory) -> Path:
    """July 2016 of one station, with the day before it and the rainstorm of the 20th, as the file has it."""
    (path,) = files("air/PRSA_Data_Dongsi_*.csv.gz")
    header, *lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    wanted = [line for line in lines if line.split(b",")[1:3] == [b"2016", b"7"]]
    cut = tmp_path_factory.mktemp("july") / "PRSA_Data_Dongsi_201607.csv"
    cut.write_bytes(header + b"".join(wanted))
    return cut


def test_the_rain_of_3_and_24_hours_is_that_of_a_rolling_sum_over_the_file(july):
    table = pd.read_csv(july)
    hours = [
        int(datetime(*when, tzinfo=ZONE).timestamp() * 1000)
        for when in table[["year", "month", "day", "hour"]].itertuples(index=False)
    ]
    # A stretch without rain gauge, as the file has only single hours of it.
    table.loc[100:105, "RAIN"] = float("nan")
    gauged = set(table.RAIN.dropna().index)
    judge = Judge(KeyedState(), lambda *_: [], mode="replay", zone="Asia/Shanghai")
    sums = ("wind_count", "wind_mms_max", "temperature_count", "temperature_mdegc_sum", "issued", "lifted")
    rows = {}
    events = {
        item["event_time"]: item
        for item in items_of(NAME, RECORDINGS[NAME].open([july]))
        if not isinstance(item, Rejected)
    }
    for number, start in enumerate(hours):
        rained = events[start]["rain_um"] if number in gauged else None
        statistic = {
            "measure": "weather.report",
            "entity_type": "station",
            "entity_id": "Dongsi",
            "area_id": "beijing/dongcheng",
            "window_start": start,
            "window_end": start + HOUR_MS,
            "step": 0,
            "generation": 0,
            "observations": 1,
            "sums": {
                **dict.fromkeys((*sums, "lead_count", "lead_s_sum"), 0),
                "rain_count": int(rained is not None),
                "rain_um_sum": rained or 0,
                "rain_s_sum": 0 if rained is None else 3_600,
            },
            "histogram": {},
            "ingest_time_max": None,
            "run_id": "run",
        }
        rows |= {(row["indicator_id"], start): row for row in judge.on_statistic(statistic)}

    for hours_of_rain, needed in ((3, 3), (24, 20)):
        rolled = table.RAIN.rolling(hours_of_rain, min_periods=needed).sum()
        for number in sorted(gauged):
            found = rows[f"weather.rain_{hours_of_rain}h_mm", hours[number]]
            expected = rolled[number]
            assert (found["value"] is None) == pd.isna(expected)
            if found["value"] is not None:
                assert found["value"] == pytest.approx(expected, abs=1e-6)
    assert len(table) == 744
    day = {key: row for key, row in rows.items() if key[0] == "weather.rain_24h_mm" and row["value"]}
    assert max(row["value"] for row in day.values()) == pytest.approx(table.RAIN.rolling(24, 20).sum().max())
    assert {row["grade"] for row in day.values()} >= {"大暴雨", "暴雨", "小雨"}
