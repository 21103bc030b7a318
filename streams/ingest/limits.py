"""What limits a connection before a request is one? aiohttp's own limits, and how it speaks of what is no HTTP."""

import logging
from typing import Any

HEADER_BYTES_MAX = 8_190
IDLE_SECONDS = 30.0
"""A connection without a whole request head for so long is closed."""
LINGER_SECONDS = 2.0
"""For how long the rest of a refused body is read and thrown away, so that its sender sees the answer."""


class OneLine(logging.Filter):
    """Keeps what aiohttp says of requests that are no HTTP to one line each."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let it pass without its traceback."""
        record.exc_info = None
        record.exc_text = None
        return True


def http_limits() -> dict[str, Any]:
    """The settings of aiohttp's runner. Bodies stay packed: they are unpacked here, with a limit."""
    logger = logging.getLogger("ingest.http")
    logger.filters[:] = [OneLine()]
    return {
        "auto_decompress": False,
        "access_log": None,
        "keepalive_timeout": IDLE_SECONDS,
        "lingering_time": LINGER_SECONDS,
        "max_line_size": HEADER_BYTES_MAX,
        "max_field_size": HEADER_BYTES_MAX,
        "logger": logger,
    }
