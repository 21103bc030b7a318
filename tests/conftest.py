"""What tests share: where the recordings are, and the markers that say what a test needs."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

PROJECT = Path(__file__).parent.parent

# `make check` has a minute; `make test` tries the usual hundred examples of each law.
settings.register_profile("quick", max_examples=40, deadline=None)


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of the public recordings; its absence is said loudly."""
    folder = Path(os.environ.get("CITYBRAIN_RECORDINGS", PROJECT / "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(
            f"RECORDINGS ABSENT: {folder} is not there; set CITYBRAIN_RECORDINGS (README names the sources)"
        )
    return folder
