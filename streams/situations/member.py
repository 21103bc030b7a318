"""What can be a part of a joint event? Raised alerts and open cases, as far as joining needs to know them."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Member(NamedTuple):
    """An alert or a case. `key` is `alert:<id>` or `case:<id>`; `began` is epoch milliseconds; level 1 to 4."""

    key: str
    system: str
    began: int
    level: int
    area_id: str | None
    longitude: float
    latitude: float


_NO_LEVEL = 4
_ALERT, _CASE = "alert", "case"


def alert_key(alert_id: str) -> str:
    """How an alert is named among the members."""
    return f"{_ALERT}:{alert_id}"


def case_key(case_id: str) -> str:
    """How a case is named among the members."""
    return f"{_CASE}:{case_id}"


def member_of_alert(alert: Mapping[str, Any]) -> Member | None:
    """The member that an alert's change makes it; None where it is over, only pending, a test, or nowhere."""
    if alert["state"] != "raised" or alert["kind"] != "state" or alert["longitude"] is None:
        return None
    return Member(
        alert_key(alert["alert_id"]),
        alert["system"],
        alert["raised_at"] or alert["began_at"],
        alert["level"],
        alert["area_id"],
        alert["longitude"],
        alert["latitude"],
    )


def member_of_case(case: Mapping[str, Any]) -> Member | None:
    """The member that a case's change makes it; None where it is over, nowhere, or was opened by an alert.

    A case that an alert opened is that alert's own: the two are not two things that happened.
    """
    if case["status"] != "open" or case["longitude"] is None or case["alert_id"] is not None:
        return None
    return Member(
        case_key(case["case_id"]),
        case["kind"],
        case["opened_at"],
        case["level"] or _NO_LEVEL,
        case["area_id"],
        case["longitude"],
        case["latitude"],
    )
