"""How does an alert read as a message of the Common Alerting Protocol? Pure: fields in, XML text out.

CAP 1.2, OASIS Standard of 1 July 2010. Urgency and certainty are our decision, made here: an exceedance is observed,
so that it is `Immediate` for levels I and II and `Expected` for III and IV; what is over is `Past`. A value is
`Observed` when it is final, `Likely` while it is provisional; of what is silent nothing is known.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from streams.alerts.levels import LEVELS
from streams.deliver.shapes import Ring, Shape
from streams.deliver.telling import Alert, readable

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CATEGORIES = frozenset(
    "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other".split()  # noqa: SIM905
)
HEADLINE_CHARACTERS = 160
"""What CAP 1.2, 3.2.2, recommends for a headline, so that it fits a short message."""
TEXT_CHARACTERS = 2_000
_REQUIRED = frozenset({"event", "areaDesc", "valueName", "value"})
WITHIN = "For the operations centre and its duty officers alone."

Status = Literal["Draft", "Actual", "Exercise", "Test"]
MsgType = Literal["Alert", "Update", "Cancel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a document says beside its alert. `sent_ms` is epoch milliseconds; `references` as CAP writes them."""

    identifier: str
    sender: str
    sender_name: str
    sent_ms: int
    status: Status
    msg_type: MsgType
    references: str = ""
    note: str = ""


def reference_to(sender: str, identifier: str, sent_ms: int, zone: ZoneInfo) -> str:
    """How another message names one: sender,identifier,sent."""
    return f"{sender},{identifier},{cap_time(sent_ms, zone)}"


def cap_time(milliseconds: int, zone: ZoneInfo) -> str:
    """A moment as CAP 1.2 wants it: whole seconds, an offset in hours and minutes, and never a `Z`."""
    at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    local = at.astimezone(zone)
    text = local.isoformat(timespec="seconds")
    if len(text) == len("2026-01-01T00:00:00+08:00") and not text.endswith("+00:00"):
        return text
    # UTC itself is written -00:00 (3.3.2); so are the odd offsets from before there were zones.
    return f"{at:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + "-00:00"


def cap_document(message: Message, alert: Alert, shape: Shape | None, zone: ZoneInfo) -> str:
    """The document as text, with its XML declaration. `shape` is that of the alert's area, where it is known."""
    root = ET.Element("alert", {"xmlns": NAMESPACE})
    is_public = message.status == "Actual"
    _texts(
        root,
        ("identifier", message.identifier),
        ("sender", message.sender),
        ("sent", cap_time(message.sent_ms, zone)),
        ("status", message.status),
        ("msgType", message.msg_type),
        ("source", f"{alert['rule_id']} version {alert['rule_version']}"),
        ("scope", "Public" if is_public else "Restricted"),
        ("restriction", "" if is_public else WITHIN),
        ("note", message.note),
        ("references", message.references),
        ("incidents", incident_of(str(alert["alert_id"]))),
    )
    _info(ET.SubElement(root, "info"), message, alert, zone)
    _area(root[-1], alert, shape)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def incident_of(alert_id: str) -> str:
    """The alert as CAP groups messages by it: without blanks and quotes, which separate incidents there."""
    return "".join("_" if letter.isspace() or letter in '",<&' else letter for letter in alert_id)


def _info(info: ET.Element, message: Message, alert: Alert, zone: ZoneInfo) -> None:
    level, is_over = LEVELS[alert["level"]], message.msg_type == "Cancel"
    runbook = alert["runbook"] or ""
    is_page = urlsplit(runbook).scheme in {"http", "https"} if _is_address(runbook) else False
    words = f"{alert['title']} ({level.roman} {level.colour_zh} {level.colour_en})"
    category = alert["cap_category"] if alert["cap_category"] in CATEGORIES else "Other"
    _texts(
        info,
        ("language", "zh-CN"),
        ("category", category),
        ("event", alert["rule_id"]),
        ("responseType", "AllClear" if is_over else "Monitor"),
        ("urgency", _urgency(alert, is_over=is_over)),
        ("severity", level.cap_severity),
        ("certainty", _certainty(alert)),
        ("effective", cap_time(message.sent_ms, zone)),
        ("onset", cap_time(alert["began_at"], zone)),
        ("senderName", message.sender_name),
    )
    _text(info, "headline", words, HEADLINE_CHARACTERS)
    _text(info, "description", _description(alert))
    _text(info, "instruction", "" if is_page else runbook)
    _text(info, "web", runbook if is_page else "")
    for name, value in (
        ("citybrain:alert_id", alert["alert_id"]),
        ("citybrain:sequence", str(alert["sequence"])),
        ("citybrain:level", level.roman),
        ("citybrain:indicator", alert["indicator_id"]),
        ("citybrain:entity", f"{alert['entity_type']} {alert['entity_id']}"),
        ("citybrain:mode", alert["mode"]),
    ):
        _named(info, "parameter", name, value)


def _description(alert: Alert) -> str:
    parts = [str(alert["title"])]
    if alert["value"] is not None:
        limit = "" if alert["threshold"] is None else f", level {alert['threshold']:g}"
        parts.append(f"{alert['indicator_id']} = {alert['value']:g} {alert['unit']}{limit}")
    parts += [str(said) for said in (alert["standard"], alert["reason"]) if said]
    return "\n".join(parts)


def _urgency(alert: Alert, *, is_over: bool) -> str:
    if is_over:
        return "Past"
    if alert["kind"] in {"no_data", "test"}:
        return "Unknown"
    return "Immediate" if alert["level"] <= 2 else "Expected"


def _certainty(alert: Alert) -> str:
    if alert["kind"] in {"no_data", "test"}:
        return "Unknown"
    return "Likely" if alert["finality"] == "provisional" else "Observed"


def _area(info: ET.Element, alert: Alert, shape: Shape | None) -> None:
    area_id = alert["area_id"] or ""
    area = ET.SubElement(info, "area")
    place = shape.name if shape and shape.name else area_id
    _text(area, "areaDesc", f"{place}: {alert['entity_id']}" if place else str(alert["entity_id"]))
    for ring in shape.rings if shape else ():
        _text(area, "polygon", _ring(ring), len(_ring(ring)))
    if alert["latitude"] is not None and alert["longitude"] is not None and not (shape and shape.rings):
        _text(area, "circle", f"{alert['latitude']:.6f},{alert['longitude']:.6f} 0")
    if area_id:
        _named(area, "geocode", "citybrain:area_id", area_id)
    if shape and shape.code:
        _named(area, "geocode", "GB/T 2260", shape.code)


def _ring(ring: Ring) -> str:
    return " ".join(f"{latitude:.6f},{longitude:.6f}" for longitude, latitude in ring)


def _is_address(text: str) -> bool:
    try:
        return bool(urlsplit(text).netloc) and not any(letter.isspace() for letter in text)
    except ValueError:
        return False


def _named(parent: ET.Element, tag: str, name: str, value: str) -> None:
    _texts(ET.SubElement(parent, tag), ("valueName", name), ("value", value))


def _texts(parent: ET.Element, *named: tuple[str, str]) -> None:
    for tag, text in named:
        _text(parent, tag, text)


def _text(parent: ET.Element, tag: str, text: str, characters: int = TEXT_CHARACTERS) -> None:
    """An element, unless it has nothing to say and may be left out."""
    if text or tag in _REQUIRED:
        ET.SubElement(parent, tag).text = readable(text, characters)
