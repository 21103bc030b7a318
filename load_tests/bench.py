"""`make bench`: how fast is the line, stage by stage? One run on one machine, held against limits of the same run.

Starts lines of its own on free ports in temporary homes, prints one table and keeps the figures in
`load_tests/results/`. Nothing passes or fails by the clock, but a stage that lost or invented an event has no figure.
"""

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console

from citybrain.waiting import LineTimeoutError
from load_tests.machine import description
from load_tests.parts import Bench, some_parts
from load_tests.report import Failure, Figure, WrongResultError, as_table, write_results
from load_tests.stages_alerts import alerts
from load_tests.stages_ingest import (
    Facts,
    encode_and_produce,
    normalize,
    normalize_shared,
    preload,
    raw_consumer,
)
from load_tests.stages_line import first_indicator, line
from load_tests.stages_results import judge, sink
from load_tests.stages_windows import windows
from load_tests.workload import Workload
from stack.errors import StackError

RESULTS = Path(__file__).parent / "results"

# In this order each stage finds on its topics what the one before left there.
ON_PARTS: dict[str, Callable[[Bench, Facts], list[Figure]]] = {
    "raw-consumer": raw_consumer,
    "encode": encode_and_produce,
    "normalize": normalize,
    "windows": windows,
    "judge": judge,
    "sink": sink,
}
NEEDED = {
    "windows": ("normalize",),
    "judge": ("normalize", "windows"),
    "sink": ("normalize", "windows", "judge"),
    "normalize": ("encode",),
}
WHOLE: dict[str, Callable[[Workload], list[Figure]]] = {
    "normalize-shared": normalize_shared,
    "alerts": lambda _: alerts(),
    "line": line,
    "first-indicator": lambda _: first_indicator(),
}
STAGES = (*ON_PARTS, *WHOLE)


def chosen_stages(only: Iterable[str]) -> list[str]:
    """The stages to run, with those that they need, in order; all of them when none is named."""
    wanted = set(only) or set(STAGES)
    for name in list(wanted):
        wanted.update(NEEDED.get(name, ()))
    return [name for name in STAGES if name in wanted]


def run(workload: Workload, stages: list[str], console: Console) -> tuple[list[Figure], list[Failure]]:
    """Run the stages; one that fails ends those that need it, not the others."""
    figures: list[Figure] = []
    failures: list[Failure] = []

    def attempt(name: str, measured: Callable[[], list[Figure]]) -> None:
        began = time.monotonic()
        console.print(f"{name} ...", style="dim")
        missing = {failure.stage for failure in failures} & {*NEEDED.get(name, ()), "stack"}
        if missing:
            failures.append(Failure(name, f"it needs {', '.join(sorted(missing))}"))
            return
        try:
            figures.extend(measured())
        except Exception as error:  # noqa: BLE001  (whatever it was, the other figures are worth keeping)
            failures.append(Failure(name, said(error)))
        console.print(f"{name}: {time.monotonic() - began:.0f} s", style="dim")

    on_parts = [name for name in stages if name in ON_PARTS]
    if on_parts:
        facts = Facts(workload)
        try:
            with some_parts() as bench:
                console.print(f"loading {workload.events:,} raw records ...", style="dim")
                preload(bench, facts)
                for name in on_parts:
                    attempt(name, lambda name=name: ON_PARTS[name](bench, facts))  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001  (as above)
            failures.append(Failure("stack", said(error)))
    for name in stages:
        if name in WHOLE:
            attempt(name, lambda name=name: WHOLE[name](workload))  # type: ignore[misc]
    return figures, failures


def said(error: Exception) -> str:
    """What an error says; where it is none of ours, its kind too."""
    return f"{error}" if isinstance(error, (WrongResultError, LineTimeoutError, StackError)) else f"{error!r}"


def main() -> None:
    """Measure, print, keep. Exits with 1 when a stage has no figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=Workload.events, help="readings to send (%(default)s)")
    parser.add_argument(
        "--only",
        action="append",
        choices=STAGES,
        default=[],
        help="this stage and what it needs; may be repeated",
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    given = parser.parse_args()
    if given.events < 1_000:
        parser.error("--events must be 1000 at least")
    # Asked to end, it takes its lines with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    workload = Workload(events=given.events)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 170)
    at = datetime.now(UTC)
    head: dict[str, Any] = {
        "at": at.isoformat(timespec="seconds"),
        "machine": description(),
        "workload": {**asdict(workload), "links": workload.links, "windows": workload.windows},
    }
    began = time.monotonic()
    figures, failures = run(workload, chosen_stages(given.only), console)
    head["seconds"] = round(time.monotonic() - began, 1)
    head["load_after"] = [round(load, 2) for load in os.getloadavg()]
    console.print(as_table(figures, failures))
    path = given.results / f"{at:%Y%m%dT%H%M%SZ}.json"
    write_results(path, head, figures, failures)
    console.print(f"{workload.events:,} events, {workload.links:,} links; everything is in {path}.")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
