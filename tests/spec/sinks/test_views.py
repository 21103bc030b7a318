"""Do the analysts' views say what was known then, and compare with the right window before? On the engine itself."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from sinks.store import Engine
from sinks.stores import _arrow_stream
from sinks.tables import base_table
from sinks.views import analyst_views

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
BASES = ("indicator_history_data", "indicators_newest")


def row(start: datetime, value: float | None, **told: Any) -> dict[str, Any]:
    length = told.pop("length", timedelta(hours=1))
    return {
        "indicator_id": "road.tti",
        "entity_type": "city",
        "entity_id": "simcity",
        "window_start": start,
        "window_end": start + length,
        "value": value,
        "revision": 1,
        "computed_at": start + length,
        "run_id": "live",
    } | told


def blank(kind: pa.DataType) -> Any:
    if pa.types.is_map(kind) or pa.types.is_list(kind):
        return []
    if pa.types.is_timestamp(kind):
        return NOW
    return "" if pa.types.is_string(kind) else 0


def stream(base: str, rows: list[dict[str, Any]]) -> bytes:
    columns = base_table(base).columns
    fields = pa.schema([pa.field(c.name, c.type) for c in columns])
    whole = [
        {c.name: one.get(c.name, None if c.nullable else blank(c.type)) for c in columns} for one in rows
    ]
    return _arrow_stream(pa.Table.from_pylist(whole, schema=fields))


class Store:
    """A store with indicators in it, and what it answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def has(self, *rows: dict[str, Any]) -> None:
        for base in BASES:
            self._engine.insert(base, stream(base, list(rows)))

    def says(self, sql: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._engine.query(sql, "JSONEachRow").splitlines()]

    def compared(self, begin: datetime, end: datetime) -> list[dict[str, Any]]:
        given = (
            f"indicator = 'road.tti', begin = '{begin:%Y-%m-%d %H:%M:%S}', end = '{end:%Y-%m-%d %H:%M:%S}'"
        )
        return self.says(f"SELECT * FROM indicators_compared({given}) ORDER BY window_start")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(tmp_path_factory.mktemp("views") / "store", ZONE) as opened:
        yield opened


@pytest.fixture
def store(engine: Engine) -> Store:
    """The engine without what the test before has left."""
    for base in BASES:
        engine._writers.run(lambda connection, base=base: connection.query(f"TRUNCATE TABLE {base}"))
    return Store(engine)


def as_of(store: Store, moment: datetime) -> list[tuple[float, int]]:
    found = store.says(
        f"SELECT value, revision FROM indicators_as_of(known_at = '{moment:%Y-%m-%d %H:%M:%S}')"
        " WHERE indicator_id = 'road.tti' ORDER BY window_start"
    )
    return [(one["value"], one["revision"]) for one in found]


def test_a_moment_knows_the_revisions_that_had_been_computed_by_then(store: Store) -> None:
    store.has(
        row(NOW, 1.5, revision=1, computed_at=NOW + timedelta(hours=1)),
        row(NOW, 1.7, revision=2, computed_at=NOW + timedelta(hours=3)),
        row(NOW + timedelta(hours=1), 1.2, revision=1, computed_at=NOW + timedelta(hours=2)),
    )

    assert as_of(store, NOW) == []
    assert as_of(store, NOW + timedelta(hours=1)) == [(1.5, 1)]
    assert as_of(store, NOW + timedelta(hours=2)) == [(1.5, 1), (1.2, 1)]
    assert as_of(store, NOW + timedelta(days=1)) == [(1.7, 2), (1.2, 1)]


def test_what_is_known_in_the_end_is_what_the_newest_revisions_say(store: Store) -> None:
    store.has(*(row(NOW, float(number), revision=number, computed_at=NOW) for number in (1, 3, 2)))

    newest = store.says("SELECT value, revision FROM indicators")
    assert as_of(store, NOW) == [(one["value"], one["revision"]) for one in newest] == [(3.0, 3)]


def test_days_are_the_city_s(store: Store) -> None:
    store.has(
        row(datetime(2026, 4, 1, 15, 0, tzinfo=UTC), 1.0), row(datetime(2026, 4, 1, 16, 0, tzinfo=UTC), 1.0)
    )

    asked = "SELECT civil_date FROM indicators_as_of(known_at = '2027-01-01 00:00:00') ORDER BY window_start"
    assert [one["civil_date"] for one in store.says(asked)] == ["2026-04-01", "2026-04-02"]


def test_an_hour_is_beside_the_hour_before_the_same_of_last_week_and_of_last_year(store: Store) -> None:
    store.has(
        row(NOW, 2.0),
        row(NOW - timedelta(hours=1), 1.6),
        row(NOW - timedelta(days=7), 1.0),
        row(NOW.replace(year=2025), 4.0),
    )

    (found,) = store.compared(NOW, NOW + timedelta(hours=1))
    assert [found[f"value_{which}"] for which in ("before", "week_ago", "year_ago")] == [1.6, 1.0, 4.0]
    assert [round(found[f"change_on_{which}"], 9) for which in ("before", "week", "year")] == [
        0.25,
        1.0,
        -0.5,
    ]


def test_the_month_before_is_the_month_before_however_many_days_it_has(store: Store) -> None:
    def month(number: int, days: int, value: float) -> dict[str, Any]:
        # Months of the city begin at 16:00 UTC of the day before.
        start = datetime(2026, number, 1, tzinfo=UTC) - timedelta(hours=8)
        return row(start, value, length=timedelta(days=days))

    march = month(3, 31, 3.0)
    store.has(month(2, 28, 2.0), march)

    (found,) = store.compared(march["window_start"], march["window_start"] + timedelta(hours=1))
    assert (found["value_before"], found["value_week_ago"], found["value_year_ago"]) == (2.0, None, None)


def test_windows_of_other_lengths_and_other_entities_are_no_comparison(store: Store) -> None:
    week_ago = NOW - timedelta(days=7)
    store.has(
        row(NOW, 2.0),
        row(NOW - timedelta(hours=1), 9.0, entity_id="other"),
        row(week_ago, 9.0, length=timedelta(minutes=15)),
    )

    (found,) = store.compared(NOW, NOW + timedelta(hours=1))
    assert (found["value_before"], found["value_week_ago"]) == (None, None)


def test_against_nothing_or_zero_there_is_no_change(store: Store) -> None:
    store.has(row(NOW, 2.0), row(NOW - timedelta(hours=1), 0.0), row(NOW - timedelta(days=7), None))

    (found,) = store.compared(NOW, NOW + timedelta(hours=1))
    assert (found["value_before"], found["value_week_ago"]) == (0.0, None)
    assert (found["change_on_before"], found["change_on_week"]) == (None, None)


def test_every_view_says_what_it_is_and_names_its_parameters() -> None:
    for view in analyst_views(ZONE):
        assert view.doc.endswith(".")
        for name, kind in view.parameters:
            assert f"{{{name}:{kind}}}" in view.sql
