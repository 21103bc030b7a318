"""How is a sender told? Every answer is a JSON object; one that refuses has `reason`, `message` and `remedy`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web

_NONE: Mapping[str, Any] = {}


class RefusedError(Exception):
    """Why a request is not served: status, reason (a word), message and remedy (sentences), headers, more to tell."""

    def __init__(
        self,
        status: HTTPStatus,
        reason: str,
        message: str,
        remedy: str,
        headers: Mapping[str, str] = _NONE,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"reason": reason, "message": message, "remedy": remedy, **more}
        self.headers = headers


def answer(status: int, body: Mapping[str, Any], headers: Mapping[str, str] = _NONE) -> web.Response:
    """A JSON answer on a line of its own."""
    return web.Response(
        status=status,
        body=orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE),
        content_type="application/json",
        headers=dict(headers),
    )
