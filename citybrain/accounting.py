"""Is every event accounted for? In each closed window: normalized = observed + late, event by event id.

The sum is made in the store, from what the sink wrote of three topics, so it is right only when all of it has come:
what does not add up at one look and is the same at the next is an alarm of the pipeline.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from citybrain.settings import Settings
from citybrain.waiting import query
from schemas.registry import Registry
from sinks.tables import tables_of_topics
from streams.catalog import ALARMS, STATISTICS, System
from streams.publishing import publish

LOOKED_BACK = timedelta(days=1)
"""Windows of the newest day of each system's newest run: older ones were looked at while they were new."""

# The one that began last: the first ticks of a run close the last window of the run before it in the same moment.
_NEWEST_RUN = """
SELECT run_id FROM {base} WHERE startsWith(measure, '{system}.') AND entity_type = 'clock'
GROUP BY run_id ORDER BY min(_appended_at) DESC LIMIT 1
"""
_CLOSED = """
SELECT DISTINCT toUnixTimestamp64Milli(window_start) AS start, run_id FROM statistics
WHERE startsWith(measure, '{system}.') AND entity_type = 'clock' AND step = 0 AND run_id = '{run_id}'
  AND window_start >= (
    SELECT max(window_start) FROM statistics
    WHERE startsWith(measure, '{system}.') AND entity_type = 'clock' AND run_id = '{run_id}'
  ) - INTERVAL {hours} HOUR
ORDER BY start
"""
_OBSERVED = """
SELECT toUnixTimestamp64Milli(window_start) AS start, run_id, sum(observations) AS events FROM statistics
WHERE startsWith(measure, '{system}.') AND entity_type = '{finest}' AND step = 0 AND {span} GROUP BY window_start, run_id
"""
_ARCHIVED = """
SELECT intDiv(toUnixTimestamp64Milli(event_time), {length}) * {length} AS start, run_id, uniqExact(event_id) AS events
FROM {view} WHERE {observed} AND event_time >= fromUnixTimestamp64Milli({begin})
  AND event_time < fromUnixTimestamp64Milli({end})
GROUP BY start, run_id
"""
_LATE = """
SELECT toUnixTimestamp64Milli(window_start) AS start, run_id, uniqExact(event_id) AS events FROM late_events
WHERE measure = '{measure}' AND {span} AND event_id IN (
  SELECT event_id FROM {view} WHERE {observed} AND event_time >= fromUnixTimestamp64Milli({begin})
    AND event_time < fromUnixTimestamp64Milli({end})
) GROUP BY window_start, run_id
"""
_RECOVERED = """
SELECT toUnixTimestamp64Milli(window_start) AS start, run_id, max(late_events) AS events FROM restatements
WHERE measure = '{measure}' AND {span} GROUP BY window_start, run_id
"""
_RAISED = "SELECT alarm_id FROM pipeline_alarms WHERE state = 'raised'"


@dataclass(frozen=True)
class Account:
    """The events of one closed window of one run; times in milliseconds, the rest counts.

    `late` are those that no restatement has counted in since.
    """

    measure: str
    start: int
    end: int
    run_id: str
    archived: int
    observed: int
    late: int

    @property
    def unaccounted(self) -> int:
        """Events in no statistic and not late; negative where something was counted that nobody normalized."""
        return self.archived - self.observed - self.late

    @property
    def alarm_id(self) -> str:
        """The same for the same window."""
        return f"unaccounted|{self.measure}|{self.start}|{self.run_id}"


def accounts(settings: Settings) -> Iterator[Account]:
    """The closed windows of the newest day of each system's newest run. Errors of the store pass through."""
    for system in settings.chosen:
        yield from _of_system(settings, system)


def raised(settings: Settings) -> int:
    """How many alarms are raised now. Errors of the store pass through."""
    return len(query(settings, _RAISED))


