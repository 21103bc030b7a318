"""Which CAP messages does the life of an alert lead to, and when may one be `Actual`? A pure fold.

What is drafted goes nowhere by itself. It is issued when somebody on duty releases it, on a live line alone; levels
I and II need two different roles. A newer draft takes the place of an older one, which can then not be released.
References stay among messages of one status: whoever follows `Actual` ones never needs a draft.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from streams.deliver.cap import Message, MsgType, Status, cap_document, reference_to
from streams.deliver.shapes import Shape
from streams.deliver.telling import Alert, As, is_firing, is_muted, is_over, outside, readable, same_role

Record = dict[str, Any]

TWO_ROLES_UP_TO = 2
"""Levels I and II need a second person."""
ALERTS_MAX = 2_000
"""Alerts that are remembered; of one further back nothing can be released any more."""
COMMANDS_MAX = 20_000
MESSAGES_MAX = 50
"""Messages of one alert that are remembered."""
REFERENCES_MAX = 10
"""Messages that a successor names; who has those has the ones before."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who says it: an id as CAP wants it, and a name for people. An empty id means that none was declared."""

    id: str = ""
    name: str = ""


@dataclass(slots=True)
class _Known:
    """Of one alert: its messages, the newest of each status, and every reference that a successor has to name."""

    messages: OrderedDict[str, Record] = field(default_factory=OrderedDict)
    newest: dict[str, Record] = field(default_factory=dict)
    references: dict[str, list[str]] = field(default_factory=dict)
    sequence: int = 0
    level: int | None = None


