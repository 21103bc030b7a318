"""How does somebody on duty, or a service, ask something of the line? One record on `city.commands.v1`.

Whether a command can be done is for the service that it is for: it tells a refusal. Here is checked what its sender
can know: that the command exists, is signed by a role, and has its reason and end where it needs them.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from schemas.registry import Registry
from streams.catalog import COMMANDS
from streams.cloud_events import Headers, headers_of
from streams.publishing import publish
from streams.runs import LIVE_RUN

TEXT_CHARACTERS = 500
TARGET_CHARACTERS = 512
ROLE_CHARACTERS = 64
PARAMETERS = 32
PARAMETER_CHARACTERS = 4_000
_TELEPHONE = re.compile(r"\d[\d\s-]{6,}")

Command = dict[str, Any]


class CommandError(ValueError):
    """A command that cannot be sent; says what is wrong with it and what to write instead."""


@dataclass(frozen=True, slots=True)
class _Needs:
    reason: bool = False
    until: bool = False


KNOWN: Mapping[str, _Needs] = {
    "alert.acknowledge": _Needs(),
    "alert.unacknowledge": _Needs(reason=True),
    "alert.shelve": _Needs(reason=True, until=True),
    "alert.unshelve": _Needs(),
    "alert.note": _Needs(reason=True),
    "alert.close": _Needs(reason=True),
    "alert.test": _Needs(),
    "maintenance.begin": _Needs(reason=True, until=True),
    "maintenance.end": _Needs(),
    "mode.begin": _Needs(reason=True),
    "mode.end": _Needs(reason=True),
    "shift.take_over": _Needs(),
    "shift.note": _Needs(reason=True),
    "joint.merge": _Needs(reason=True),
    "joint.split": _Needs(reason=True),
    "case.open": _Needs(),
    "case.update": _Needs(reason=True),
    "case.close": _Needs(reason=True),
    "case.supervise": _Needs(reason=True),
    "cap.release": _Needs(),
    "delivery.retry": _Needs(),
    "public.correct": _Needs(reason=True),
}
"""Every command that there is, and what it cannot do without."""


def command_of(
    command: str,
    target: str,
    *,
    by: str,
    event_time: int,
    mode: str,
    reason: str = "",
    until: int | None = None,
    parameters: Mapping[str, str] | None = None,
    source: str = "manual",
    run_id: str = LIVE_RUN,
    command_id: str | None = None,
) -> Command:
    """A record of `city.commands.v1`, checked. `event_time` and `until` are city time, epoch milliseconds.

    Without `command_id` it is made of all the rest, so that the same command given again is the same.
    Raises CommandError.
    """
    given = {key: str(value) for key, value in sorted((parameters or {}).items())}
    made = {
        "command": command,
        "target": target.strip(),
        "by": by.strip(),
        "reason": reason.strip(),
        "until": until,
        "parameters": given,
        "event_time": event_time,
        "source": source,
        "mode": mode,
        "run_id": run_id,
    }
    _check(made)
    digest = hashlib.sha256(orjson.dumps(made, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return {"command_id": command_id or digest[:32], **made}


def _check(made: Command) -> None:
    name = made["command"]
    if (needs := KNOWN.get(name)) is None:
        raise CommandError(f"no command is called {name!r}; there are {', '.join(KNOWN)}")
    if not made["target"] or len(made["target"]) > TARGET_CHARACTERS:
        raise CommandError(f"{name} needs what it is about, 1 to {TARGET_CHARACTERS} characters")
    if not made["by"] or len(made["by"]) > ROLE_CHARACTERS or _TELEPHONE.search(made["by"]):
        raise CommandError(
            f"{name} is signed {made['by']!r}: sign as a role, such as duty-officer, with no name or number"
        )
    if needs.reason and not made["reason"]:
        raise CommandError(f"{name} needs a reason: say why in a sentence")
    if len(made["reason"]) > TEXT_CHARACTERS:
        raise CommandError(f"the reason of {name} is longer than {TEXT_CHARACTERS} characters: shorten it")
    if needs.until and made["until"] is None:
        raise CommandError(f"{name} needs an end: say until when it holds")
    if made["until"] is not None and made["until"] <= made["event_time"]:
        raise CommandError(f"{name} ends before it begins: give a later end")
    parameters = made["parameters"]
    if len(parameters) > PARAMETERS or any(len(text) > PARAMETER_CHARACTERS for text in parameters.values()):
        raise CommandError(
            f"{name} has too much beside it: at most {PARAMETERS} parameters of {PARAMETER_CHARACTERS} characters"
        )


def command_key(command: Command) -> str:
    """The record's key: what the command is about."""
    return str(command["target"])


def command_headers(command: Mapping[str, Any]) -> Headers:
    """The record's headers."""
    return headers_of(
        COMMANDS.name, command["command_id"], command["target"], command["event_time"], command["mode"]
    )


def send_command(bootstrap: str, registry: Registry, command: Command) -> None:
    """Write a command. It is on its topic when this returns. Raises NotPublishedError."""
    publish(bootstrap, registry, COMMANDS, [(command_key(command), command)], command_headers)
