"""Rules in YAML, values in, changes of alerts out: what every story of alerts needs."""

from typing import Any

from citybrain.alert_rules import next_versions, rules_of
from schemas.codec import Encoder
from streams.alerts.engine import Alerts
from streams.alerts.world import Told
from streams.commands import command_of
from streams.keyed_state import KeyedState
from streams.told import Told as Mark

MINUTE = 60_000
START = 1_775_001_600_000 // 3_600_000 * 3_600_000
"""A full hour, 08:00 in Shanghai on a Wednesday, 2026-04-01."""
RUN = "run-1"
HEAD = "    cap_category: Transport\n    department: Traffic police\n"
TPI = """
  - id: road.congestion
    name_zh: 拥堵
    name_en: Congestion
    indicator: road.tpi
    levels:
      2: {raise: 8, clear: 7}
      3: {raise: 6, clear: 5}
"""
HEARTBEAT = """
  - id: line.heartbeat
    name_zh: 自检
    name_en: Heartbeat
    kind: test
"""
_ENCODERS = {
    "city.alerts.v1": Encoder("alert", 1),
    "city.commands.v1": Encoder("command", 1),
    "city.statistics.v1": Encoder("statistic", 1),
}


def rules(text: str) -> list[dict[str, Any]]:
    """Records of rules; each entry may leave out category and department."""
    whole = "rules:\n" + text.replace("\n  - id", HEAD_MARK + "\n  - id").removeprefix(HEAD_MARK) + HEAD
    whole = whole.replace(HEAD_MARK, "\n" + HEAD.rstrip("\n"))
    return list(next_versions(rules_of({"a.yaml": whole.encode()}, "here"), {}, by="test", now_ms=0))


HEAD_MARK = "\0"


class Town:
    """Alerts of a town; time is minutes after `START`."""

    def __init__(self, text: str = TPI, state: KeyedState | None = None, partitions: int = 1) -> None:
        self.state = state or KeyedState()
        self.alerts = Alerts(self.state, zone="Asia/Shanghai", mode="simulated", partitions=partitions)
        self.records: list[dict[str, Any]] = []
        self.told: list[Told] = []
        self.partitions = partitions
        for record in rules(text):
            self.take(self.alerts.on_rule(record))

    def take(self, told: list[Told]) -> list[str]:
        """Keep what was told; gives the changes of alerts."""
        for one in told:
            if one.record is not None and one.topic in _ENCODERS:
                assert _ENCODERS[one.topic].encode(one.record)
        self.told += told
        found = [dict(one.record) for one in told if one.topic == "city.alerts.v1" and one.record]
        self.records += found
        return [record["change"] for record in found]

    def value(self, minute: float, value: float | None, entity: str = "d01", **other: Any) -> list[str]:
        """A final value of a window of five minutes that ends at a minute."""
        partition = other.pop("partition", 0)
        row = value_row(minute, value, entity, **other)
        moment = START + round(minute * MINUTE)
        return self.take(self.alerts.on_row(row, moment, partition))

    def mark(self, minute: float, measure: str = "road.travel_time", run: str = RUN) -> list[str]:
        """Everything before a minute was told, in all partitions."""
        found: list[str] = []
        for partition in range(self.partitions):
            mark = Mark(measure, run, START + round(minute * MINUTE))
            found += self.take(self.alerts.on_mark(mark, partition))
        return found

    def command(self, minute: float, name: str, target: str = "", **other: Any) -> list[str]:
        """A command of the duty officer; by itself about the newest alert."""
        if other.get("until") is not None:
            other["until"] = START + round(other["until"] * MINUTE)
        other.setdefault("by", "duty-officer")
        other.setdefault("reason", "because")
        command = command_of(
            name,
            target or self.last["alert_id"],
            event_time=START + round(minute * MINUTE),
            mode="simulated",
            run_id=RUN,
            **other,
        )
        return self.take(self.alerts.on_command(command))

    @property
    def last(self) -> dict[str, Any]:
        """The newest record of an alert."""
        return self.records[-1]

    @property
    def changes(self) -> list[str]:
        """All changes so far."""
        return [record["change"] for record in self.records]

    def minutes(self, *changes: str) -> list[tuple[str, float]]:
        """Changes with the minutes at which they happened."""
        return [
            (record["change"], (record["event_time"] - START) / MINUTE)
            for record in self.records
            if not changes or record["change"] in changes
        ]


def value_row(minute: float, value: float | None, entity: str = "d01", **other: Any) -> dict[str, Any]:
    """A row of `city.indicators.v1`. `step`: of a window that is open; `restated`: how often it was told anew."""
    step, restated = other.pop("step", 0), other.pop("restated", 0)
    end = START + round(minute * MINUTE)
    if step:
        end += (5 - step) * MINUTE
    row = {
        "indicator_id": "road.tpi",
        "entity_type": "area",
        "entity_id": entity,
        "area_id": f"town/{entity}",
        "window_start": end - 5 * MINUTE,
        "window_end": end,
        "value": value,
        "unit": "1",
        "grade": None,
        "validity": "valid" if value is not None else "no_data",
        "observations": 10,
        "expected": None,
        "standard": "GB/T 33171",
        "edition": "2016",
        "clause": "7",
        "finality": "provisional" if step else "restated" if restated else "final",
        "revision": step or 999 + 1000 * restated,
        "computed_at": 0,
        "inputs": {},
        "details": {},
        "mode": "simulated",
        "run_id": RUN,
    }
    return row | other