class CapDesk:
    """CAP messages of one line. `learn` what was written before, then feed it alerts and commands in their order."""

    def __init__(self, sender: Sender, line_mode: str, zone: ZoneInfo, shapes: Mapping[str, Shape]) -> None:
        self._sender = sender
        self._line_mode = line_mode
        self._zone = zone
        self._shapes = shapes
        self._alerts: OrderedDict[str, _Known] = OrderedDict()
        self._alert_of: dict[str, str] = {}
        self._commands: OrderedDict[str, None] = OrderedDict()

    def learn(self, record: Record) -> None:
        """Remember a record of `city.cap.v1`, as written by a process before."""
        if record["command_id"] is not None:
            self._commands[record["command_id"]] = None
            while len(self._commands) > COMMANDS_MAX:
                self._commands.popitem(last=False)
        if not record["alert_id"]:
            return
        known = self._known(record["alert_id"])
        status, newest = record["status"], known.newest.get(record["status"])
        if record["identifier"] not in known.messages:
            is_chained = record["msg_type"] != "Alert"
            before = known.references.get(status, []) if is_chained else []
            known.references[status] = [*before, self._reference(record)][-REFERENCES_MAX:]
        if newest is None or record["alert_sequence"] >= newest["alert_sequence"]:
            known.newest[status] = record
        self._keep(known, record)
        if status != "Actual" and record["alert_sequence"] >= known.sequence:
            known.sequence = record["alert_sequence"]
            known.level = None if record["msg_type"] == "Cancel" else record["level"]
        if status == "Test" and record["msg_type"] == "Cancel":
            # There is one a minute on a line that proves its path, and nothing ever refers to it again.
            self._forget(record["alert_id"])

    def on_alert(self, alert: Alert) -> list[Record]:
        """The message that a change of an alert leads to, if it leads to one. A change that is known leads to none."""
        known = self._alerts.get(alert["alert_id"])
        if known is not None and alert["sequence"] <= known.sequence:
            return []
        msg_type = _type_of(alert, known.level if known else None)
        if msg_type is None:
            return []
        record = self._made(alert, msg_type, self._status_of(alert), alert["event_time"])
        self.learn(record)
        return [record]

    def on_command(self, command: Mapping[str, Any]) -> list[Record]:
        """What a `cap.release` leads to. One that was obeyed or refused before leads to nothing."""
        if command["command"] != "cap.release" or command["command_id"] in self._commands:
            return []
        draft = self._draft(command["target"])
        refusal = self._why_not(draft, command)
        records = list(self._released(draft, command)) if draft and not refusal else []
        if refusal:
            records = [self._refused(draft, command, refusal)]
        for record in records:
            self.learn(record)
        return records

    def _released(self, draft: Record, command: Mapping[str, Any]) -> Iterator[Record]:
        approvals = [*draft["approvals"], command["by"]]
        signed = {
            "by": command["by"],
            "reason": command["reason"] or None,
            "command_id": command["command_id"],
        }
        at = command["event_time"]
        change = {"change": "approved", "sequence": draft["sequence"] + 1, "event_time": at}
        yield {**draft, **change, **signed, "approvals": approvals}
        if len(approvals) < roles_needed(draft["level"]):
            return
        alert = orjson.loads(draft["alert"])
        known = self._known(draft["alert_id"])
        issued = known.newest.get("Actual")
        msg_type: MsgType = draft["msg_type"]
        if msg_type != "Cancel":
            msg_type = "Update" if issued and issued["msg_type"] != "Cancel" else "Alert"
        made = self._made(alert, msg_type, "Actual", at)
        made |= {"change": "issued", "approvals": approvals, "draft_id": draft["identifier"]}
        yield made | signed

    def _why_not(self, draft: Record | None, command: Mapping[str, Any]) -> str:
        """Why a message may not be released, in a sentence; empty when it may."""
        if draft is None:
            return f"no message {readable(command['target'], 80)!r} is known here; `citybrain cap list` shows them"
        if draft["status"] != "Draft":
            return f"it is {draft['status']}: only a draft can be released"
        if outside(self._line_mode, draft["mode"], command["mode"]) is not As.REAL:
            return f"the line is {self._line_mode} and the alert {draft['mode']}: only what is live becomes Actual"
        if not self._sender.id:
            return "no sender is declared: write `cap: {sender: …}` into the file of CITYBRAIN_RECEIVERS"
        return self._why_not_now(draft, self._known(draft["alert_id"]), command["by"])

    @staticmethod
    def _why_not_now(draft: Record, known: _Known, by: str) -> str:
        """The same, of a draft that could be released at its time."""
        newest, issued = known.newest["Draft"], known.newest.get("Actual")
        if newest["identifier"] != draft["identifier"]:
            return f"it is out of date: {newest['identifier']} says how the alert stands now"
        if issued and issued["draft_id"] == draft["identifier"]:
            return f"it was released already, as {issued['identifier']}"
        if draft["msg_type"] == "Cancel" and (issued is None or issued["msg_type"] == "Cancel"):
            return "nothing of this alert was released that could be cancelled"
        if same_role(by) in map(same_role, draft["approvals"]):
            return f"{by} has released it already; levels I and II need a second role"
        return ""

    def _refused(self, draft: Record | None, command: Mapping[str, Any], why: str) -> Record:
        said = {
            "change": "refused",
            "event_time": command["event_time"],
            "by": command["by"],
            "reason": why,
            "command_id": command["command_id"],
        }
        if draft is not None:
            return {**draft, **said, "sequence": draft["sequence"] + 1}
        return {
            "identifier": command["target"],
            "sequence": 1,
            "status": "Draft",
            "msg_type": "Alert",
            "sent_at": command["event_time"],
            "sender": self._id(),
            "references": None,
            "alert_id": "",
            "alert_sequence": 0,
            "level": 4,
            "headline": "",
            "area_id": None,
            "approvals": [],
            "draft_id": None,
            "xml": "",
            "alert": "{}",
            "mode": command["mode"],
            "run_id": command["run_id"],
            **said,
        }

    def _made(self, alert: Alert, msg_type: MsgType, status: Status, at: int) -> Record:
        known = self._known(alert["alert_id"])
        references = "" if msg_type == "Alert" else " ".join(known.references.get(status, []))
        message = Message(
            identifier=identifier_of(alert, status),
            sender=self._id(),
            sender_name=self._sender.name,
            sent_ms=at,
            status=status,
            msg_type=msg_type,
            references=references,
            note=_note(alert, status),
        )
        shape = self._shapes.get(alert["area_id"] or "")
        return {
            "identifier": message.identifier,
            "sequence": 1,
            "change": "drafted" if status == "Draft" else "issued",
            "event_time": at,
            "status": status,
            "msg_type": msg_type,
            "sent_at": at,
            "sender": message.sender,
            "references": references or None,
            "alert_id": alert["alert_id"],
            "alert_sequence": alert["sequence"],
            "level": alert["level"],
            "headline": readable(alert["title"], 500),
            "area_id": alert["area_id"],
            "approvals": [],
            "draft_id": None,
            "by": None,
            "reason": None,
            "command_id": None,
            "xml": cap_document(message, alert, shape, self._zone),
            "alert": orjson.dumps(_clean(alert)).decode(),
            "mode": alert["mode"],
            "run_id": alert["run_id"],
        }

    def _status_of(self, alert: Alert) -> Status:
        """What a message is without anybody's release; never `Actual`."""
        if "drill" in {alert["mode"], self._line_mode}:
            return "Exercise"
        return "Test" if alert["kind"] == "test" else "Draft"

    def _reference(self, record: Record) -> str:
        return reference_to(record["sender"], record["identifier"], record["sent_at"], self._zone)

    def _id(self) -> str:
        return self._sender.id or "citybrain.invalid"

    def _draft(self, identifier: str) -> Record | None:
        known = self._alerts.get(self._alert_of.get(identifier, ""))
        return known.messages.get(identifier) if known else None

    def _keep(self, known: _Known, record: Record) -> None:
        known.messages[record["identifier"]] = record
        self._alert_of[record["identifier"]] = record["alert_id"]
        if len(known.messages) > MESSAGES_MAX:
            self._alert_of.pop(known.messages.popitem(last=False)[0], None)

    def _known(self, alert_id: str) -> _Known:
        known = self._alerts.get(alert_id)
        if known is None:
            known = self._alerts[alert_id] = _Known()
        self._alerts.move_to_end(alert_id)
        if len(self._alerts) > ALERTS_MAX:
            self._forget(next(iter(self._alerts)))
        return known

    def _forget(self, alert_id: str) -> None:
        for identifier in self._alerts.pop(alert_id).messages:
            self._alert_of.pop(identifier, None)


