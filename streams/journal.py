"""How does a batch become durable at once, with its outputs, when its state has many keys? By being written down first.

A fold that looks across the city changes several values for one record, and records of several topics come in another
order after a restart. So its batch is written to the changelog as a whole before anything of it leaves: the changes,
the outputs, and up to where each partition was read. Whoever takes over finds either nothing of the batch, and reads
it again on what was there before; or all of it, and then writes the same outputs again and goes on after it.

A batch is cut into pieces that Kafka takes, and two batches take turns, so that a cut-off one never spoils the one
before. All of it is plain JSON under keys that no fold uses.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from streams.folds import Output

PIECE_CHARACTERS = 400_000
"""A record of Kafka holds a megabyte; a character of JSON may take two more in the piece around it."""
PREFIX = "journal|"
_TURNS = 2


@dataclass(frozen=True)
class Batch:
    """What one batch did. `positions` are the offsets after it by (topic, partition); None in `changes` is a removal."""

    number: int
    positions: Mapping[tuple[str, int], int] = field(default_factory=dict)
    changes: Mapping[str, Any | None] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()


def pieces_of(batch: Batch) -> Iterator[tuple[str, Any]]:
    """The values that hold a batch, with their keys; written in this order."""
    text = orjson.dumps(
        {
            "positions": [[topic, partition, at] for (topic, partition), at in batch.positions.items()],
            "changes": batch.changes,
            "outputs": [_plain(output) for output in batch.outputs],
        }
    ).decode()
    pieces = [text[at : at + PIECE_CHARACTERS] for at in range(0, len(text), PIECE_CHARACTERS)]
    for place, piece in enumerate(pieces):
        key = f"{PREFIX}{batch.number % _TURNS}|{place:06d}"
        yield key, {"batch": batch.number, "of": len(pieces), "piece": piece}


def newest_batch(stored: Mapping[str, Any]) -> Batch:
    """The newest batch that was written down whole; number 0 and empty where there is none."""
    found = Batch(0)
    for turn in range(_TURNS):
        prefix = f"{PREFIX}{turn}|"
        first = stored.get(f"{prefix}{0:06d}")
        if first is None or first["batch"] < found.number:
            continue
        pieces = [stored.get(f"{prefix}{place:06d}") for place in range(first["of"])]
        if all(piece is not None and piece["batch"] == first["batch"] for piece in pieces):
            found = _batch(first["batch"], "".join(piece["piece"] for piece in pieces if piece))
    return found


def _batch(number: int, text: str) -> Batch:
    read = orjson.loads(text)
    return Batch(
        number,
        {(topic, partition): at for topic, partition, at in read["positions"]},
        read["changes"],
        tuple(_output(plain) for plain in read["outputs"]),
    )


def _plain(output: Output) -> list[Any]:
    headers = [[name, _text(value)] for name, value in output.headers]
    return [output.topic, _text(output.key), _text(output.value), output.partition, headers]


def _output(plain: list[Any]) -> Output:
    topic, key, value, partition, headers = plain
    told = tuple((name, _bytes(text) or b"") for name, text in headers)
    return Output(topic, _bytes(key), _bytes(value), partition, told)


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
