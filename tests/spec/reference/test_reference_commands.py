"""What do `citybrain reference` and `citybrain calibrate` say to a person? With a store of the test's own."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from click.testing import Result
from small_city import LINKS, POPULATION, SITES, city
from typer.testing import CliRunner

from citybrain.cli import app
from citybrain.commands import calibrate as calibrate_module
from citybrain.commands import reference as reference_module
from citybrain.reference.entities import entities
from citybrain.reference.example import FOLDER
from citybrain.reference.folder import reference_of
from feeds.recording import RecordingError
from schemas.columns import TIME, table_of
from schemas.records import schema
from sinks.store import Engine
from sinks.stores import _arrow_stream
from streams.problems import ReferenceDataError

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 4, 1)
SPAN = ("--from", "2026-04-01", "--to", "2026-05-01")


def say(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def insert(engine: Engine, base: str, record: str, rows: list[dict[str, Any]]) -> None:
    names = [field["name"] for field in schema(record)["fields"]]
    table = table_of(record, [{**dict.fromkeys(names), **row} for row in rows])
    numbers = pa.array(range(len(rows)), pa.int64())
    for name, column in {
        "_topic": pa.array(["t"] * len(rows)),
        "_partition": pa.array([0] * len(rows), pa.int32()),
        "_offset": numbers,
        "_appended_at": numbers.cast(TIME),
    }.items():
        table = table.append_column(name, column)
    engine.insert(base, _arrow_stream(table))


def statistic(
    link_id: str, day: date, quarter: int, kmh: int, *, step: int = 0, entity_type: str = "link"
) -> dict[str, Any]:
    local = datetime(day.year, day.month, day.day, quarter // 4, quarter % 4 * 15, tzinfo=SHANGHAI)
    start = int(local.timestamp() * 1000)
    return {
        "measure": "road.travel_time",
        "entity_type": entity_type,
        "entity_id": link_id,
        "window_start": start,
        "window_end": start + 300_000,
        "step": step,
        "observations": 1,
        "sums": {"travel_time_ms": 360_000, "free_flow_time_ms": 1, "length_m": 100 * kmh, "weight": 1},
        "histogram": {},
        "run_id": "test",
        "generation": 0,
    }


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An empty store that the commands ask."""
    with Engine(tmp_path / "store") as opened:

        def query(_: object, sql: str) -> list[dict[str, Any]]:
            return [json.loads(line) for line in opened.query(sql, "JSONEachRow").splitlines()]

        monkeypatch.setattr(calibrate_module, "query", query)
        monkeypatch.setattr(reference_module, "query", query)
        yield opened


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Windows that the store has, whatever it is asked for."""
    windows: list[dict[str, Any]] = []
    monkeypatch.setattr(calibrate_module, "query", lambda *_: windows)
    return windows


def kept_window(link_id: str) -> dict[str, Any]:
    row = statistic(link_id, FIRST, 30, 50)
    return {"entity_id": link_id, "start": row["window_start"], **row["sums"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small city, as the setting names it."""
    found = city(tmp_path / "city")
    monkeypatch.setenv("CITYBRAIN_REFERENCE", str(found))
    return found


def test_check_says_what_there_is_and_from_when_on(folder: Path) -> None:
    city(folder, {"links.v2.csv": LINKS, "grid.csv": None}, {"links.v2.csv": "2026-06-01"})

    said = say("reference", "check")

    assert said.exit_code == 0
    assert "links.csv        │ 1       │ 2026-01-01 │ 2026-06-01 │ 2 rows" in said.output
    assert "areas.geojson    │ 1       │ 2026-01-01 │            │ 3 areas" in said.output
    assert "years 2025, 2026" in said.output
    assert "Not there: corridors.csv, grid.csv." in said.output
    assert "Everything fits together." in said.output


def test_check_shows_what_is_worth_a_look(tmp_path: Path) -> None:
    changed = {"sites.csv": SITES.replace("Park,0.5", "Park,1.5"), "population.csv": POPULATION}

    said = say("reference", "check", str(city(tmp_path / "other", {**changed})))

    assert said.exit_code == 0
    assert "Worth a look: sites.csv:2 area_id" in said.output.replace("\n", " ")


def test_check_fails_with_everything_that_is_wrong(folder: Path) -> None:
    city(folder, {"links.csv": LINKS.replace("500", "none").replace("37.5", "[b]fast[/b]")})

    said = say("reference", "check")

    assert said.exit_code == 1
    assert isinstance(said.exception, ReferenceDataError)
    assert str(said.exception).splitlines()[0] == f"2 things are wrong with the reference data in {folder}:"
    assert "links.csv:3 free_flow_kmh: is '[b]fast[/b]'" in str(said.exception)


