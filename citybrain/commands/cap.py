"""`citybrain cap`: messages of the Common Alerting Protocol: look at them, and release one."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.duty import NotAnsweredError, give
from citybrain.settings import Settings
from schemas.codec import Decoder
from schemas.registry import Registry
from stack.errors import StackError
from streams.alerts.levels import LEVELS
from streams.catalog import CAP
from streams.deliver.cap_desk import roles_needed
from streams.offsets import last_places
from streams.reading import open_reader, read_to_ends

RECORDS_MAX = 20_000
"""Newest changes of messages that are looked through; older ones are in the view `cap_messages`."""

app = typer.Typer(help="CAP messages: drafts of alerts, and their release.", no_args_is_help=True)


@app.command("list")
def list_command(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also tests, and what is out of date.")] = False,
) -> None:
    """The newest message of each alert and status, the latest last."""
    settings = Settings()
    messages = _messages(settings)
    newest = {(one["alert_id"], one["status"]): one["identifier"] for one in messages.values()}
    current = set(newest.values())
    shown = [
        one
        for one in messages.values()
        if everything or (one["identifier"] in current and one["status"] != "Test")
    ]
    console = for_tables()
    if not shown:
        console.print("There are no CAP messages yet.")
        return
    table = Table("identifier", "status", "type", "level", "sent", "released by", "headline", "last refusal")
    for one in shown:
        level = LEVELS[one["level"]]
        sent = datetime.fromtimestamp(one["sent_at"] / 1000, UTC).astimezone(settings.civil_zone)
        table.add_row(
            one["identifier"],
            one["status"],
            one["msg_type"],
            f"{level.roman} {level.colour_zh}",
            f"{sent:%m-%d %H:%M:%S}",
            escape(", ".join(one["approvals"])),
            escape(one["headline"]),
            escape(one["reason"] or "") if one["change"] == "refused" else "",
        )
    console.print(table)


@app.command()
def show(identifier: Annotated[str, typer.Argument(help="The message, as `cap list` shows it.")]) -> None:
    """The document itself."""
    print(_one(Settings(), identifier)["xml"], end="")


@app.command()
def release(
    identifier: Annotated[str, typer.Argument(help="The draft, as `cap list` shows it.")],
    *,
    by: Annotated[str, typer.Option("--by", help="The role that releases it, for example duty-officer.")],
    reason: Annotated[str, typer.Option(help="Why, in words.")] = "",
) -> None:
    """Release a draft, so that it becomes Actual; levels I and II need two different roles."""
    settings = Settings()
    _one(settings, identifier)
    answer = give(settings, "cap.release", identifier, by=by, reason=reason, answers=CAP)
    console = for_tables()
    if answer["change"] == "refused":
        raise NotAnsweredError(f"{identifier} is not released: {answer['reason']}")
    roles = escape(", ".join(answer["approvals"]))
    if len(answer["approvals"]) < roles_needed(answer["level"]):
        console.print(f"{identifier} is approved by {roles}; a second role has to release it, too.")
    else:
        console.print(f"{identifier} is released by {roles}; the Actual message is on `citybrain cap list`.")


def _one(settings: Settings, identifier: str) -> dict[str, Any]:
    found = _messages(settings).get(identifier)
    if found is None:
        raise StackError(f"No CAP message is called {identifier}.", "`citybrain cap list --all` shows them.")
    return found


def _messages(settings: Settings) -> dict[str, dict[str, Any]]:
    """How each message stands, in the order of their last changes."""
    decoder = Decoder(CAP.record, Registry(settings.registry).schema_of)
    places = last_places(settings.kafka, [CAP], RECORDS_MAX)
    found: dict[str, dict[str, Any]] = {}
    reader = open_reader(settings.kafka, "citybrain-cap")
    try:
        for message in read_to_ends(reader, places) if places else ():
            if (value := message.value()) is not None:
                record = decoder.decode(value)
                found.pop(record["identifier"], None)
                if record["alert_id"]:
                    found[record["identifier"]] = record
    finally:
        reader.close()
    return found
