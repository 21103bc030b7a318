"""Which bytes did a request bring? Read with a limit in size and in time, and unpacked where it says gzip."""

import asyncio
import zlib
from http import HTTPStatus

from aiohttp import web

from streams.ingest.answers import RefusedError
from streams.raw_writer import PAYLOAD_BYTES_MAX

BODY_SECONDS = 10.0
"""A sender that takes longer for its body is cut off: others wait for its place."""
ENCODINGS = ("identity", "gzip")
_GZIP = zlib.MAX_WBITS | 16


def demand_acceptable(request: web.Request) -> None:
    """Refuse by its headers what need not be read. Raises RefusedError."""
    if _encoding_of(request) not in ENCODINGS:
        raise RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unknown_encoding",
            f"the Content-Encoding {_encoding_of(request)[:40]!r} is not known here",
            f"Send the body with one of {', '.join(ENCODINGS)}.",
            {"Accept-Encoding": ", ".join(ENCODINGS)},
        )
    if request.content_length is not None and request.content_length > PAYLOAD_BYTES_MAX:
        raise too_large(f"the body has {request.content_length:,} bytes")


async def read_body(request: web.Request, seconds: float) -> bytes:
    """The body, unpacked. Raises RefusedError."""
    try:
        async with asyncio.timeout(seconds):
            read = await _read_at_most(request, PAYLOAD_BYTES_MAX)
    except TimeoutError as error:
        raise RefusedError(
            HTTPStatus.REQUEST_TIMEOUT,
            "slow_body",
            f"the body was not here within {seconds:g} s",
            "Send it in one go, or in several smaller records.",
            {"Connection": "close"},
        ) from error
    except web.RequestPayloadError as error:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST, "broken_body", f"the body cannot be read: {error}", "Send it once more."
        ) from error
    return _unpacked(read) if _encoding_of(request) == "gzip" else read


def too_large(what: str) -> RefusedError:
    """The refusal of something that does not fit into a record."""
    return RefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        f"{what}; {PAYLOAD_BYTES_MAX:,} are allowed",
        "Send it in several smaller records.",
    )


def _encoding_of(request: web.Request) -> str:
    return request.headers.get("Content-Encoding", "identity").strip().lower()


async def _read_at_most(request: web.Request, most: int) -> bytes:
    parts, size = [], 0
    while part := await request.content.readany():
        parts.append(part)
        size += len(part)
        if size > most:
            raise too_large(f"the body has more than {most:,} bytes")
    return b"".join(parts)


def _unpacked(packed: bytes) -> bytes:
    """What was packed, no larger than a record may be. Raises RefusedError."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(packed, PAYLOAD_BYTES_MAX + 1)
    except zlib.error as error:
        raise _no_gzip(str(error)) from error
    if len(unpacked) > PAYLOAD_BYTES_MAX:
        raise too_large(f"unpacked, the body has more than {PAYLOAD_BYTES_MAX:,} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise _no_gzip("it is cut off, or something follows it")
    return unpacked


def _no_gzip(why: str) -> RefusedError:
    return RefusedError(
        HTTPStatus.BAD_REQUEST,
        "broken_body",
        f"the body is not gzip, as its Content-Encoding says: {why}",
        "Pack it again, or send it as it is.",
    )
