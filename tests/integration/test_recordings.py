"""Recorded city life through the whole line, against answers that were calculated elsewhere."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lines import MEASURED

from feeds.recordings import RECORDINGS

pytestmark = [pytest.mark.stack, pytest.mark.recordings]

POLLUTANTS = {"so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3", "pm10": "PM10", "pm25": "PM2.5"}


def test_the_aqi_of_every_station_equals_what_the_national_centre_published(line, recordings):
    counts = line.replay("cnemc-air")
    rows = line.rows(
        "SELECT entity_id, value FROM indicators WHERE indicator_id = 'air.aqi_hourly' AND entity_type = 'station' "
        "AND finality = 'final'"
    )

    (file,) = sorted((recordings / "air").glob("cnemc_airnow_*.json"))
    features = [feature["properties"] for feature in json.loads(file.read_text(encoding="utf-8"))["features"]]
    official = {item["stationcode"]: int(item["aqi"]) for item in features if item["aqi"].isdigit()}
    judged = {row["entity_id"]: row["value"] for row in rows}
    assert counts["decoded"] == len(features) == 1_495
    assert len(official) == 1_475
    assert {code: judged.get(code) for code in official} == official


def test_the_fifteen_minute_rate_of_san_francisco_is_the_known_one(line, recordings):
    line.replay("san-francisco-fire")

    rows = line.rows(
        "SELECT measure, sum(sums['responded']) AS responded, "
        "sum(arraySum(mapValues(mapFilter((seconds, _) -> toInt32(seconds) <= 900, histogram)))) AS within, "
        "sum(sums['closed_without_arrival'] + sums['expired_without_closure']) AS excluded "
        f"FROM statistics WHERE run_id = '{line.newest_run('san-francisco')}' AND entity_type = 'city' AND step = 0 "
        "AND startsWith(measure, 'emergency.') GROUP BY measure ORDER BY measure"
    )
    assert [(row["measure"], row["within"], row["responded"], row["excluded"]) for row in rows] == [
        ("emergency.arrived", 2_986, 3_429, 131),
        ("emergency.dispatched", 3_542, 3_560, 0),
        ("emergency.en_route", 3_528, 3_552, 8),
    ]


def test_judged_hours_of_san_francisco_add_up_to_the_same_rate(line, recordings):
    (row,) = line.rows(
        "SELECT sum(inputs['within_15min']) AS within, sum(inputs['responded']) AS responded, "
        "sum(inputs['closed_without_arrival'] + inputs['expired_without_closure']) AS excluded FROM indicators "
        "WHERE indicator_id = 'emergency.within_15min_ratio' AND entity_id = 'san-francisco' AND finality = 'final'"
    )

    assert (row["within"], row["responded"], row["excluded"]) == (2_986, 3_429, 131)
    assert row["within"] / row["responded"] == pytest.approx(0.8708, abs=5e-5)


WHOLE = pytest.mark.whole


@pytest.mark.parametrize(
    "until",
    [
        pytest.param("2016-12-08T00:30:00+08:00", id="a week"),
        pytest.param("2017-02-02T00:00:00+08:00", id="all of it", marks=WHOLE),
    ],
)
def test_beijing_stations_give_the_sums_of_an_independent_calculation(line, recordings, until):
    counts = line.replay("beijing-air", "--until", until)

    rows = line.rows(
        "SELECT entity_id, toUnixTimestamp64Milli(window_start) AS start, sums FROM statistics "
        f"WHERE run_id = '{line.newest_run('beijing-air')}' AND entity_type = 'station' AND step = 0"
    )
    files = sorted((recordings / "air" / "PRSA_201612-201701").glob("*.csv"))
    table = pd.concat([pd.read_csv(file) for file in files])
    local = pd.to_datetime(table[["year", "month", "day", "hour"]]).dt.tz_localize("Asia/Shanghai")
    table["start"] = local.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[ms]").astype("int64")
    # A row is published 25 minutes after its hour has ended.
    table = table[table["start"] + 85 * 60_000 <= pd.Timestamp(until).timestamp() * 1000]
    measured = table.dropna(how="all", subset=list(POLLUTANTS.values()))
    expected = {}
    for item in measured.to_dict("records"):
        sums = {}
        for name, column in POLLUTANTS.items():
            there = not np.isnan(item[column])
            sums[f"{name}_count"] = int(there)
            sums[f"{name}_sum_ngm3"] = round(item[column] * 1000) if there else 0
        expected[item["station"], item["start"]] = sums
    assert {(row["entity_id"], row["start"]): row["sums"] for row in rows} == expected
    assert counts["rejected"].get("missing_value", 0) == len(table) - len(measured)


@pytest.mark.parametrize(
    ("until", "windows"),
    [
        pytest.param("2012-03-01T05:55:00-08:00", 72, id="six hours"),
        pytest.param("2012-03-07T23:55:00-08:00", 7 * 288, id="all of it", marks=WHOLE),
    ],
)
def test_los_angeles_gives_the_sums_of_an_independent_calculation(line, recordings, until, windows):
    counts = line.replay("los-angeles-traffic", "--until", until)
    run = line.newest_run("los-angeles")
    found = line.rows(
        "SELECT entity_type, entity_id, toUnixTimestamp64Milli(window_start) AS start, observations, "
        f"sums['travel_time_ms'] AS travel_time_ms FROM statistics WHERE run_id = '{run}' AND step = 0 "
        "AND entity_type IN ('link', 'area', 'city') AND measure = 'road.travel_time'"
    )
    links = line.rows(
        "SELECT entity_id, area_id FROM entities WHERE system = 'road' AND entity_type = 'link'"
    )

    expected = los_angeles(recordings / "traffic" / "los_speed.csv", windows, links)
    assert counts["normalized"] == windows * 207
    assert {
        (row["entity_type"], row["entity_id"], row["start"]): (row["observations"], row["travel_time_ms"])
        for row in found
    } == expected


def los_angeles(path: Path, count: int, links):
    """Time to pass one kilometre, in whole milliseconds, summed by link, district and city for each five minutes."""
    speed_mph = pd.read_csv(path).iloc[:count]
    milliseconds = np.rint(1_000 * 3_600 / (speed_mph * 1.609344)).astype("int64")
    first = int(pd.Timestamp("2012-03-01T00:00:00-08:00").timestamp() * 1000)
    area_of = {link["entity_id"]: link["area_id"] for link in links}
    expected = {}
    for number, row in enumerate(milliseconds.itertuples(index=False, name=None)):
        start = first + number * 300_000
        for detector, value in zip(milliseconds.columns, row, strict=True):
            for place in (("link", detector), ("area", area_of[detector]), ("city", "los-angeles")):
                observations, total = expected.get((*place, start), (0, 0))
                expected[*place, start] = (observations + 1, total + value)
    return expected


def rows_of_run(line, run, days_later):
    """Final rows of a run as if it had begun so many days earlier, without what differs by nature: the run's name, its
    generation, the wall clock, and what is told of alerts, which may stand since the run before.
    """
    earlier = ", ".join(
        f"{name} - INTERVAL {days_later} DAY AS {name}" for name in ("window_start", "window_end")
    )
    return line.rows(
        f"SELECT * REPLACE ({earlier}) EXCEPT (run_id, computed_at, revision), revision % 1000000 AS revision FROM indicators "
        f"WHERE run_id = '{run}' AND finality = 'final' AND {MEASURED} "
        "ORDER BY indicator_id, entity_type, entity_id, window_start, revision"
    )


@pytest.mark.parametrize(
    ("recording", "first", "last"),
    [
        ("los-angeles-traffic", "2012-03-02T07:00:00-08:00", "2012-03-02T09:00:00-08:00"),
        # From its beginning: a week cut open in the middle begins with statuses that are late by hours. An incident is
        # open for a day, so that two hours of calls are a day of the clock.
        pytest.param(
            *("san-francisco-fire", "2016-12-31T00:00:00-08:00", "2016-12-31T02:00:00-08:00"), marks=WHOLE
        ),
    ],
)
def test_the_same_recording_gives_identical_rows_at_every_speed(line, recordings, recording, first, last):
    """Whole weeks later each time: where city time does not go back, no job has to be started anew."""
    known = RECORDINGS[recording]
    start = datetime.fromtimestamp(known.open(known.default_files(recordings)).start / 1000, UTC)

    def play(speed, days_later):
        later = (start + timedelta(days=days_later)).isoformat()
        line.replay(recording, "--from", first, "--until", last, "--shift-to", later, "--speed", speed)
        return line.newest_run(recording)

    fast, slow = play("max", 84), play("600", 112)

    fast_rows, slow_rows = rows_of_run(line, fast, 84), rows_of_run(line, slow, 112)
    assert slow != fast
    assert len(fast_rows) > 10
    assert slow_rows == fast_rows
