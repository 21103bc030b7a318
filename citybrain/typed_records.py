"""What are the client's typed records? Written from the schemas into `citybrain/client/records/`."""

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from schemas.records import schema

PLACE = Path(__file__).parent / "client" / "records"
RECORDS = ("indicator", "alert", "case_change")
_PLAIN = {
    "string": "str",
    "long": "int",
    "int": "int",
    "double": "float",
    "boolean": "bool",
    "bytes": "bytes",
}
_LINE = 110


def modules() -> Mapping[str, str]:
    """File name in the package to its text: one a record."""
    return {f"{record}.py": "\n".join(_module(record)) + "\n" for record in RECORDS}


def stale() -> list[str]:
    """Names of the modules that are not what the schemas say."""
    return [
        name
        for name, text in modules().items()
        if not (PLACE / name).exists() or (PLACE / name).read_text(encoding="utf-8") != text
    ]


def write() -> None:
    """Write the modules."""
    for name, text in modules().items():
        (PLACE / name).write_text(text, encoding="utf-8")


def _module(record: str) -> Iterator[str]:
    declared = schema(record)
    yield f'"""What is in a record `{record}`? Written from its schema by `make docs`; do not edit."""'
    yield from (
        "",
        "from collections.abc import Mapping",
        "from dataclasses import dataclass",
        "from datetime import datetime",
        "from typing import Any",
        "",
        "from citybrain.client.times import time_of",
        "",
        "",
    )
    yield from _dataclass(declared)


def _dataclass(declared: dict[str, Any]) -> Iterator[str]:
    name = declared["name"]
    yield "@dataclass(frozen=True, slots=True, kw_only=True)"
    yield f"class {name}:"
    yield from _doc(declared["doc"])
    for field in declared["fields"]:
        yield ""
        yield f"    {field['name']}: {_type(field['type'])}"
        yield from _doc(field["doc"])
    yield ""
    yield "    @classmethod"
    yield f'    def of(cls, row: Mapping[str, Any]) -> "{name}":'
    yield '        """From a decoded record, whose times are epoch milliseconds."""'
    yield "        return cls("
    for field in declared["fields"]:
        yield f"            {field['name']}={_value(field['name'], field['type'])},"
    yield "        )"


def _doc(text: str) -> Iterator[str]:
    one_line = f'    """{text}"""'
    if len(one_line) <= _LINE:
        yield one_line
        return
    head, *rest = textwrap.wrap(text, _LINE - 8)
    yield f'    """{head}'
    yield from (f"    {line}" for line in rest)
    yield '    """'


def _is_time(avro_type: Any) -> bool:
    return isinstance(avro_type, dict) and avro_type.get("logicalType") == "timestamp-millis"


def _type(avro_type: Any) -> str:
    if isinstance(avro_type, list):
        return f"{_type(avro_type[1])} | None"
    if _is_time(avro_type):
        return "datetime"
    if isinstance(avro_type, dict):
        if avro_type["type"] == "array":
            return f"tuple[{_type(avro_type['items'])}, ...]"
        return f"Mapping[str, {_type(avro_type['values'])}]"
    return _PLAIN[avro_type]


def _value(name: str, avro_type: Any) -> str:
    found = f'row["{name}"]'
    if isinstance(avro_type, list):
        inner = _value(name, avro_type[1])
        return found if inner == found else f"None if {found} is None else {inner}"
    if _is_time(avro_type):
        return f"time_of({found})"
    if isinstance(avro_type, dict) and avro_type["type"] == "array":
        return f"tuple({found})"
    return found
