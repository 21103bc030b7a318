from datetime import datetime

import pytest

from sinks.query import QueryError, run
from sinks.rendering import render

NAMES = ("name", "count", "at")
ROWS = [("路", 3, datetime(2026, 1, 2, 3, 4, 5)), (None, 10, None)]  # noqa: DTZ001 -- as the driver gives them


def test_json_has_one_object_a_row() -> None:
    assert render(NAMES, ROWS, "JSONEachRow").decode() == (
        '{"name":"路","count":3,"at":"2026-01-02 03:04:05"}\n{"name":null,"count":10,"at":null}\n'
    )


def test_csv_has_a_header_and_tells_null_from_nothing() -> None:
    rows = [*ROWS, ("", 0, None)]

    assert render(NAMES, rows, "CSVWithNames").decode() == (
        "name,count,at\n路,3,2026-01-02 03:04:05\n\\N,10,\\N\n,0,\\N\n"
    )


def test_a_table_for_people_is_aligned() -> None:
    assert render(("a", "number"), [("long text", 1), (None, 22)], "PrettyCompactMonoBlock").decode() == (
        "a          number\n---------  ------\nlong text  1\nNULL       22\n"
    )


def test_a_table_without_rows_still_has_its_head() -> None:
    assert render(("a",), [], "Pretty").decode() == "a\n-\n"


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(ValueError, match="'Parquet' is not known"):
        render(NAMES, ROWS, "Parquet")


def test_a_store_that_is_not_there_is_told_with_what_to_do() -> None:
    with pytest.raises(QueryError, match="Is the line up"):
        run("http://127.0.0.1:1", "SELECT 1")


def test_an_address_that_is_no_store_is_refused() -> None:
    with pytest.raises(ValueError, match="give http"):
        run("postgres://x", "SELECT 1")