def test_show_lists_what_holds_at_a_moment(folder: Path, engine: Engine) -> None:
    city(folder, {"links.v2.csv": LINKS.replace("37.5", "40")}, {"links.v2.csv": "2026-06-01"})
    told = [{**one, "run_id": "reference-test"} for one in entities(reference_of(folder), SHANGHAI)]
    insert(engine, "entities_data", "entity", told)

    before = json.loads(
        say("reference", "show", "road", "L2", "--at", "2026-05-31T23:59", "--format", "json").output
    )
    after = json.loads(
        say("reference", "show", "road", "L2", "--at", "2026-06-01", "--format", "json").output
    )
    pretty = say("reference", "show", "noise", "--at", "2026-06-01").output

    assert [row["labels"]["reference_version"] for row in (*before, *after)] == ["links 1", "links 2"]
    assert [row["attributes"]["free_flow_time_ms"] for row in (*before, *after)] == [24_000, 22_500]
    assert all(name in pretty for name in ("N1", "N2", "town/east", "2026-01-01", "reference"))
    assert "Nothing holds at that moment" in say("reference", "show", "noise", "--at", "2025-12-31").output


@pytest.mark.parametrize("arguments", [("ro'ad",), ("road", "L1' OR '1'='1")])
def test_show_takes_names_alone(arguments: tuple[str, ...]) -> None:
    assert isinstance(say("reference", "show", *arguments).exception, RecordingError)


def test_calibrate_asks_the_store_and_prints_what_changes(folder: Path, engine: Engine) -> None:
    # L1 drives 70 in a limit of 60; L2 40 for 29 days. Partial windows, districts and other days do not count.
    rows = [
        statistic("L1", FIRST + timedelta(days=number), quarter, 70)
        for number in range(30)
        for quarter in range(24, 96)
    ]
    rows += [statistic("L2", FIRST + timedelta(days=number), 30, 40) for number in range(29)]
    rows += [
        statistic("L2", FIRST, 31, 200, step=1),
        statistic("L2", FIRST, 31, 200, entity_type="area"),
        statistic("L2", FIRST - timedelta(days=1), 31, 200),
        statistic("L2", FIRST + timedelta(days=30), 31, 200),
        statistic("L2", FIRST, 32, 251),
    ]
    insert(engine, "statistics_data", "statistic", rows)

    said = say("calibrate", "free-flow", *SPAN, "--in-force", "2026-06-01")

    assert said.exit_code == 0, said.exception
    assert "L1   │          50 │       60 │ GB/T 33171    │   30 │  72 of 72 │ 60, reached" in said.output
    assert "L2   │        37.5 │       40 │ short_history │   29 │   1 of 72 │" in said.output
    words = " ".join(said.output.split())
    assert (
        "2 links: 2 change, 1 by GB/T 33171, 1 on a short history, 1 capped at the limit; 1 windows left out"
        in words
    )
    assert "version 2, from 2026-06-01 on" in words
    newest = reference_of(folder).newest("links")
    assert newest is not None
    assert [line.row.free_flow_kmh for line in newest.content] == [60, 40]


def test_calibrate_into_a_file_says_what_the_manifest_needs(
    folder: Path, kept: list[dict[str, Any]], tmp_path: Path
) -> None:
    kept.append(kept_window("L1"))
    out = tmp_path / "links-new.csv"

    said = say(
        "calibrate", "free-flow", *SPAN, "--keep-missing", "--out", str(out), "--in-force", "2026-06-01"
    )

    assert said.exit_code == 0, said.exception
    assert "1 without history as before" in " ".join(said.output.split())
    assert "  - file: links.v2.csv\n    version: 2\n    in_force: 2026-06-01\n" in said.output
    assert out.read_text().splitlines()[1:] == [
        "L1,town/west,500,arterial,60,50,short_history,2026-01-01,",
        "L2,town/east,250,branch,,37.5,provider,2026-01-01,",
    ]
    assert not (folder / "links.v2.csv").exists()


def test_calibrate_tells_programs_in_json(folder: Path, kept: list[dict[str, Any]]) -> None:
    kept += [kept_window("L1"), kept_window("L2")]

    found = json.loads(say("calibrate", "free-flow", *SPAN, "--format", "json").output)

    assert found[1] == {
        "link_id": "L2",
        "before_kmh": 37.5,
        "before_basis": "provider",
        "free_flow_kmh": 50.0,
        "free_flow_basis": "short_history",
        "days": 1,
        "intervals": 1,
        "at_limit": False,
        "windows_left_out": 0,
    }
    tomorrow = (datetime.now(SHANGHAI) + timedelta(days=1)).date()
    newest = reference_of(folder).newest("links")
    assert newest is not None
    assert abs((newest.begin - tomorrow).days) <= 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--from", "2026-05-01", "--to", "2026-04-01"), "--to lies after --from"),
        (("--from", "2026-01-01", "--to", "2026-12-01"), "by 100 days at most"),
        ((*SPAN, "--in-force", "soon"), "--in-force is 'soon': write a day"),
        (SPAN, "2 of 2 links have no history"),
    ],
)
def test_calibrate_refuses_and_says_what_to_do(
    folder: Path, kept: list[dict[str, Any]], arguments: tuple[str, ...], says: str
) -> None:
    error = say("calibrate", "free-flow", *arguments).exception

    assert isinstance(error, ReferenceDataError)
    assert says in str(error)
    assert not (folder / "links.v2.csv").exists()


def test_calibrate_leaves_the_shipped_example_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYBRAIN_REFERENCE", str(FOLDER))

    error = say("calibrate", "free-flow", *SPAN).exception

    assert "is the example as it is shipped" in str(error)
