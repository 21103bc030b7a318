"""Recordings of buses, metro, rivers and the hotline through the whole line, against pandas on the same files."""

import tarfile

import numpy as np
import pandas as pd
import pytest

pytestmark = [pytest.mark.stack, pytest.mark.recordings]


def values(line, indicator, run, entity_type):
    """Final values of an indicator by entity and start of the window (UTC), those without a value left out."""
    rows = line.rows(
        "SELECT entity_id, toString(window_start) AS start, value FROM indicators WHERE finality = 'final' AND value IS NOT NULL "
        f"AND indicator_id = '{indicator}' AND run_id = '{run}' AND entity_type = '{entity_type}'"
    )
    return {(row["entity_id"], row["start"][:19]): row["value"] for row in rows}


def starts(times, window):
    return times.dt.floor(window).dt.strftime("%Y-%m-%d %H:%M:%S")


def test_shenzhens_passengers_are_those_of_the_file_station_by_station(line, recordings):
    line.replay("shenzhen-card")
    run = line.newest_run("shenzhen-card")

    (path,) = (recordings / "transit_card").glob("szt_card_*.csv.gz")
    file = pd.read_csv(path, dtype=str)
    file = file[file.deal_type.isin(["地铁入站", "地铁出站"]) & file.station.notna()]
    when = pd.to_datetime(file.deal_date).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    for indicator, kind in (("metro.entries", "地铁入站"), ("metro.exits", "地铁出站")):
        kept = file.deal_type == kind
        expected = file[kept].groupby([file.station, starts(when, "15min")]).size()
        found = values(line, indicator, run, "station")
        assert {place: value for place, value in found.items() if value} == expected.to_dict()
        assert sum(values(line, indicator, run, "city").values()) == kept.sum()


def test_queenslands_levels_rises_and_discharges_are_those_of_the_files(line, recordings):
    line.replay("queensland-river", "--from", "2019-01-26T00:00+10:00", "--until", "2019-02-05T00:00+10:00")
    run = line.newest_run("queensland-river")
    levels, rises = (
        values(line, "river.level_m", run, "station"),
        values(line, "river.rise_mmh", run, "station"),
    )
    flows = values(line, "river.discharge_m3s", run, "station")

    assert len(levels) > 900
    for path in sorted((recordings / "water").glob("qld_*.csv")):
        file = pd.read_csv(path)
        station = path.name.removeprefix("qld_").rpartition("_")[0]
        start = pd.to_datetime(file.Timestamp).dt.tz_localize("Australia/Brisbane").dt.tz_convert("UTC")
        file.index = start.dt.strftime("%Y-%m-%d %H:%M:%S")
        rise = (file.Level * 1_000).round().diff()
        for (name, hour), value in levels.items():
            if name == station:
                assert value == pytest.approx(file.Level[hour], abs=0.00051)
                if (name, hour) in rises:
                    assert rises[name, hour] == pytest.approx(rise[hour], abs=1)
                if (name, hour) in flows:
                    assert flows[name, hour] == pytest.approx(file.Q[hour], abs=0.00051)
    states = line.rows(
        f"SELECT grade, max(value) AS highest FROM indicators WHERE run_id = '{run}' AND indicator_id = 'river.level_m' "
        "AND entity_id = 'sandy_ck_homebush' AND value IS NOT NULL GROUP BY grade ORDER BY highest"
    )
    # The flood of the end of January passed all three of the station's assigned levels.
    assert [row["grade"] for row in states] == ["正常水位", "超设防水位", "超警戒水位", "超保证水位"]


def test_buffalos_punctuality_is_that_of_the_polls_where_nothing_was_late(line, recordings):
    line.replay("buffalo-avl", "--until", "2020-07-30T09:00-04:00", timeout=500)
    run = line.newest_run("buffalo-avl")
    found = values(line, "bus.on_time_ratio", run, "route")
    late = {
        row["start"][:19]
        for row in line.rows(
            f"SELECT DISTINCT toString(window_start) AS start FROM late_events WHERE run_id = '{run}'"
        )
    }

    (path,) = (recordings / "bus_avl").glob("*.tar.gz")
    with tarfile.open(path) as archive:
        polls = sorted(member.name for member in archive if member.name.endswith(".dat"))
        polls = [poll for poll in polls if poll.rpartition("/")[2] <= "SRA20200730090000.dat"]
        file = pd.concat(
            pd.read_csv(archive.extractfile(poll), header=None, usecols=[0, 1, 5, 11], dtype=str)
            for poll in polls
        )
    file.columns = ["vehicle", "route", "deviation", "time"]
    file = file.drop_duplicates(["vehicle", "time"])
    file = file[file.route != "0"]
    delay = -file.deviation.astype(int)
    known = delay != -99_999
    start = starts(pd.to_datetime(file.time.astype(int), unit="s", utc=True), "15min")
    table = pd.DataFrame(
        {"route": file.route, "start": start, "known": known, "good": known & delay.between(-60, 300)}
    )
    sums = table.groupby(["route", "start"]).sum()
    expected = (sums.good / sums.known)[sums.known > 0].round(6)

    compared = {place: value for place, value in found.items() if place[1] not in late}
    assert len(compared) > 300
    assert compared == {place: pytest.approx(expected[place], abs=1e-6) for place in compared}


