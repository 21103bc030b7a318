"""What does a gateway's one reading become? For the stories of the gateways."""

import json
from collections.abc import Mapping
from typing import Any

from feeds.decoding import Feed, Raw, Rejected, RejectReason


def item_of(feed: Feed, reading: Mapping[str, Any], /, **said: Any) -> Any:
    """The event of a reading with what a test says of it, or its rejection."""
    payload = json.dumps({**reading, **said}).encode()
    (item,) = feed.decode(Raw(feed.name, payload, {}, 0, "simulator", "run", 0))
    return item


def reason_of(feed: Feed, reading: Mapping[str, Any], /, **said: Any) -> RejectReason | None:
    """Why it is no event; None where it is one."""
    item = item_of(feed, reading, **said)
    return item.reason if isinstance(item, Rejected) else None
