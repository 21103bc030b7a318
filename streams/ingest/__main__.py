"""`python -m streams.ingest`: the ingest endpoint as a process of its own."""

import argparse
import asyncio
import logging
import os
import signal
import ssl
import sys
import time
from pathlib import Path

import structlog
from aiohttp import web

from schemas.registry import Registry
from streams.ingest.limits import http_limits
from streams.ingest.senders import Senders, SendersFileError
from streams.ingest.server import DELIVERY_SECONDS, Endpoint, Tally
from streams.ingest.tls import CertificateError, tls_of
from streams.raw_writer import RawWriter

STOP_SECONDS = 9.0
"""Longer than Kafka has for a record: whoever was taken in is answered."""
REPORT_SECONDS = 60.0
LOOK_SECONDS = 1.0

log = structlog.get_logger("ingest")


async def serve(
    endpoint: Endpoint, writer: RawWriter, host: str, port: int, tls: ssl.SSLContext | None = None
) -> str:
    """Serve until SIGTERM or SIGINT; returns why it ended by itself, empty when it was asked to."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(endpoint.application(), shutdown_timeout=STOP_SECONDS, **http_limits())
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls).start()
    log.info("listening", host=host, port=port, tls=tls is not None)
    reported = time.monotonic()
    while not stop.is_set() and not writer.broken:
        try:
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        except TimeoutError:
            if time.monotonic() - reported >= REPORT_SECONDS:
                _report(endpoint)
                reported = time.monotonic()
    await runner.cleanup()
    _report(endpoint)
    left = await asyncio.to_thread(writer.close)
    log.info("stopped", unacknowledged=left)
    return writer.broken


def _report(endpoint: Endpoint) -> None:
    tally, endpoint.tally = endpoint.tally, Tally()
    if tally.by_status:
        log.info("ingested", accepted=tally.accepted, rejected=tally.rejected, answers=tally.by_status)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default=os.environ.get("CITYBRAIN_KAFKA_BOOTSTRAP"))
    parser.add_argument("--registry", default=os.environ.get("CITYBRAIN_REGISTRY_URL"))
    parser.add_argument("--senders", type=Path, default=os.environ.get("CITYBRAIN_INGEST_TOKENS"))
    parser.add_argument("--host", default=os.environ.get("CITYBRAIN_INGEST_HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certificate", default=os.environ.get("CITYBRAIN_INGEST_CERTIFICATE", ""))
    parser.add_argument("--key", default=os.environ.get("CITYBRAIN_INGEST_KEY", ""))
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    try:
        senders = Senders(given.senders, time.monotonic)
        tls = tls_of(given.certificate, given.key)
    except (SendersFileError, CertificateError) as error:
        sys.exit(f"ingest: {error}")
    writer = RawWriter(given.bootstrap, Registry(given.registry), delivery_seconds=DELIVERY_SECONDS)
    broken = asyncio.run(serve(Endpoint(senders, writer), writer, given.host, given.port, tls))
    if broken:
        sys.exit(f"ingest: Kafka's client is broken and has to begin anew: {broken}")


if __name__ == "__main__":
    main()
