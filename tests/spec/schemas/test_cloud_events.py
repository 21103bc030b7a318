"""Are our headers CloudEvents to CloudEvents' own library? Kafka protocol binding 1.0.2, binary content mode."""

from datetime import UTC, datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.base import Format

from streams.cloud_events import headers_of, time_of
from streams.published import indicator_headers

AT = 1_780_000_000_123
ROW = {
    "run_id": "live",
    "indicator_id": "road.tpi",
    "entity_type": "area",
    "entity_id": "城/北",
    "window_start": AT,
    "revision": 7,
    "mode": "live",
}


class AsItIs(Format):
    """Our values are Avro, which the library has no format for."""

    def read_data(self, body, _):
        return body

    def read(self, *_):
        raise NotImplementedError

    def write(self, *_):
        raise NotImplementedError

    def write_data(self, *_):
        raise NotImplementedError

    def get_content_type(self):
        return "application/avro"


def test_the_cloudevents_library_reads_our_headers():
    message = KafkaMessage(dict(indicator_headers(ROW, AT)), "road.tpi|城/北".encode(), b"\0avro")

    event = from_binary_event(message, AsItIs())

    assert event.get_specversion() == "1.0"
    assert event.get_type() == "city.indicators.v1"
    assert event.get_source() == "/citybrain/live"
    assert event.get_id() == f"live|road.tpi|area|城/北|{AT}|7"
    assert event.get_subject() == "城/北"
    assert event.get_datacontenttype() == "application/avro"
    assert event.get_time() == datetime.fromtimestamp(AT / 1000, UTC)
    assert event.get_data() == b"\0avro"


def test_header_names_are_small_letters_with_the_prefix_of_the_binding():
    names = [name for name, _ in headers_of("city.alerts.v1", "a", "b", AT, "drill")]

    assert names == [
        "content-type",
        *(f"ce_{name}" for name in ("specversion", "type", "source", "id", "subject", "time")),
    ]


@pytest.mark.parametrize("moment", [0, 1, 999, AT, 4_102_444_799_999])
def test_a_moment_comes_back_to_the_millisecond(moment):
    assert time_of(headers_of("city.alerts.v1", "a", "b", moment, "live")) == moment
