"""Whatever bytes come in, a decoder gives events that fit their record, or says why not; it never fails."""

import json
from dataclasses import replace
from itertools import islice
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import examples

from feeds.decoding import Raw, Rejected
from feeds.directory import FEEDS
from feeds.simulated_size import SMALL
from feeds.simulator import GATEWAYS, SimulatedCity
from schemas.codec import parsed
from schemas.records import schema
from streams.catalog import SYSTEMS
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter

START = 1_772_406_000_000
STATION = {
    "timepoint": "2018-02-20T07:00:00",
    "stationcode": "1001A",
    "positionname": "万寿西宫",
    "area": "北京市",
    "pm2_5": "35",
    "pm10": "60",
    "so2": "5",
    "no2": "20",
    "co": "0.5",
    "o3": "40",
    "o3_24h": "30",
}
SAMPLES: dict[str, tuple[bytes, dict[str, str]]] = {
    "los-angeles-traffic": (b"773869,767541\n64.4,67.6\n", {"observed_at": "2012-03-01T00:00:00-08:00"}),
    "beijing-air": (
        b"No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,station\n1,2016,12,1,0,35,60,5,20,500,40,Dongsi\n",
        {},
    ),
    "cnemc-air": (
        json.dumps(
            {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": STATION}]}
        ).encode(),
        {},
    ),
    "san-francisco-fire": (
        (
            b"Call Number,Unit ID,Call Type,Received DtTm,Entry DtTm,Dispatch DtTm,Response DtTm,On Scene DtTm,"
            b"Transport DtTm,Hospital DtTm,Available DtTm,Battalion,Final Priority\n"
            b"7,E39,Fire,01/01/2017 10:00:00 AM,01/01/2017 10:00:30 AM,01/01/2017 10:01:00 AM,,,,,,B08,3\n"
        ),
        {},
    ),
    "buffalo-avl": (
        b"1001,26,19,22001,0,120,487,ngdlv,489,42.922211,-78.879036,1596110379,22,22001,0,2044,\n",
        {},
    ),
    "shenzhen-card": (
        "card_no,deal_date,deal_type,equ_no,station\nAB,2018-09-01 11:17:31,地铁入站,263027121,坂田\n".encode(),
        {},
    ),
    "queensland-river": (b"Timestamp,Q,Level\n2019-01-15T01:00:00,69.3372,10.0375\n", {"station": "tully"}),
    "noisemonitor": (
        b"datetime,LEQ dB -A\n2025-03-21 00:00:30,47.36041774214498\n",
        {"station": "monitor-1"},
    ),
    "birmingham-parking": (
        b"SystemCodeNumber,Capacity,Occupancy,LastUpdated\nBHM,577,61,2016-10-04 07:59:42\n",
        {},
    ),
    "jt808-probe": (
        bytes.fromhex(
            "7e02000026123456789012007d02000000010000000200ba7f0e07e4f11c0028003c0000181015101010"
            "0104000000640202007d01137e"
        ),
        {"area": "city/district"},
    ),
    "workplace-charging": (
        (
            b"sessionId,created,ended,userId,stationId,locationId,kwhTotal\n"
            b"1366563,0014-11-18 15:40:26,0014-11-18 17:11:04,35897499,582873,461655,7.78\n"
        ),
        {},
    ),
    "smart-grid-meters": (
        b"customer_id,reading_datetime,general_supply_kwh\n10006414,2013-06-01 00:00:00,0.05\n",
        {},
    ),
    "ocpp": (
        json.dumps(
            [
                2,
                "19",
                "StatusNotification",
                {
                    "connectorId": 1,
                    "errorCode": "NoError",
                    "status": "Charging",
                    "timestamp": "2026-03-02T08:00:12Z",
                },
            ]
        ).encode(),
        {"station": "CP-7"},
    ),
    "jt808-school-bus": (
        bytes.fromhex(
            "7e02004026010000000001391234432900000000006f0000001601dc9a0707456246007b00420003"
            "2501292233440202006401040000000c417e"
        ),
        {"vehicle": "bus-1"},
    ),
    "beijing-weather": (
        b"No,year,month,day,hour,TEMP,RAIN,WSPM,station\n1,2016,12,1,0,-3.5,0.2,1.6,Dongsi\n",
        {},
    ),
    "nyeri-raw-water": (
        b"time,turbidity,pH\r\n2020-11-04 11:00:31.822439+00:00,21.06343492,7.34\r\n",
        {"station": "nyeri-intake"},
    ),
    "hj212-water": (
        (
            b"##0162QN=20261101080100000;ST=21;CN=2011;PW=123456;MN=8888888021000001;Flag=5;"
            b"CP=&&DataTime=20261101080000;w01001-Rtd=7.2,w01001-Flag=N;w21003-Rtd=0.31,w21003-Flag=N;&&"
            b"6600\r\n"
        ),
        {},
    ),
    "chicago-red-light": (
        b"INTERSECTION,CAMERA ID,ADDRESS,VIOLATION DATE,VIOLATIONS\nHALSTED AND 63RD,2691,6300 S,7/1/2014,16\n",
        {},
    ),
    "pems-flow": (
        b"5 Minutes,Lane 1 Flow (Veh/5 Minutes),# Lane Points,% Observed\n04/01/2016 0:05,13,1,100\n",
        {"detector": "lane-1"},
    ),
    "aarhus-links": (
        (
            b"_id,REPORT_ID,TIMESTAMP,status,avgMeasuredTime,medianMeasuredTime,vehicleCount,avgSpeed\n"
            b"1,7001,2024-03-22T07:15:00,OK,60,58,12,54\n"
        ),
        {},
    ),
    "beijing-taxi": (b"Time,Lng,Lat,Speed\n00:00:21,117.091683,40.135785,36.0\n", {"day": "2025-01-01"}),
    "hangzhou-metro": (b"station,entries\n0,1142\n1,17\n", {"counted_until": "2019-01-01T08:10:00+08:00"}),
    "hangzhou-crowd": (b"station,entries\n0,1142\n1,17\n", {"counted_until": "2019-01-01T08:10:00+08:00"}),
    "nyc-311": (
        (
            b"Unique Key,Created Date,Closed Date,Complaint Type,Due Date,Community Board\n"
            b"54,05/01/2022 12:00:09 AM,05/01/2022 12:07:46 AM,Noise,,04 BRONX\n"
        ),
        {},
    ),
    "reported-csv": (
        (
            b"indicator,area,period,value,department,due_on,signed_at,version\n"
            b"grain-output,city/north,2026-02-01,-12.5,Farming,2026-03-10,2026-03-10 17:05:00,1\n"
        ),
        {},
    ),
    "ngsi-ld-parking": (
        (
            b'{"id":"urn:ngsi-ld:OffStreetParking:1","type":"OffStreetParking","totalSpotNumber":414,'
            b'"availableSpotNumber":{"type":"Property","value":132,"observedAt":"2018-09-21T12:00:00Z"}}'
        ),
        {},
    ),
    "ngsi-ld-air": (
        (
            b'{"id":"urn:ngsi-ld:Notification:1","type":"Notification","data":[{"id":"urn:a","type":'
            b'"AirQualityObserved","dateObserved":{"value":"2016-03-15T11:00:00/2016-03-15T12:00:00"},'
            b'"NO2":{"type":"Property","value":69.5,"unitCode":"GQ","observedAt":"2016-03-15T12:00:00Z"},'
            b'"address":{"addressLocality":"Madrid"},"refPointOfInterest":{"object":"urn:station"}}]}'
        ),
        {},
    ),
    "ngsi-ld-noise": (
        (
            b'{"id":"urn:n","type":"NoiseLevelObserved","LAeq":67.8,'
            b'"dateObservedFrom":{"@type":"DateTime","@value":"2016-12-28T11:00:00.00Z"},'
            b'"dateObservedTo":"2016-12-28T12:00:00Z"}'
        ),
        {},
    ),
}


def simulated() -> dict[str, tuple[bytes, dict[str, str]]]:
    """The first good record of each gateway of the simulated city."""
    found: dict[str, tuple[bytes, dict[str, str]]] = {}
    for sent in islice(SimulatedCity(seed=1, start=START, size=replace(SMALL, links=1)).records(), 30_000):
        if sent.feed in found:
            continue
        raw = Raw(sent.feed, sent.raw.payload, sent.raw.context, START, "test", "run", 0)
        if not any(isinstance(item, Rejected) for item in FEEDS[sent.feed].decode(raw)):
            found[sent.feed] = sent.raw.payload, dict(sent.raw.context)
    return found


SAMPLES |= simulated()


def anyone(_system: str, entity_type: str, entity_id: str, _at: int) -> dict[str, Any]:
    """A registry that knows everybody."""
    return {
        "entity_type": entity_type,
        "entity_id": entity_id,
        "area_id": "city/district",
        "attributes": {"length_m": 100, "free_flow_time_ms": 5_000, "weight": 1},
    }


def outcome_of(feed: str, payload: bytes, context: dict[str, str]) -> tuple[list[dict[str, Any]], Tally]:
    """The events that the normalizer would write of a payload."""
    system = SYSTEMS[FEEDS[feed].system]
    normalizer, tally = Normalizer(system, anyone), Tally()
    raw = Raw(feed, payload, context, 4_000_000_000_000, "test", "run", 0)
    outcome = normalizer.normalize(Origin("t", 0, 0, 0), raw, RepeatFilter(system.repeat_span), tally)
    return [*outcome.events, *outcome.archive_only], tally


def demand_fitting(feed: str, events: list[dict[str, Any]]) -> None:
    record = SYSTEMS[FEEDS[feed].system].normalized.record
    avro = parsed(schema(record))
    defaults = {item["name"]: item["default"] for item in schema(record)["fields"] if "default" in item}
    for event in events:
        assert event["event_id"]
        assert event["entity_id"]
        assert event["event_time"] > 0
        assert fastavro.validate(defaults | event, avro, strict=True)


def test_there_is_a_sample_of_every_feed() -> None:
    assert set(SAMPLES) == set(FEEDS)
    assert set(GATEWAYS.values()) <= set(SAMPLES)


@pytest.mark.parametrize("feed", SAMPLES)
def test_the_sample_itself_is_an_event(feed: str) -> None:
    events, tally = outcome_of(feed, *SAMPLES[feed])

    assert events
    assert not tally.rejected
    demand_fitting(feed, events)


@pytest.mark.parametrize("feed", SAMPLES)
@given(st.data())
@examples(60)
def test_flipped_cut_and_doubled_bytes_give_events_that_fit_or_reasons(
    feed: str, data: st.DataObject
) -> None:
    payload, context = SAMPLES[feed]
    broken = bytearray(payload)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(broken) - 1))
        broken[place] ^= 1 << data.draw(st.integers(0, 7))
    begin = data.draw(st.integers(0, len(broken)))
    end = data.draw(st.integers(begin, len(broken)))
    cut = bytes(broken[:begin] + broken[begin:end] * data.draw(st.integers(0, 2)) + broken[end:])

    events, tally = outcome_of(feed, cut, context)

    demand_fitting(feed, events)
    assert tally.decoded >= 1


@pytest.mark.parametrize("feed", SAMPLES)
@given(st.binary(max_size=300))
@examples(40)
def test_bytes_of_anybody_give_reasons(feed: str, payload: bytes) -> None:
    events, _ = outcome_of(feed, payload, SAMPLES[feed][1])

    demand_fitting(feed, events)


@pytest.mark.parametrize("feed", SAMPLES)
def test_a_rejection_is_one_line_for_people(feed: str) -> None:
    payload, context = SAMPLES[feed]
    for broken in (b"", payload[: len(payload) // 2], payload.replace(b"1", b"\xff")):
        for item in FEEDS[feed].decode(Raw(feed, broken, context, START, "test", "run", 0)):
            if isinstance(item, Rejected):
                assert item.message
                assert "\n" not in item.message
                assert len(item.message) < 400
