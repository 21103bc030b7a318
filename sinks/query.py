"""What does a person get who asks the store in SQL? Rows as a table, CSV or JSON; and errors to act upon."""

import re
from collections.abc import Mapping
from typing import Literal

from sinks.stores import StoreRefusedError, StoreUnavailableError, open_store
from sinks.tables import TABLES

OutputFormat = Literal["pretty", "csv", "json"]

_FORMATS: Mapping[OutputFormat, str] = {
    "pretty": "PrettyCompactMonoBlock",
    "csv": "CSVWithNames",
    "json": "JSONEachRow",
}
_UNKNOWN_TABLE = re.compile(r"Code: (60|81)\.")
_READ_ONLY = re.compile(r"Code: 164\.")


class QueryError(RuntimeError):
    """Why there is no answer, in words for whoever asked."""


def run(store_url_or_dsn: str, sql: str, format: OutputFormat = "pretty") -> bytes:  # noqa: A002 -- the option's name
    """The answer to a read: an aligned table, CSV with a header, or one JSON array of objects. Raises QueryError."""
    store = open_store(store_url_or_dsn)
    try:
        answer = store.query(sql.strip().rstrip(";"), _FORMATS[format])
    except StoreUnavailableError as error:
        raise QueryError(f"{error}\nIs the line up? `citybrain status` says what runs.") from error
    except StoreRefusedError as error:
        raise QueryError(_for_people(str(error))) from error
    finally:
        store.close()
    return b"[" + b",\n".join(answer.splitlines()) + b"]\n" if format == "json" else answer


def _for_people(message: str) -> str:
    text = re.sub(r"\s*\(version [^)]*\)", "", message)
    text = re.sub(r"DB::Exception: ", "", text).strip()
    if _UNKNOWN_TABLE.search(text):
        return f"{text}\nThere are: {', '.join(sorted(table.view for table in TABLES))}."
    if _READ_ONLY.search(text):
        return f"{text}\nOnly reading is possible here; what the store holds comes from the topics."
    return text
