"""What tests share: where the recordings are, and the markers that say what a test needs."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from played import folder

# How fast a machine makes examples says nothing of a law.
_ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("usual", _ANY_MACHINE)
# `make check` is quick; `make test` tries the usual hundred examples of each law.
settings.register_profile("quick", _ANY_MACHINE, max_examples=25)
settings.load_profile("usual")


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of the public recordings; its absence is said loudly."""
    return folder()