class Accountant:
    """Looks again and again, and tells what changed: a window that does not add up twice, or does at last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._suspected: dict[str, Account] = {}
        self.accounts: Sequence[Account] = ()
        """Of the last look."""

    def look(self) -> list[Account]:
        """Windows that did not add up at two looks, the same way; their alarms are published."""
        self.accounts = tuple(accounts(self._settings))
        found = {account.alarm_id: account for account in self.accounts}
        wrong = {key: account for key, account in found.items() if account.unaccounted}
        certain = {key: account for key, account in wrong.items() if self._suspected.get(key) == account}
        self._suspected = wrong
        known = {row["alarm_id"] for row in query(self._settings, _RAISED)}
        cleared = [found[key] for key in sorted(known & found.keys() - wrong.keys())]
        new = [certain[key] for key in sorted(certain.keys() - known)]
        self._tell([*(alarm(one, "raised") for one in new), *(alarm(one, "cleared") for one in cleared)])
        return list(certain.values())

    @property
    def has_doubts(self) -> bool:
        """Whether the last look found something that the next one has to confirm."""
        return bool(self._suspected)

    def _tell(self, alarms: Iterable[Mapping[str, Any]]) -> None:
        told = [(one["alarm_id"], one) for one in alarms]
        if told:
            publish(self._settings.kafka, Registry(self._settings.registry), ALARMS, told)


def alarm(account: Account, state: str) -> dict[str, Any]:
    """The record of an account that does not add up, or does again."""
    if state == "cleared":
        message = "Every event of the window is accounted for again."
    elif account.unaccounted > 0:
        message = (
            f"{account.unaccounted} normalized events are in no statistic and not among the late ones: "
            f"`citybrain restate --measure {account.measure} --from … --to …` counts the window again; the logs of "
            "jobs and taskmanager say why."
        )
    else:
        message = (
            f"{-account.unaccounted} more observations than normalized events: were events archived? "
            "`citybrain status` shows how far the sink is behind, and `citybrain explain` what went into a number."
        )
    return {
        "alarm_id": account.alarm_id,
        "state": state,
        "told_at": time.time_ns() // 1_000_000,
        "measure": account.measure,
        "window_start": account.start,
        "window_end": account.end,
        "run_id": account.run_id,
        "archived": account.archived,
        "observed": account.observed,
        "late": account.late,
        "message": message,
    }


def _of_system(settings: Settings, system: System) -> Iterator[Account]:
    source = system.source
    (statistics,) = tables_of_topics()[STATISTICS.name]
    runs = query(settings, _NEWEST_RUN.format(base=statistics.base, system=system.slug))
    if not runs:
        return
    newest = runs[0]
    hours = LOOKED_BACK // timedelta(hours=1)
    closed = query(settings, _CLOSED.format(system=system.slug, hours=hours, run_id=newest["run_id"]))
    if not closed:
        return
    length = source.window // timedelta(milliseconds=1)
    begin, end = int(closed[0]["start"]), int(closed[-1]["start"]) + length
    (table,) = tables_of_topics()[source.topic.name]
    asked = {
        "system": system.slug,
        "measure": source.measure,
        "finest": source.counted_once_in,
        "observed": source.observed,
        "view": table.view,
        "length": length,
        "begin": begin,
        "end": end,
        "span": f"window_start >= fromUnixTimestamp64Milli({begin}) AND window_start < fromUnixTimestamp64Milli({end})",
    }
    archived, observed, late, recovered = (
        {
            (int(row["start"]), row["run_id"]): int(row["events"])
            for row in query(settings, sql.format(**asked))
        }
        for sql in (_ARCHIVED, _OBSERVED, _LATE, _RECOVERED)
    )
    for row in closed:
        key = (int(row["start"]), row["run_id"])
        yield Account(
            source.measure,
            key[0],
            key[0] + length,
            key[1],
            archived.get(key, 0),
            observed.get(key, 0),
            max(0, late.get(key, 0) - recovered.get(key, 0)),
        )
