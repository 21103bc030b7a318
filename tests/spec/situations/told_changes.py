"""Changes of alerts, cases and commands as the line writes them, with what a story does not mind left usual."""

from typing import Any

START = 1_780_272_000_000
"""2026-06-01 00:00 UTC, 08:00 in Shanghai."""
MINUTE_MS = 60_000
RUN = "run"
SQUARE = (120.15, 30.28)


def alert(name: str, system: str = "road", *, minute: float = 0, **said: Any) -> dict[str, Any]:
    at = START + round(minute * MINUTE_MS)
    return {
        "alert_id": name,
        "event_time": at,
        "state": "raised",
        "kind": "state",
        "level": 3,
        "system": system,
        "area_id": "hz/x",
        "longitude": SQUARE[0],
        "latitude": SQUARE[1],
        "began_at": at,
        "raised_at": at,
        "acknowledged": False,
        "shelved_until": None,
        "mode": "simulated",
        "run_id": RUN,
        **said,
    }


def case(name: str, kind: str = "hotline", *, minute: float = 0, **said: Any) -> dict[str, Any]:
    at = START + round(minute * MINUTE_MS)
    return {
        "case_id": name,
        "event_time": at,
        "status": "open",
        "risk": "in_time",
        "kind": kind,
        "level": None,
        "area_id": "hz/x",
        "longitude": SQUARE[0],
        "latitude": SQUARE[1],
        "opened_at": at,
        "alert_id": None,
        "mode": "simulated",
        "run_id": RUN,
        **said,
    }


def command(name: str, target: str, *, minute: float = 0, **said: Any) -> dict[str, Any]:
    return {
        "command_id": f"{name} {target} {minute}",
        "command": name,
        "target": target,
        "by": "duty-officer",
        "reason": "because",
        "until": None,
        "parameters": {},
        "event_time": START + round(minute * MINUTE_MS),
        "source": "manual",
        "mode": "simulated",
        "run_id": RUN,
        **said,
    }