def test_new_yorks_cases_are_counted_by_board_and_hour(line, recordings):
    line.replay("nyc-311")
    run = line.newest_run("nyc-311")

    (path,) = (recordings / "complaints_311").glob("nyc311_2022*.csv")
    file = pd.read_csv(path, dtype=str)
    stamps = "%m/%d/%Y %I:%M:%S %p"
    opened = pd.to_datetime(file["Created Date"], format=stamps).dt.tz_localize("America/New_York")
    closed = pd.to_datetime(file["Closed Date"], format=stamps).dt.tz_localize("America/New_York")
    by_hour = starts(opened.dt.tz_convert("UTC"), "h").value_counts().to_dict()
    assert values(line, "hotline.cases_opened", run, "city") == {
        ("new-york", hour): n for hour, n in by_hour.items()
    }
    board = file["Community Board"].str.lower().str.replace(" ", "-")
    named = ~board.str.startswith("0-") & ~board.str.startswith("unspecified")
    by_board = (
        file[named]
        .groupby([("new-york/" + board)[named], starts(opened.dt.tz_convert("UTC"), "h")[named]])
        .size()
    )
    found = values(line, "hotline.cases_opened", run, "area")
    assert {place: found.get(place) for place in by_board.to_dict()} == by_board.to_dict()
    hours = (closed - opened).dt.total_seconds() / 3_600
    mean = hours.groupby(starts(closed.dt.tz_convert("UTC"), "h")).mean()
    handled = values(line, "hotline.handling_hours", run, "city")
    assert handled == {("new-york", hour): pytest.approx(value, abs=1e-6) for hour, value in mean.items()}


def test_the_noise_of_hours_and_days_is_the_mean_of_energies(line, recordings):
    line.replay("noisemonitor", "--until", "2025-03-25T00:00+00:00")
    run = line.newest_run("noisemonitor")

    (path,) = (recordings / "noise").glob("noisemonitor_laeq1m_*.csv")
    file = pd.read_csv(path)
    when = pd.to_datetime(file.datetime, utc=True)
    file, when = file[when < "2025-03-25"], when[when < "2025-03-25"]
    energy = 10 ** (file["LEQ dB -A"] / 10)

    def level(kept, keys):
        return 10 * np.log10(energy[kept].groupby(keys[kept]).mean())

    hours = level(when > "2020", starts(when, "h"))
    found = values(line, "noise.leq_db", run, "station")
    assert len(found) > 90
    assert found == {("monitor-1", hour): pytest.approx(value, abs=0.051) for hour, value in hours.items()}
    # Days are those of the line's city, whatever the zone of the feed.
    civil = when.dt.tz_convert("Asia/Shanghai")
    by_day = civil.dt.hour.between(6, 21)
    start = starts(civil.dt.floor("D").dt.tz_convert("UTC"), "h")
    for indicator, kept in (("noise.ld_db", by_day), ("noise.ln_db", ~by_day)):
        expected = level(kept, start)
        rows = {place[1]: value for place, value in values(line, indicator, run, "station").items()}
        assert len(rows) >= 3
        assert rows == {day: pytest.approx(expected[day], abs=0.051) for day in rows}


def test_birminghams_occupancy_is_that_of_the_file_through_the_change_of_the_clock(line, recordings):
    line.replay("birmingham-parking", "--from", "2016-10-28T00:00+01:00", "--until", "2016-11-01T00:00+00:00")
    run = line.newest_run("birmingham-parking")

    (path,) = (recordings / "parking").glob("birmingham_parking_*.csv")
    file = pd.read_csv(path)
    file = file[(file.Occupancy >= 0) & file.LastUpdated.between("2016-10-28", "2016-11-01")]
    file = file.drop_duplicates(["SystemCodeNumber", "LastUpdated"])
    when = pd.to_datetime(file.LastUpdated).dt.tz_localize("Europe/London").dt.tz_convert("UTC")
    taken = file[["Occupancy", "Capacity"]].min(axis=1)
    start = starts(when, "h")
    for entity_type, keys in (("parking", [file.SystemCodeNumber, start]), ("city", [start])):
        expected = (taken.groupby(keys).sum() / file.Capacity.groupby(keys).sum()).round(6).to_dict()
        if entity_type == "city":
            expected = {("birmingham", hour): value for hour, value in expected.items()}
        found = values(line, "parking.occupancy_ratio", run, entity_type)
        assert len(found) > 30
        assert found == {place: pytest.approx(value, abs=1e-6) for place, value in expected.items()}
