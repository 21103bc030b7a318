"""What of an alert may leave the centre, and as what? Pure rules that every way out follows."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Alert = Mapping[str, Any]

_CONTROL_MAX = 0x20
_ALLOWED_CONTROL = frozenset("\t\n\r")


class As(StrEnum):
    """What something is told as, outside."""

    REAL = "real"
    EXERCISE = "exercise"
    NOTHING = "nothing"


def outside(*modes: str) -> As:
    """As what something may be told outside, by the modes of the line and of the records that it was made of.

    Only what is live all the way is real. A drill is told as an exercise, to those who ask for drills. What was
    replayed or simulated is told nobody.
    """
    if modes and all(mode == "live" for mode in modes):
        return As.REAL
    if modes and all(mode in {"live", "drill"} for mode in modes):
        return As.EXERCISE
    return As.NOTHING


def is_firing(alert: Alert) -> bool:
    """Whether the condition holds now and was raised."""
    return bool(alert["state"] == "raised")


def is_over(alert: Alert) -> bool:
    """Whether it has ended: cleared, closed, corrected, or gone before it was raised."""
    return alert["state"] in {"cleared", "closed"}


def is_muted(alert: Alert) -> bool:
    """Whether nobody is to be told of it at present."""
    return bool(alert["muted_by"])


def is_within(area_id: str | None, areas: tuple[str, ...]) -> bool:
    """Whether an area is one of these or lies in one of them; without areas every one is."""
    if not areas:
        return True
    return area_id is not None and any(area_id == area or area_id.startswith(f"{area}/") for area in areas)


def readable(text: str, characters: int) -> str:
    """A text as XML 1.0, JSON and a log line can carry it: what none of them may hold is shown as U+FFFD, and it is cut."""
    shown = "".join(letter if _is_allowed(letter) else "\ufffd" for letter in text[: characters + 1])
    return shown if len(shown) <= characters else shown[: characters - 1] + "…"


def same_role(role: str) -> str:
    """A role as it is compared: however it is spaced, capitalized or typed."""
    return " ".join(unicodedata.normalize("NFKC", role).casefold().split())


def _is_allowed(letter: str) -> bool:
    code = ord(letter)
    if code < _CONTROL_MAX:
        return letter in _ALLOWED_CONTROL
    # Surrogates and the two non-characters that XML 1.0 excludes; C1 controls are legal there but show nothing.
    return not (0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF})
