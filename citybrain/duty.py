"""How does somebody on duty ask something of the line? Sends the command and waits for what became of it."""

import time
from collections.abc import Mapping
from typing import Any

from citybrain.runs import mode_of_line, newest_values
from citybrain.settings import Settings
from schemas.codec import Decoder
from schemas.registry import Registry
from streams.catalog import STATISTICS, Topic
from streams.commands import Command, command_of, send_command
from streams.offsets import ends_of
from streams.reading import open_reader, read_to_ends

ANSWER_SECONDS = 20.0
"""How long a person waits for an answer before it is said that there is none."""


class NotAnsweredError(RuntimeError):
    """A command that was refused, or that nobody answered; says what to do."""


def city_now(settings: Settings, registry: Registry) -> int:
    """City time, epoch milliseconds: the wall clock, but in a replay the newest moment that was counted."""
    now = time.time_ns() // 1_000_000
    if mode_of_line(settings) != "replay":
        return now
    newest = newest_values(settings, registry, [(STATISTICS, "window_end")])
    return newest[STATISTICS, "window_end"] or now


def send(
    settings: Settings,
    command: str,
    target: str,
    *,
    by: str,
    reason: str = "",
    until: int | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Command:
    """Put a command on the line, as of city time; empty parameters are left out.

    Raises CommandError, NotPublishedError.
    """
    registry = Registry(settings.registry)
    made = command_of(
        command,
        target,
        by=by,
        reason=reason,
        until=until,
        parameters={name: value for name, value in (parameters or {}).items() if value},
        event_time=city_now(settings, registry),
        mode=mode_of_line(settings),
    )
    send_command(settings.kafka, registry, made)
    return made


def give(
    settings: Settings,
    command: str,
    target: str,
    *,
    by: str,
    reason: str = "",
    until: int | None = None,
    parameters: Mapping[str, str] | None = None,
    answers: Topic,
) -> Mapping[str, Any]:
    """Send a command and return the first record of a topic that answers it.

    Raises CommandError, NotPublishedError, and NotAnsweredError where none came in time.
    """
    unread = {
        (answers.name, number): at for number, at in ends_of(settings.kafka, [answers])[answers.name].items()
    }
    made = send(settings, command, target, by=by, reason=reason, until=until, parameters=parameters)
    decoder = Decoder(answers.record, Registry(settings.registry).schema_of)
    deadline = time.monotonic() + ANSWER_SECONDS
    reader = open_reader(settings.kafka, "citybrain-answer")
    try:
        while time.monotonic() < deadline:
            for message in read_to_ends(reader, unread):
                unread[message.topic() or "", message.partition() or 0] = (message.offset() or 0) + 1
                value = message.value()
                record = None if value is None else decoder.decode(value)
                if record is not None and _answers(record, made):
                    return record
            time.sleep(0.2)
    finally:
        reader.close()
    raise NotAnsweredError(
        f"{command} of {target} is on the line, but nobody has answered in {ANSWER_SECONDS:.0f} s; "
        "`citybrain status` says whether all parts are up, and what was sent holds when they are"
    )


def _answers(record: Mapping[str, Any], command: Command) -> bool:
    if record.get("command_id") is not None:
        return bool(record["command_id"] == command["command_id"])
    # What people do shows when and by whom; nobody does two things in one millisecond.
    return bool(record["by"] == command["by"] and record["event_time"] == command["event_time"])
