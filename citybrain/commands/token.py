"""`citybrain token`: a token for one who may send over HTTP, and what to write into the file of senders."""

from typing import Annotated

import typer
from rich.console import Console

from streams.ingest.senders import block_of, hash_of, new_token


def token(
    sender: Annotated[str, typer.Argument(help="Name of the sender: small letters, digits and . _ -")],
    *,
    feed: Annotated[list[str], typer.Option("--feed", help="A feed that it may send; as often as needed.")],
) -> None:
    """Make a token. It is shown once, on stderr; stdout is the sender's entry in CITYBRAIN_INGEST_TOKENS."""
    made = new_token()
    entry = block_of(sender, hash_of(made), feed)
    print(entry)
    Console(stderr=True, soft_wrap=True, highlight=False).print(
        f"The token of {sender}, kept nowhere else:\n[bold]{made}[/]"
    )
