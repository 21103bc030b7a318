"""Up to when has a measure said everything? What the judge says between the rows of `city.indicators.v1`.

A silent indicator says nothing, and who waits for one must know that time has passed without it. Behind the rows
of each moment the judge writes to every partition a record without value, whose key says of which measure and run
everything before a moment has been told. Readers that ask only for values never see it.
"""

from typing import NamedTuple

_MARK = b"told|"


class Told(NamedTuple):
    """All rows of a measure in a run that are of a moment before this one lie before; epoch milliseconds."""

    measure: str
    run_id: str
    before_ms: int


def key_of_told(told: Told) -> bytes:
    """The key of the record."""
    return b"%s%s|%d|%s" % (_MARK, told.measure.encode(), told.before_ms, told.run_id.encode())


def told_of(key: bytes | None, value: bytes | None) -> Told | None:
    """What a record of the topic says of time; None for a row."""
    if value is not None or key is None or not key.startswith(_MARK):
        return None
    _, measure, before_ms, run_id = key.decode().split("|", 3)
    return Told(measure, run_id, int(before_ms))
