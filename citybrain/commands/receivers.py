"""`citybrain receivers`: who outside is told, how each of them is, and sending again what was kept."""

from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import typer
from rich.markup import escape
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.duty import send
from citybrain.settings import Settings
from stack.errors import StackError

ANSWER_SECONDS = 5.0


def receivers(
    *,
    retry: Annotated[
        str, typer.Option(help="A receiver to which everything that was kept is sent again.")
    ] = "",
    delivery: Annotated[str, typer.Option(help="Of it only this one, by its delivery_id.")] = "",
    by: Annotated[
        str, typer.Option("--by", help="The role that asks for it, for example duty-officer.")
    ] = "",
) -> None:
    """Show each receiver's state, backlog and last error; `--retry` sends kept messages again."""
    settings = Settings()
    found = _asked(settings)
    if retry:
        _retry(settings, found, retry, delivery, by)
        return
    console = for_tables()
    if found["file_error"]:
        console.print(
            f"[bold red]The file was changed and cannot be used[/]: {escape(found['file_error'])}. "
            "Until it is mended, those below are told."
        )
    if not found["receivers"]:
        console.print("Nobody outside is told: CITYBRAIN_RECEIVERS names no receivers.")
        return
    if found["mode"] not in {"live", "drill"}:
        console.print(f"Nobody is told anything: the line is {found['mode']}, and only live ones tell.")
    table = Table(
        "receiver", "format", "state", "backlog", "kept", "delivered", "last delivered", "last error"
    )
    for one in found["receivers"]:
        table.add_row(
            f"{one['name']} ({one['host']})",
            one["format"],
            f"[bold red]{one['state']}[/]" if one["state"] == "failing" else one["state"],
            str(one["backlog"]),
            str(one["kept"]),
            str(one["delivered"]),
            _moment(one["last_delivered_at"], settings),
            escape(f"{_moment(one['last_error_at'], settings)} {one['last_error']}".strip()),
        )
    console.print(table)
    console.print("What was kept is in the view deliveries; --retry NAME --by ROLE sends it again.")


def _asked(settings: Settings) -> dict[str, Any]:
    url = f"{settings.ports.deliver_url}/receivers"
    try:
        answer = httpx.get(url, timeout=ANSWER_SECONDS, verify=False)  # noqa: S501  (plain HTTP on this machine)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise StackError(
            f"The part `deliver` does not answer at {url}: {error}", "Is the line up? `citybrain status`"
        ) from error
    return told


def _retry(settings: Settings, found: dict[str, Any], name: str, delivery: str, by: str) -> None:
    kept = {one["name"]: one["kept"] for one in found["receivers"]}
    if name not in kept:
        raise StackError(f"No receiver is called {name}.", f"There are {', '.join(kept) or 'none'}.")
    send(settings, "delivery.retry", name, by=by, parameters={"delivery_id": delivery})
    for_tables().print(f"Asked to send {'that one' if delivery else kept[name]} again to {name}.")


def _moment(seconds: float | None, settings: Settings) -> str:
    if seconds is None:
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(settings.civil_zone):%m-%d %H:%M:%S}"
