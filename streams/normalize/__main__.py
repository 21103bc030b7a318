"""`python -m streams.normalize`: the normalizer as a process of its own."""

import argparse
import gc
import os
import signal
import threading
import time

from schemas.registry import Registry
from streams.normalize.loop import NormalizeLoop


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default=os.environ.get("CITYBRAIN_KAFKA_BOOTSTRAP"))
    parser.add_argument("--registry", default=os.environ.get("CITYBRAIN_REGISTRY_URL"))
    parser.add_argument("--mode", default=os.environ.get("CITYBRAIN_MODE", "replay"))
    parser.add_argument("--instance", default="0")
    given = parser.parse_args()
    # A batch makes many objects and no cycles: looking for them took a tenth of the time.
    gc.set_threshold(100_000, 50, 100)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    live_now = (lambda: time.time_ns() // 1_000_000) if given.mode == "live" else None
    NormalizeLoop(given.bootstrap, Registry(given.registry), live_now, given.instance).run(stop.is_set)


if __name__ == "__main__":
    main()
