"""What power do the process lines of the simulated city's polluting firms draw? JSON, as `feeds/gateway.py` says.

A reading: `credit_code` of the enterprise (统一社会信用代码, 18 characters), `line`, `at` (ISO 8601 with its offset),
`production_kw`, `treatment_kw`. Of the code only a digest reaches an event, and nothing of it a message.
"""

import re
from collections.abc import Mapping
from typing import Any

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point
from feeds.pseudonyms import pseudonym

POWER_W = (0, 2_000_000_000)
"""More than any factory draws."""
_W_PER_KW = 1_000
# GB 32100: digits and capital letters without I, O, S, V and Z.
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)


def enterprise_of(credit_code: str) -> str:
    """The name under which an enterprise is known on the line."""
    return pseudonym("enterprise", credit_code)


def _enterprise(reading: Mapping[str, Any], who: str) -> str:
    code = reading.get("credit_code")
    if not isinstance(code, str) or not _CREDIT_CODE.fullmatch(code):
        raise UnfitError(RejectReason.MISSING_ENTITY, f"{who}: credit_code is missing, or is none")
    return enterprise_of(code)


def _named(event: Event) -> Event:
    """The event with the enterprise before its line: many have a line 1."""
    line = f"{event['enterprise_id']}:{event['entity_id']}"
    return {**event, "entity_id": line, "event_id": f"city:{line}:{event['event_time']}"}


FEED = city_gateway(
    "pollution-power",
    "Meters in polluting firms",
    "line",
    {
        "enterprise_id": _enterprise,
        "production_w": fixed_point("production_kw", _W_PER_KW, *POWER_W),
        "treatment_w": fixed_point("treatment_kw", _W_PER_KW, *POWER_W),
    },
    completed=_named,
)
