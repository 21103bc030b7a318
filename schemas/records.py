"""Which records exist? Reads the `.avsc` files beside this module; each is declared once, there."""

import json
from functools import cache
from pathlib import Path
from typing import Any

AVRO_FOLDER = Path(__file__).parent / "avro"


@cache
def schema_text(record: str) -> str:
    """The schema of a record as one line of JSON, the form in which it is registered.

    Flink registers what it writes in the form of Avro's Java library (name, type, doc, default). Ours is the same
    to the letter, or the registry would hold it as a second version.

    Raises FileNotFoundError when there is no `<record>.avsc`.
    """
    declared = json.loads((AVRO_FOLDER / f"{record}.avsc").read_text(encoding="utf-8"))
    return json.dumps(declared, ensure_ascii=False, separators=(",", ":"))


@cache
def schema(record: str) -> dict[str, Any]:
    """The schema of a record as a dictionary. Treat it as read-only: it is shared."""
    declared: dict[str, Any] = json.loads(schema_text(record))
    return declared


@cache
def record_names() -> tuple[str, ...]:
    """Every declared record, sorted."""
    return tuple(sorted(path.stem for path in AVRO_FOLDER.glob("*.avsc")))


def without_logical_types(node: Any) -> Any:
    """The same schema with plain longs for times: a third faster to read, and a time is then epoch milliseconds."""
    if isinstance(node, dict):
        if "logicalType" in node:
            return node["type"]
        return {key: without_logical_types(value) for key, value in node.items()}
    if isinstance(node, list):
        return [without_logical_types(item) for item in node]
    return node
