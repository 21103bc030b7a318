"""The whole line: how many events a second from raw record to indicator, at what cost, and how soon the first one."""

import time
from typing import Any

from citybrain.waiting import Patience, counts_of_run, query, wait_until_stored
from load_tests.machine import Meter
from load_tests.parts import parts_of, until, whole_line
from load_tests.report import Aim, Figure, demand_equal, rate
from load_tests.stages_results import INDICATORS_OF
from load_tests.workload import RUN_ID, Workload, recorded, send
from sinks.query import QueryError
from streams.catalog import ROAD

GIB = 1024**3
STALLED_SECONDS = 90.0
IDLE_SECONDS = 10.0
FIRST_INDICATOR_SECONDS = 180.0


def line(workload: Workload) -> list[Figure]:
    """How many events a second does the whole line take? Raw records at full speed into a running line.

    From the first record sent until every indicator, statistic and event is in the store. Sending is part of it, on
    the same cores; encoding the raw records is not. Figures of CPU are by part, without the sender.
    """
    with whole_line(simulator=False) as (settings, _):
        records = recorded(workload, settings)
        send(settings.kafka, records.entities)
        with Meter(lambda: parts_of(settings)) as idle:
            time.sleep(IDLE_SECONDS)
        stages = _Stages()
        with Meter(lambda: parts_of(settings)) as meter:
            stages.began = began = time.monotonic()
            cpu = time.process_time()
            send(settings.kafka, records.raw)
            stages.note("sending")
            sending_cpu = time.process_time() - cpu
            patience = Patience(STALLED_SECONDS, stages.note)
            wait_until_stored(settings, RUN_ID, {ROAD: workload.demanded_clock}, patience)
            seconds = time.monotonic() - began
        counts = counts_of_run(settings, RUN_ID)
        demand_equal("events normalized", workload.events, counts["normalized"])
        found = _found(settings)
        demand_equal("events in the store", workload.events, found["events"])
        demand_equal("events in link windows", workload.events, found["windowed"])
        demand_equal("late events", 0, found["late"])
        demand_equal(
            "indicators of links, whole windows",
            INDICATORS_OF["link"] * found["link_windows"],
            found["link_indicators"],
        )
    figure = rate(
        "line",
        "raw records to indicators in the store",
        workload.events,
        seconds,
        cpu_seconds=meter.spent.total,
        peak_bytes=meter.peak_bytes,
        aim=Aim("at least", 10_000),
        remark=_remark(found),
        details={
            "done_after_seconds": stages.done,
            "cpu_seconds_by_part": _rounded(meter.spent.by_part()),
            "idle_cpu_permille_by_part": _permille(idle.spent.by_part()),
            "cpu_seconds_of_sending": round(sending_cpu, 1),
            "peak_mib_by_part": {part: peak // 1024**2 for part, peak in meter.peak_by_part.items()},
            "indicators": found["indicators"],
            "statistics": found["statistics"],
        },
    )
    return [
        figure,
        Figure("line", "memory of everything, at most", meter.peak_bytes / GIB, "GiB", aim=Aim("below", 4.0)),
    ]


def first_indicator() -> list[Figure]:
    """How long after `citybrain up` does the store hold an indicator? With the simulator, set-up done, nothing kept.

    The simulator begins in the near past, so that no window has to be waited for.
    """
    with whole_line(simulator=True) as (settings, began):

        def is_there() -> bool:
            try:
                return int(query(settings, "SELECT count() AS found FROM indicators")[0]["found"]) > 0
            except QueryError:
                return False

        until(is_there, FIRST_INDICATOR_SECONDS, "an indicator in the store", 0.2)
        seconds = time.time() - began
    return [
        Figure(
            "first-indicator",
            "from `citybrain up` to the first indicator",
            seconds,
            "s",
            aim=Aim("below", 60),
        )
    ]


class _Stages:
    """When each stage of the line was last seen at work, as `wait_until_stored` tells."""

    def __init__(self) -> None:
        self.began = 0.0
        self.done: dict[str, float] = {}

    def note(self, words: str) -> None:
        self.done[words.split(" ", maxsplit=1)[0]] = round(time.monotonic() - self.began, 1)


def _found(settings: Any) -> dict[str, int]:
    whole_links = "step = 0 AND entity_type = 'link'"
    asked = {
        "events": "SELECT count() AS n FROM events_road",
        "statistics": "SELECT count() AS n FROM statistics",
        "windowed": f"SELECT sum(observations) AS n FROM statistics WHERE {whole_links}",
        "link_windows": f"SELECT count() AS n FROM statistics WHERE {whole_links}",
        "link_indicators": "SELECT count() AS n FROM indicators WHERE entity_type = 'link' AND finality = 'final' AND validity = 'valid'",
        "no_data": "SELECT count() AS n FROM indicator_history WHERE validity = 'no_data'",
        "indicators": "SELECT count() AS n FROM indicator_history",
        "late": "SELECT count() AS n FROM late_events",
    }
    return {name: int(query(settings, sql)[0]["n"]) for name, sql in asked.items()}


def _remark(found: dict[str, int]) -> str:
    return (
        f"{found['no_data']:,} rows say no_data although every link had readings" if found["no_data"] else ""
    )


def _permille(seconds: dict[str, float]) -> dict[str, int]:
    """Thousandths of one core that each part takes while nothing comes in."""
    return {name: round(value / IDLE_SECONDS * 1000) for name, value in seconds.items()}


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in sorted(seconds.items(), key=lambda item: -item[1])}
