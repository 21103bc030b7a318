"""Which topics are which feed? Reads the operator's file of rules, and finds the rule of a topic.

    client_id = "citybrain"      # by it the broker knows what it has kept for us: one a line, and always the same
    ca_file = "broker-ca.pem"    # only with mqtts:// and a certificate of the city's own
    version = "5"                # of MQTT, where the broker speaks it; 3.1.1 otherwise

    [[topic]]
    filter = "city/+/noise/#"    # + is one level, # all that follow
    feed = "noisemonitor"
    levels = { station = 2 }     # the second level of the topic is the context `station` of the record

The first rule that fits a topic counts.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from feeds.decoding import shown
from feeds.directory import FEEDS

USUAL_CLIENT_ID = "citybrain"
VERSIONS = ("3.1.1", "5")
USUAL_VERSION = "3.1.1"
USUAL_PORTS = {"mqtt": 1883, "mqtts": 8883}
FILTER_LEVELS_MAX = 32
_CONTEXT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_KEYS = {"client_id", "ca_file", "version", "topic"}
_TOPIC_KEYS = {"filter", "feed", "levels"}


class RulesFileError(ValueError):
    """The rules or the broker's address cannot be used; says why and what to write instead."""


class Broker(NamedTuple):
    """Where the broker is and as whom we come; no name is for a broker that lets everybody in."""

    host: str
    port: int
    tls: bool
    username: str
    password: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Rule:
    """Messages whose topic fits the filter are records of a feed; `levels` names levels of the topic, from 1."""

    filter: str
    feed: str
    levels: Mapping[str, int] = field(default_factory=dict)

    def context_of(self, topic: str) -> dict[str, str]:
        """What the topic says of a message; a level that is not there is left out."""
        parts = topic.split("/")
        return {name: parts[level - 1] for name, level in self.levels.items() if level <= len(parts)}


@dataclass(frozen=True)
class Rules:
    """The whole file."""

    rules: tuple[Rule, ...]
    client_id: str = USUAL_CLIENT_ID
    ca_file: str = ""
    version: str = USUAL_VERSION

    def rule_of(self, topic: str) -> Rule | None:
        """The first rule that fits a topic."""
        return next((rule for rule in self.rules if fits(rule.filter, topic)), None)


def fits(topic_filter: str, topic: str) -> bool:
    """Whether a topic fits a filter (MQTT 3.1.1, 4.7)."""
    wanted, parts = topic_filter.split("/"), topic.split("/")
    # What a broker tells of itself is not meant by a filter that begins with a wildcard.
    if topic.startswith("$") and wanted[0] in {"+", "#"}:
        return False
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        parts = parts[: len(wanted)]
    return len(wanted) == len(parts) and all(
        want in ("+", part) for want, part in zip(wanted, parts, strict=True)
    )


def broker_of(address: str) -> Broker:
    """The broker of an address `mqtt://user:password@host:1883`, or `mqtts://…`. Raises RulesFileError."""
    # The address may hold a password: no message shows it.
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError as error:
        raise RulesFileError(f"CITYBRAIN_MQTT is no address: {error}") from error
    if url.scheme not in USUAL_PORTS or not url.hostname or url.path not in {"", "/"} or url.query:
        raise RulesFileError("CITYBRAIN_MQTT is no address: write mqtt://host:1883, or mqtts:// with TLS")
    return Broker(
        url.hostname,
        port or USUAL_PORTS[url.scheme],
        url.scheme == "mqtts",
        unquote(url.username or ""),
        unquote(url.password or ""),
    )


def read_rules(path: Path) -> Rules:
    """The rules of a file. Raises RulesFileError."""
    try:
        return _rules_of(path.read_text(encoding="utf-8"), path.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise RulesFileError(f"the MQTT topics in {path} cannot be read: {error}") from error
    except (RulesFileError, tomllib.TOMLDecodeError) as error:
        raise RulesFileError(f"the MQTT topics in {path} cannot be used: {error}") from error


def _rules_of(text: str, folder: Path) -> Rules:
    written = tomllib.loads(text)
    _demand_known(written, _KEYS, "the file")
    listed = written.get("topic")
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise RulesFileError("write each filter with its feed under [[topic]]")
    client_id = written.get("client_id", USUAL_CLIENT_ID)
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise RulesFileError(f"client_id cannot be {shown(client_id)}: letters, digits and . _ - up to 64")
    ca_file = written.get("ca_file", "")
    if not isinstance(ca_file, str) or (ca_file and not (folder / ca_file).is_file()):
        raise RulesFileError(f"there is no ca_file {shown(ca_file)} in {folder}")
    version = written.get("version", USUAL_VERSION)
    if version not in VERSIONS:
        raise RulesFileError(
            f'version of MQTT cannot be {shown(version)}: write "{VERSIONS[0]}" or "{VERSIONS[1]}"'
        )
    rules = tuple(_rule(one) for one in listed)
    filters = [rule.filter for rule in rules]
    if len(set(filters)) < len(filters):
        raise RulesFileError("a filter is there twice; the second would never count")
    return Rules(rules, client_id, str(folder / ca_file) if ca_file else "", version)


def _rule(written: dict[str, Any]) -> Rule:
    topic_filter, feed, levels = written.get("filter"), written.get("feed"), written.get("levels", {})
    if not isinstance(topic_filter, str) or not _is_filter(topic_filter):
        raise RulesFileError(
            f"{shown(topic_filter)} is no filter: + stands for one whole level, # for all that follow, at the end"
        )
    _demand_known(written, _TOPIC_KEYS, topic_filter)
    if not isinstance(feed, str) or feed not in FEEDS:
        raise RulesFileError(
            f"{topic_filter}: there is no feed {shown(feed)}; there are {', '.join(sorted(FEEDS))}"
        )
    if not isinstance(levels, dict):
        raise RulesFileError(f"{topic_filter}: write levels as in levels = {{ station = 2 }}")
    for name, level in levels.items():
        if not _CONTEXT_NAME.fullmatch(name):
            raise RulesFileError(f"{topic_filter}: {shown(name)} is no name of a context")
        if isinstance(level, bool) or not isinstance(level, int) or not 1 <= level <= FILTER_LEVELS_MAX:
            raise RulesFileError(
                f"{topic_filter}: level {shown(level)} of {name} cannot be; they count from 1"
            )
        if level > topic_filter.count("/") + 1 and not topic_filter.endswith("#"):
            raise RulesFileError(f"{topic_filter} has no level {level} for {name}")
    return Rule(topic_filter, feed, dict(levels))


def _is_filter(written: str) -> bool:
    levels = written.split("/")
    return (
        bool(written)
        and "\0" not in written
        and len(levels) <= FILTER_LEVELS_MAX
        and "#" not in "".join(levels[:-1])
        and (levels[-1] == "#" or "#" not in levels[-1])
        and all(level == "+" or "+" not in level for level in levels)
    )


def _demand_known(written: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(written) - known)
    if unknown:
        raise RulesFileError(f"{where} has {', '.join(unknown)}; known are {', '.join(sorted(known))}")