def identifier_of(alert: Alert, status: str) -> str:
    """The message's identifier: of the alert, its change and the status, so that a repeat is the same message."""
    digest = hashlib.sha256(str(alert["alert_id"]).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return f"citybrain-{digest}-{alert['sequence']}-{status.lower()}"


def _type_of(alert: Alert, level_told: int | None) -> MsgType | None:
    """The type of message, by the level that was last told of the alert; None when there is nothing to say."""
    if is_over(alert):
        return None if level_told is None else "Cancel"
    if not is_firing(alert) or is_muted(alert) or alert["level"] == level_told:
        return None
    return "Alert" if level_told is None else "Update"


def _note(alert: Alert, status: Status) -> str:
    said = []
    if status == "Exercise":
        said.append("演练 This is an exercise.")
    if status == "Draft" and alert["mode"] != "live":
        said.append(f"Of a {alert['mode']} line: nothing of it has happened now.")
    if alert["change"] == "corrected":
        said.append("The value was corrected: the alert should not have been.")
    return " ".join(said)


def _clean(alert: Alert) -> Record:
    """The alert as JSON can hold it."""
    return {
        key: readable(value, len(value) + 1) if isinstance(value, str) else value
        for key, value in alert.items()
        if key != "labels"
    }


def roles_needed(level: int) -> int:
    """How many different roles have to release a message of a level."""
    return 2 if level <= TWO_ROLES_UP_TO else 1
