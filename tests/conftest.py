"""What tests share: where the recordings are, and the markers that say what a test needs."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

PROJECT = Path(__file__).parent.parent

# How fast a machine makes examples says nothing of a law.
_ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("usual", _ANY_MACHINE)
# `make check` has a minute; `make test` tries the usual hundred examples of each law.
settings.register_profile("quick", _ANY_MACHINE, max_examples=40)
settings.load_profile("usual")


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of the public recordings; its absence is said loudly."""
    folder = Path(os.environ.get("CITYBRAIN_RECORDINGS", PROJECT / "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(
            f"RECORDINGS ABSENT: {folder} is not there; set CITYBRAIN_RECORDINGS (README names the sources)"
        )
    return folder
