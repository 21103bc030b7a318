"""Which value does each district have now? Prints the snapshot and ends.

python examples/current_indicators.py road.tpi
"""

import sys

from citybrain.client import Subscriber


def main() -> None:
    """Print one line a district."""
    subscribe = Subscriber.from_environment()
    with subscribe.indicators(sys.argv[1:] or "road.tpi", entity_types="area", idle_seconds=2) as changes:
        for change in changes:
            if not change.of_snapshot:
                break
            row = change.record
            value = row.validity if row.value is None else f"{row.value:.2f} {row.grade or ''}"
            print(f"{row.indicator_id} {row.entity_id} {row.window_end:%Y-%m-%d %H:%M} {value}")


if __name__ == "__main__":
    main()
