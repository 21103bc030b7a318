"""What has to be looked at? Follows the alerts of levels I and II, and goes on where it was when it is started again.

python examples/follow_alerts.py position.txt
"""

import sys
from pathlib import Path

from citybrain.client import Position, PositionLostError, Subscriber, Subscription
from citybrain.client.records import Alert


def begin(subscribe: Subscriber, kept: Path) -> Subscription[Alert]:
    """From where the file says; with a snapshot the first time."""
    start = Position.parse(kept.read_text()) if kept.exists() else None
    return subscribe.alerts(severity=2, start=start, idle_seconds=5)


def follow(changes: Subscription[Alert], kept: Path) -> None:
    """Print each change, then write down that it is dealt with."""
    for change in changes:
        alert = change.record
        print(f"{alert.event_time:%H:%M:%S} level {alert.level} {alert.change}: {alert.title}", flush=True)
        kept.write_text(str(change.position))


def main() -> None:
    """Follow until nothing has come for five seconds."""
    subscribe, kept = Subscriber.from_environment(), Path(sys.argv[1])
    try:
        with begin(subscribe, kept) as changes:
            follow(changes, kept)
    except PositionLostError as error:
        kept.unlink()
        raise SystemExit(f"{error}. Start again.") from error


if __name__ == "__main__":
    main()
