"""What is answered of each event, alone or in a batch? One status an event, and one for all of them.

A batch is one request: its body is as long as a record's at most, and it costs its sender one request of its pace. Its
events are records of their own, so that what is wrong with one takes no other with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from feeds.decoding import Feed, Raw
from streams.ingest.acceptance import REASONS_MAX, Verdict, verdict_on
from streams.ingest.answers import RefusedError
from streams.ingest.body import too_large
from streams.ingest.cloud_events import CloudEventError, Unwrapped, of_batch
from streams.raw_writer import PAYLOAD_BYTES_MAX, Receipt

KAFKA_AWAY_SECONDS = 5
_WORST_FIRST = (
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.ACCEPTED,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.BAD_REQUEST,
)
"""The status of a batch is the first of these that an event has: whoever has to send again is told so before all else."""


@dataclass(frozen=True)
class Batch:
    """The events of a body in their order: a record with its verdict, or why an event cannot become one."""

    events: tuple[tuple[Raw, Verdict] | RefusedError, ...]

    @property
    def good(self) -> list[tuple[Raw, Verdict]]:
        """The records to write, in order."""
        return [event for event in self.events if not isinstance(event, RefusedError)]

    def told(self, receipts: Sequence[Receipt]) -> tuple[HTTPStatus, list[dict[str, Any]]]:
        """The status of the whole, and what is said of each event; `receipts` are those of the good ones.

        As in an answer to one record a hundred rejected items are explained, here over all events together.
        """
        left, waiting = REASONS_MAX, iter(receipts)
        told: list[dict[str, Any]] = []
        statuses = set()
        for number, event in enumerate(self.events):
            if isinstance(event, RefusedError):
                status, said = event.status, event.body
            else:
                (raw, verdict), receipt = event, next(waiting)
                if receipt.failure:
                    refused = not_written(receipt)
                    status, said = refused.status, refused.body
                else:
                    status, said = taken(verdict, receipt, left)
                    left -= len(said["reasons"])
                said = {"id": raw.context["ce-id"], **said}
            statuses.add(status)
            told.append({"event": number, "status": status, **said})
        return next((status for status in _WORST_FIRST if status in statuses), HTTPStatus.ACCEPTED), told


def batch_of(body: bytes, feed: Feed, record_of: Callable[[Unwrapped], Raw]) -> Batch:
    """The events of a body, each decoded. Raises RefusedError where it is no batch."""
    try:
        events = of_batch(body)
    except CloudEventError as error:
        raise no_cloud_event(error) from error
    return Batch(tuple(_event(event, feed, record_of) for event in events))


def _event(
    event: Unwrapped | CloudEventError, feed: Feed, record_of: Callable[[Unwrapped], Raw]
) -> tuple[Raw, Verdict] | RefusedError:
    if isinstance(event, CloudEventError):
        return no_cloud_event(event)
    if len(event.payload) > PAYLOAD_BYTES_MAX:
        return too_large(f"the payload has {len(event.payload):,} bytes")
    raw = record_of(event)
    return raw, verdict_on(raw, feed)


def taken(
    verdict: Verdict, receipt: Receipt, reasons_max: int = REASONS_MAX
) -> tuple[HTTPStatus, dict[str, Any]]:
    """Status and words for a record that is on its topic."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if verdict.is_hopeless else HTTPStatus.ACCEPTED
    written = {"topic": receipt.topic, "partition": receipt.partition, "offset": receipt.offset}
    return status, {**verdict.as_answer(reasons_max), "record": written}


def not_written(receipt: Receipt) -> RefusedError:
    """The refusal of a record that Kafka has not acknowledged."""
    return RefusedError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not_written",
        f"Kafka has not acknowledged the record: {receipt.failure}",
        "Send it again after the time in Retry-After; should it be there twice, it counts once.",
        {"Retry-After": str(KAFKA_AWAY_SECONDS)},
    )


def no_cloud_event(error: CloudEventError) -> RefusedError:
    """The refusal of what says that it is a CloudEvent and is none."""
    return RefusedError(
        HTTPStatus.BAD_REQUEST,
        "no_cloud_event",
        f"this is no CloudEvent: {error}",
        "Send an event of CloudEvents 1.0, or the payload alone without ce-* headers.",
    )
