"""What do the tests of the public recordings share? Where they are, and what is decoded of them."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from feeds.decoding import Raw
from feeds.directory import decode
from feeds.recording import OpenRecording
from feeds.recordings import RECORDINGS

PROJECT = Path(__file__).parents[2]


def folder() -> Path:
    """The folder of the public recordings; its absence is said loudly."""
    found = Path(os.environ.get("CITYBRAIN_RECORDINGS", PROJECT / "../shared/data")).resolve()
    if not found.is_dir():
        pytest.skip(
            f"RECORDINGS ABSENT: {found} is not there; set CITYBRAIN_RECORDINGS (README names the sources)"
        )
    return found


def file_of(pattern: str) -> Path:
    """The one file of a pattern."""
    (found,) = folder().glob(pattern)
    return found


@cache
def opened(name: str) -> OpenRecording:
    """A recording with the files that it has by default."""
    recording = RECORDINGS[name]
    return recording.open(recording.default_files(folder()))


def items_of(name: str, opened_recording: OpenRecording | None = None) -> Iterator[Any]:
    """Events and rejections of all records of a recording, or of other files of it."""
    feed = RECORDINGS[name].feed
    for record in (opened_recording or opened(name)).records():
        yield from decode(Raw(feed, record.payload, record.context, record.at, feed, "run", 0))
