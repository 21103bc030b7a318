"""What does somebody on duty, or a response plan, want of a case? A command as a fact, or the reason why not.

Parameters, all text: `type`, `level` (1 to 4), `state`, `lead_department`, `assisting_departments` (joined by `; `),
`area_id`, `entity_id`, `longitude`, `latitude`, `alert_id`, `limit_s` (the deadline in seconds, of clocks that follow
their source); of an update `pause` (`begin` or `end`); of a close `outcome` or `exclude` (a reason that the kind
declares); of a supervision `lift` (`true`), and its `until`.
"""

from collections.abc import Mapping
from typing import Any

from streams.cases.facts import Fact, fact
from streams.cases.kinds import Kind

NAMES = ("case.open", "case.update", "case.close", "case.supervise")
_TEXTS = {
    "type": "type",
    "lead_department": "lead",
    "area_id": "area",
    "entity_id": "entity",
    "alert_id": "alert",
}
_ABOUT = (*_TEXTS, "level", "longitude", "latitude", "assisting_departments")
_MAY_SAY = {
    "case.open": (*_ABOUT, "limit_s", "state"),
    "case.update": (*_ABOUT, "state", "pause"),
    "case.close": ("outcome", "exclude"),
    "case.supervise": ("lift",),
}
LIMIT_MAX_S = 100_000_000
ALERT = "alert:"

Command = Mapping[str, Any]


class RefusedError(ValueError):
    """A command that cannot be done; says why, and what can."""


def case_of(command: Command) -> tuple[str, str]:
    """The kind and the case that a command is about; a kind alone opens a case under the command's own number."""
    kind, _, key = command["target"].partition(":")
    if not key and command["command"] == "case.open":
        key = f"{command['source']}:{command['command_id']}"
    return kind, f"{kind}:{key}"


def fact_of(kind: Kind, command: Command) -> Fact:
    """The fact that a command is. Raises RefusedError for what the kind does not know."""
    name, given = command["command"], command["parameters"]
    if unknown := [key for key in given if key not in _MAY_SAY[name]]:
        raise RefusedError(f"{name} knows no {', '.join(unknown)}: it takes {', '.join(_MAY_SAY[name])}")
    about = _about(given)
    said = {
        "about": about,
        "by": command["by"],
        "reason": command["reason"] or None,
        "command": command["command_id"],
    }
    do, more = _DOINGS[name](kind, command)
    if do == "update" and kind.closing.keys() & {more.get("state")}:
        raise RefusedError(f"`{more['state']}` closes it: give case.close, with its outcome")
    return fact(command["command_id"], command["event_time"], do, command["source"], **{**said, **more})


def refusal_of(command: Command, reason: str) -> Fact:
    """The fact that a command was refused."""
    return fact(
        command["command_id"],
        command["event_time"],
        "refused",
        command["source"],
        by=command["by"],
        reason=f"{command['command']} is refused: {reason}",
        command=command["command_id"],
    )


def _about(given: Mapping[str, str]) -> dict[str, Any]:
    about: dict[str, Any] = {_TEXTS[key]: text for key, text in given.items() if key in _TEXTS and text}
    if "assisting_departments" in given:
        about["assisting"] = [
            name.strip() for name in given["assisting_departments"].split(";") if name.strip()
        ]
    if "level" in given:
        about["level"] = _number(given, "level", 1, 4)
    for name, most in (("longitude", 180.0), ("latitude", 90.0)):
        if name in given:
            try:
                about[name] = float(given[name])
            except ValueError as error:
                raise RefusedError(f"{name} is {given[name]!r}: write degrees as a number") from error
            if not abs(about[name]) <= most:
                raise RefusedError(f"{name} is {given[name]}: degrees are within {most:.0f}")
    return about


def _number(given: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = given[name]
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise RefusedError(f"{name} is {text!r}: write a whole number from {least} to {most}")
    return int(text)


def _open(kind: Kind, command: Command) -> tuple[str, dict[str, Any]]:
    given, (_, case_id) = command["parameters"], case_of(command)
    if given.get("state", kind.states[0]) != kind.states[0]:
        raise RefusedError(f"a case of {kind.id} is opened in the state {kind.states[0]}")
    more: dict[str, Any] = {"state": kind.states[0], "opens": True}
    if "limit_s" in given:
        more["limit"] = [_number(given, "limit_s", 1, LIMIT_MAX_S), "seconds"]
    key = case_id.partition(":")[2]
    if key.startswith(ALERT) and "alert_id" not in given:
        more["about"] = {**_about(given), "alert": key.removeprefix(ALERT)}
    return "step", more


def _update(kind: Kind, command: Command) -> tuple[str, dict[str, Any]]:
    given = command["parameters"]
    if "pause" in given:
        if not kind.pauses:
            raise RefusedError(f"the clocks of {kind.id} are never paused")
        if given["pause"] not in ("begin", "end"):
            raise RefusedError(f"pause is {given['pause']!r}: it is `begin` or `end`")
        return {"begin": "pause", "end": "resume"}[given["pause"]], {}
    if "state" not in given:
        return "update", {}
    if given["state"] not in kind.states:
        raise RefusedError(f"{kind.id} has no state {given['state']}: there are {', '.join(kind.states)}")
    return "update", {"state": given["state"]}


def _close(kind: Kind, command: Command) -> tuple[str, dict[str, Any]]:
    given = command["parameters"]
    if "exclude" in given:
        if given["exclude"] not in kind.exclusions:
            there = ", ".join(kind.exclusions) or "none"
            raise RefusedError(f"{kind.id} is not excluded for {given['exclude']!r}: its reasons are {there}")
        because = f"{given['exclude']}: {command['reason']}" if command["reason"] else given["exclude"]
        return "exclude", {"reason": because}
    outcome = given.get("outcome")
    if outcome is not None and outcome not in kind.outcomes:
        raise RefusedError(f"{kind.id} has no outcome {outcome!r}: there are {', '.join(kind.outcomes)}")
    return "step", {"state": next(iter(kind.closing)), "outcome": outcome}


def _supervise(kind: Kind, command: Command) -> tuple[str, dict[str, Any]]:
    if command["parameters"].get("lift") == "true":
        return "lift", {}
    if command["until"] is None and kind.supervision.limit is None:
        raise RefusedError(f"{kind.id} declares no deadline of supervision: say until when")
    return "supervise", {"until": command["until"]}


_DOINGS = {
    "case.open": _open,
    "case.update": _update,
    "case.close": _close,
    "case.supervise": _supervise,
}
