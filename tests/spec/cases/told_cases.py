"""Stories of cases as text: what comes in, line by line, and what is told of it, line by line."""

import sys
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from schemas.records import schema
from streams.cases.desk import CaseDesk, Changed, Counted, Gone, Result
from streams.cases.kinds import Kinds
from streams.cases.kinds_file import kinds_of_file
from streams.catalog import SYSTEMS
from streams.keyed_state import KeyedState

DAY = datetime(2026, 4, 1, tzinfo=UTC)
KINDS: Kinds = kinds_of_file("", "Asia/Shanghai")
RUN = "run-1"


def at(text: str) -> int:
    """`09:15`, `09:15:30` or `+1 09:15` on the first of April 2026, UTC, in epoch milliseconds."""
    days, _, clock = text.rpartition(" ")
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    moment = DAY + timedelta(days=int(days or 0), hours=hours, minutes=minutes, seconds=sum(seconds))
    return round(moment.timestamp() * 1000)


def shown(moment: int) -> str:
    """The other way round."""
    found = datetime.fromtimestamp(moment / 1000, UTC)
    days = (found - DAY).days
    clock = f"{found:%H:%M:%S}" if found.second else f"{found:%H:%M}"
    return f"+{days} {clock}" if days else clock


def event(slug: str, moment: int, entity: str | None, **fields: Any) -> dict[str, Any]:
    """A normalized event of a system; what is not given is null."""
    record = SYSTEMS[slug].normalized.record
    blank = {found["name"]: None for found in schema(record)["fields"]}
    own = ":".join(str(part) for part in (slug, entity, moment, *fields.values()))
    head = {
        "event_id": own if entity else "",
        "entity_id": entity,
        "event_time": moment,
        "ingest_time": moment,
        "source": "dispatch" if entity else "clock",
        "quality": "good",
        "run_id": RUN,
        "area_id": "simcity/east" if entity else None,
    }
    return {**blank, **head, **fields}


def tick(slug: str, moment: int, run_id: str = RUN) -> dict[str, Any]:
    """The city clock of a system."""
    return event(slug, moment, None, run_id=run_id)


def command(
    name: str, target: str, moment: int, *, until: int | None = None, **parameters: str
) -> dict[str, Any]:
    """A command, given by the duty officer."""
    return {
        "command_id": f"{name}@{moment}:{target}:{sorted(parameters.items())}",
        "command": name,
        "target": target,
        "by": "duty-officer",
        "reason": parameters.pop("reason", "on request"),
        "until": until,
        "parameters": parameters,
        "event_time": moment,
        "source": parameters.pop("source", "manual"),
        "mode": "simulated",
        "run_id": RUN,
    }


class City:
    """A desk with one partition a system, and what it told."""

    def __init__(
        self, state: KeyedState | None = None, partitions: int = 1, line: Collection[str] = ()
    ) -> None:
        self.state = KeyedState() if state is None else state
        of_systems = dict.fromkeys(KINDS.systems, partitions)
        self.desk = CaseDesk(self.state, KINDS, "simulated", of_systems, line)
        self.results: list[Result] = []

    def comes(self, slug: str, *events: dict[str, Any], partition: int = 0) -> list[str]:
        """What events lead to."""
        return self._noted(found for one in events for found in self.desk.on_event(slug, partition, one))

    def ticks(self, slug: str, clock: str, partition: int = 0) -> list[str]:
        """What a tick leads to."""
        return self.comes(slug, tick(slug, at(clock)), partition=partition)

    def second(self, clock: str) -> list[str]:
        """What the clock on the wall leads to between the ticks."""
        return self._noted(self.desk.on_second(at(clock)))

    def told(self, name: str, target: str, clock: str, **more: Any) -> list[str]:
        """What a command leads to."""
        return self._noted(self.desk.on_command(command(name, target, at(clock), **more)))

    def _noted(self, results: Any) -> list[str]:
        found = list(results)
        self.results += found
        return [line for result in found if (line := line_of(result))]

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Every change that was told."""
        return [result.record for result in self.results if isinstance(result, Changed)]

    @property
    def counted(self) -> list[dict[str, Any]]:
        """Every statistic that was told."""
        return [result.record for result in self.results if isinstance(result, Counted)]

    def count_of(self, entity: str, clock: str) -> tuple[int, ...]:
        """Open, at risk, overdue, due within half an hour, supervised: of an entity at a minute."""
        (found,) = [
            row["sums"]
            for row in self.counted
            if (row["entity_id"], row["window_end"]) == (entity, at(clock))
        ]
        return tuple(found[name] for name in ("open", "at_risk", "overdue", "due_30min", "supervised"))


def line_of(result: Result) -> str:
    """A change as a line; counts are none."""
    if isinstance(result, Gone):
        return f"{result.case_id} gone"
    if isinstance(result, Counted):
        return ""
    record = result.record
    outcome = f" {record['outcome']}" if record["outcome"] else ""
    return (
        f"{shown(record['event_time'])} {record['case_id']} {record['sequence']} {record['change']} "
        f"{record['state']} {record['status']}{outcome} {record['risk']}"
    )


def stamp(clock: str, incident: str, stage: str, unit: str | None = None, **more: Any) -> dict[str, Any]:
    """A stage of an emergency incident."""
    return event("emergency", at(clock), incident, stage=stage, unit_id=unit, incident_type="medical", **more)
