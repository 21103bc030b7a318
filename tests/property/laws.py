"""How many examples of a law are tried? What it says under `make test`, and its share of them under `make check`."""

from hypothesis import settings

USUAL = 100


def examples(number: int) -> settings:
    """So many under the usual profile, and as many fewer as the profile of the run has fewer than it."""
    return settings(max_examples=max(3, number * settings.default.max_examples // USUAL))
