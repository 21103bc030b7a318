"""What tests share: where the recordings are, and the markers that say what a test needs."""

import signal
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


def pytest_configure() -> None:
    """Whoever ends a session by SIGTERM wants its lines stopped, too: as with Ctrl-C, fixtures are undone."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of the public recordings; its absence is said loudly."""
    return folder()
