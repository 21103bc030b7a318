"""How does the command speak? Structured logs, readable on a terminal and as JSON elsewhere."""

import logging
import os
import sys

import structlog


def configure_logging() -> None:
    """Set structlog up for this process: JSON lines with CITYBRAIN_LOG=json, otherwise for people."""
    as_json = os.environ.get("CITYBRAIN_LOG") == "json"
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
