"""Who may send, and which feeds? Reads the operator's file, which holds hashes of tokens and never a token.

    [[sender]]
    name = "city-parking"
    token_sha256 = "…64 hexadecimal digits…"
    feeds = ["ngsi-ld-parking"]
    requests_per_second = 20     # this and the next may be left out
    burst = 40

A token has 256 random bits (`citybrain token`), so that a plain SHA-256 of it gives nothing away and needs no salt.
"""

import hashlib
import hmac
import re
import secrets
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any

import structlog

from feeds.decoding import shown
from feeds.directory import FEEDS
from streams.file_marks import mark_of
from streams.ingest.rate import Limit

USUAL_LIMIT = Limit(requests_per_second=20.0, burst=40)
RATE_MAX = 20_000
LOOK_AGAIN_SECONDS = 1.0
"""How often the file is looked at, so that a token that was taken away is refused at once."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KEYS = {"name", "token_sha256", "feeds", "requests_per_second", "burst"}

log = structlog.get_logger("ingest")


class SendersFileError(ValueError):
    """The file of senders cannot be used; says why and what to write instead."""


@dataclass(frozen=True)
class Sender:
    """One who may send: the feeds that its token is good for, and how fast."""

    name: str
    token_sha256: str
    feeds: tuple[str, ...]
    limit: Limit = USUAL_LIMIT


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the file holds of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def sender_of(token: str, senders: Iterable[Sender]) -> Sender | None:
    """Whose token it is. Takes as long for a wrong token as for any right one."""
    presented = hash_of(token)
    found = None
    for sender in senders:
        if hmac.compare_digest(presented, sender.token_sha256):
            found = sender
    return found


def block_of(name: str, token_sha256: str, feeds: Iterable[str]) -> str:
    """What to write into the file for a sender. Raises SendersFileError where it could not be read again."""
    listed = ", ".join(f'"{feed}"' for feed in feeds)
    block = f'[[sender]]\nname = "{name}"\ntoken_sha256 = "{token_sha256}"\nfeeds = [{listed}]\n'
    _senders_of(block)
    return block


def read_senders(path: Path) -> tuple[Sender, ...]:
    """The senders of a file. Raises SendersFileError."""
    try:
        return _senders_of(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SendersFileError(f"the senders in {path} cannot be read: {error}") from error
    except SendersFileError as error:
        raise SendersFileError(f"the senders in {path} cannot be used: {error}") from error


def _senders_of(text: str) -> tuple[Sender, ...]:
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SendersFileError(f"it is not TOML: {error}") from error
    listed = written.pop("sender", [])
    if written:
        raise SendersFileError(f"it has {', '.join(written)}; only [[sender]] is known")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise SendersFileError("write each sender under [[sender]]")
    senders = tuple(_sender(one) for one in listed)
    for what in ("name", "token_sha256"):
        values = [getattr(sender, what) for sender in senders]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise SendersFileError(f"two senders have one {what}: {', '.join(twice)}")
    return senders


def _sender(written: dict[str, Any]) -> Sender:
    name = written.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SendersFileError(
            f"the name {shown(name)} is none: small letters, digits and . _ - up to 64 characters"
        )
    unknown = sorted(set(written) - _KEYS)
    if unknown:
        raise SendersFileError(f"{name} has {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}")
    token_sha256 = written.get("token_sha256")
    if not isinstance(token_sha256, str) or not _HASH.fullmatch(token_sha256):
        raise SendersFileError(
            f"{name}: token_sha256 is not a SHA-256 in small hexadecimal digits; `citybrain token {name} --feed …` "
            "makes a token and prints the hash"
        )
    return Sender(name, token_sha256, _feeds(name, written.get("feeds")), _limit(name, written))


def _feeds(name: str, written: object) -> tuple[str, ...]:
    if not isinstance(written, list) or not written or not all(isinstance(feed, str) for feed in written):
        raise SendersFileError(f'{name}: write the feeds that it may send, as in feeds = ["ngsi-ld-air"]')
    unknown = [feed for feed in written if feed not in FEEDS]
    if unknown:
        raise SendersFileError(
            f"{name}: there is no feed {', '.join(map(shown, unknown))}; there are {', '.join(sorted(FEEDS))}"
        )
    return tuple(dict.fromkeys(written))


def _limit(name: str, written: dict[str, Any]) -> Limit:
    rate = written.get("requests_per_second", USUAL_LIMIT.requests_per_second)
    _demand_number(name, "requests_per_second", rate, int | float)
    burst = written.get("burst", max(1, round(2 * rate)))
    _demand_number(name, "burst", burst, int)
    return Limit(float(rate), int(burst))


def _demand_number(name: str, what: str, value: object, kind: type | UnionType) -> None:
    fits = isinstance(value, kind) and not isinstance(value, bool)
    if not fits or not 0 < value <= RATE_MAX:  # type: ignore[operator]  # it is a number where it fits
        raise SendersFileError(f"{name}: {what} cannot be {shown(value)}; above 0, at most {RATE_MAX}")


class Senders:
    """The senders of a file, read again when it changes. A file that cannot be used any more changes nothing."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock
        self._mark = mark_of(path)
        self._senders = read_senders(path)
        self._looked = clock()

    def find(self, token: str) -> Sender | None:
        """Whose token it is."""
        now = self._clock()
        if now - self._looked >= LOOK_AGAIN_SECONDS:
            self._looked = now
            self._look_again()
        return sender_of(token, self._senders)

    def _look_again(self) -> None:
        mark = mark_of(self._path)
        if mark == self._mark:
            return
        self._mark = mark
        try:
            self._senders = read_senders(self._path)
        except SendersFileError as error:
            log.warning("the senders of before stay", reason=str(error), remedy="correct the file")
        else:
            log.info("senders read again", senders=len(self._senders))
