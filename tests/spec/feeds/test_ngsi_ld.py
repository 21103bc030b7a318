"""What do entities of the Smart Data Models become, in full and as key-values, alone and in a notification?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds import ngsi_ld_air, ngsi_ld_noise, ngsi_ld_parking
from feeds.decoding import Feed, Raw, Rejected, RejectReason

TEN = int(datetime(2026, 3, 2, 10, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000
CAR_PARK = {
    "id": "urn:ngsi-ld:OffStreetParking:porto-1",
    "type": "OffStreetParking",
    "totalSpotNumber": {"type": "Property", "value": 414},
    "availableSpotNumber": {"type": "Property", "value": 132, "observedAt": "2026-03-02T10:00:00Z"},
    "modifiedAt": "2026-03-02T10:07:00Z",
}
AIR = {
    "id": "urn:ngsi-ld:AirQualityObserved:madrid-28079004-2026-03-02T10:00:00",
    "type": "AirQualityObserved",
    "dateObserved": {"type": "Property", "value": "2026-03-02T10:00:00Z/2026-03-02T11:00:00Z"},
    "CO": {"type": "Property", "value": 0.5, "unitCode": "GP"},
    "NO2": {"type": "Property", "value": 69, "unitCode": "GQ"},
    "NOx": {"type": "Property", "value": 139, "unitCode": "GQ"},
    "refPointOfInterest": {"type": "Relationship", "object": "urn:ngsi-ld:PointOfInterest:28079004"},
    "address": {"type": "Property", "value": {"addressLocality": "Madrid", "streetAddress": "Plaza 1"}},
    "areaServed": {"type": "Property", "value": "Centro"},
}
NOISE = {
    "id": "urn:ngsi-ld:NoiseLevelObserved:vitoria-1",
    "type": "NoiseLevelObserved",
    "LAeq": {"type": "Property", "value": 67.8, "unitCode": "2N"},
    "LAmax": {"type": "Property", "value": 94.5},
    "dateObservedFrom": {
        "type": "Property",
        "value": {"@type": "DateTime", "@value": "2026-03-02T10:00:00.00Z"},
    },
    "dateObservedTo": {
        "type": "Property",
        "value": {"@type": "DateTime", "@value": "2026-03-02T11:00:00.00Z"},
    },
}


def decoded(feed: Feed, body: object) -> list[Any]:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(feed.decode(Raw(feed.name, payload, {}, 0, feed.name, "run", 0)))


def the_event(feed: Feed, entity: dict[str, Any], **changes: object) -> dict[str, Any]:
    changed = {name: value for name, value in {**entity, **changes}.items() if value is not ...}
    (event,) = decoded(feed, changed)
    assert not isinstance(event, Rejected), event
    return dict(event)


def the_reason(feed: Feed, entity: dict[str, Any], **changes: object) -> RejectReason:
    changed = {name: value for name, value in {**entity, **changes}.items() if value is not ...}
    (item,) = decoded(feed, changed)
    assert isinstance(item, Rejected), item
    return item.reason


def key_values(entity: dict[str, Any]) -> dict[str, Any]:
    """As a broker writes it when it is asked for key-values."""
    simple = {}
    for name, written in entity.items():
        simple[name] = written.get("value", written.get("object")) if isinstance(written, dict) else written
    return simple


def property_of(value: object, **more: object) -> dict[str, Any]:
    return {"type": "Property", "value": value, **more}


def test_a_car_park_has_taken_what_is_not_available_when_that_was_observed() -> None:
    event = the_event(ngsi_ld_parking.FEED, CAR_PARK)

    assert (event["occupied"], event["capacity"], event["quality"]) == (282, 414, "good")
    assert event["event_time"] == TEN
    assert event["entity_id"] == "urn:ngsi-ld:OffStreetParking:porto-1"


def test_a_car_park_as_key_values_has_its_time_in_an_attribute_of_its_own() -> None:
    simple = key_values(CAR_PARK)

    assert the_reason(ngsi_ld_parking.FEED, simple) is RejectReason.MISSING_TIME
    for name in ("observationDateTime", "occupancyModified"):
        assert the_event(ngsi_ld_parking.FEED, simple, **{name: "2026-03-02T10:00:00Z"})["event_time"] == TEN


def test_when_a_broker_changed_its_entity_is_no_time_of_a_measurement() -> None:
    undated = {**CAR_PARK, "availableSpotNumber": property_of(132)}

    assert the_reason(ngsi_ld_parking.FEED, undated, dateModified=property_of("2026-03-02T10:00:00Z")) is (
        RejectReason.MISSING_TIME
    )


def test_taken_spaces_stand_in_for_available_ones() -> None:
    taken = property_of(282.0, observedAt="2026-03-02T10:00:00Z")

    assert (
        the_event(ngsi_ld_parking.FEED, CAR_PARK, availableSpotNumber=..., occupiedSpotNumber=taken)[
            "occupied"
        ]
        == 282
    )


def test_a_few_cars_too_many_are_a_full_car_park_and_suspect() -> None:
    event = the_event(
        ngsi_ld_parking.FEED,
        CAR_PARK,
        availableSpotNumber=property_of(-3, observedAt="2026-03-02T10:00:00Z"),
    )

    assert (event["occupied"], event["quality"]) == (414, "suspect")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"totalSpotNumber": ...}, RejectReason.MISSING_VALUE),
        ({"availableSpotNumber": property_of("urn:ngsi-ld:null")}, RejectReason.MISSING_VALUE),
        ({"totalSpotNumber": property_of(0)}, RejectReason.OUT_OF_RANGE),
        ({"totalSpotNumber": property_of("many")}, RejectReason.BAD_VALUE),
        ({"totalSpotNumber": property_of(True)}, RejectReason.BAD_VALUE),
        ({"totalSpotNumber": property_of(41.4, unitCode="P1")}, RejectReason.UNKNOWN_UNIT),
        (
            {"availableSpotNumber": property_of(500, observedAt="2026-03-02T10:00:00Z")},
            RejectReason.OUT_OF_RANGE,
        ),
        ({"availableSpotNumber": property_of(132, observedAt="yesterday")}, RejectReason.BAD_TIME),
        ({"id": ...}, RejectReason.MISSING_ENTITY),
        ({"type": "OnStreetParking"}, RejectReason.UNREADABLE),
        ({"type": ...}, RejectReason.UNREADABLE),
    ],
)
def test_a_car_park_that_cannot_be_used_says_why(changes: dict[str, Any], reason: RejectReason) -> None:
    assert the_reason(ngsi_ld_parking.FEED, CAR_PARK, **changes) is reason


def test_an_observation_of_air_is_of_its_station_and_of_the_beginning_of_its_hour() -> None:
    event = the_event(ngsi_ld_air.FEED, AIR)

    assert event["entity_id"] == "urn:ngsi-ld:PointOfInterest:28079004"
    assert event["area_id"] == "Madrid/Centro"
    assert event["event_time"] == TEN
    assert (event["co_ngm3"], event["no2_ngm3"], event["pm25_ngm3"]) == (500_000, 69_000, None)


def test_only_what_is_measured_and_the_town_leave_an_observation() -> None:
    owned = {
        "owner": ["urn:ngsi-ld:Person:1"],
        "contactPoint": {"telephone": "+34 1"},
        "name": "Ana's station",
    }

    event = the_event(ngsi_ld_air.FEED, AIR, **owned)

    assert event == the_event(ngsi_ld_air.FEED, AIR)
    assert "Ana" not in str(event)
    assert "Plaza" not in str(event)


@pytest.mark.parametrize(
    ("code", "value", "nanograms"), [("GQ", 12.3, 12_300), ("GP", 0.0123, 12_300), ("A93", 0.0000123, 12_300)]
)
def test_a_concentration_is_in_the_unit_of_its_code(code: str, value: float, nanograms: int) -> None:
    event = the_event(ngsi_ld_air.FEED, AIR, pm25=property_of(value, unitCode=code))

    assert event["pm25_ngm3"] == nanograms


@pytest.mark.parametrize("code", ["59", "61", "2N", "gq", "", 7, None])
def test_a_unit_that_is_not_known_is_no_reason_to_guess(code: object) -> None:
    (item,) = decoded(ngsi_ld_air.FEED, {**AIR, "O3": property_of(40, unitCode=code)})

    assert item.reason is RejectReason.UNKNOWN_UNIT
    assert "GQ, GP, A93" in item.message


def test_in_full_a_concentration_without_its_unit_is_rejected() -> None:
    assert the_reason(ngsi_ld_air.FEED, AIR, O3=property_of(40)) is RejectReason.UNKNOWN_UNIT
    assert the_reason(ngsi_ld_air.FEED, AIR, O3=property_of(40, unitText="ppb")) is RejectReason.UNKNOWN_UNIT


def test_as_key_values_all_concentrations_are_in_micrograms() -> None:
    simple = {**key_values(AIR), "CO": 500}

    event = the_event(ngsi_ld_air.FEED, simple)

    assert (event["co_ngm3"], event["no2_ngm3"]) == (500_000, 69_000)
    assert event["entity_id"] == "urn:ngsi-ld:PointOfInterest:28079004"
    assert event["area_id"] == "Madrid/Centro"


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-02T10:00:00/2026-03-02T11:00:00",
        "2026-03-02T10:00:00",
        "2026-03-02T18:00:00+08:00/2026-03-02T19:00:00+08:00",
        "2026-03-02T10:00:00.000Z",
        {"@type": "DateTime", "@value": "2026-03-02T10:00:00Z"},
    ],
)
def test_a_time_of_observation_is_an_instant_or_an_interval_and_utc_where_it_does_not_say(
    written: object,
) -> None:
    assert the_event(ngsi_ld_air.FEED, AIR, dateObserved=property_of(written))["event_time"] == TEN


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2026-03-02T10:00:00Z/2026-03-03T10:00:00Z", RejectReason.OUT_OF_RANGE),
        ("2026-03-02T10:00:00Z/2026-03-02T10:00:00Z", RejectReason.BAD_TIME),
        ("2026-03-02T10:00:00Z/", RejectReason.MISSING_TIME),
        ("/2026-03-02T10:00:00Z", RejectReason.MISSING_TIME),
        ("2026-03-02", RejectReason.BAD_TIME),
        (1_772_409_600, RejectReason.BAD_TIME),
        ({"@type": "DateTime"}, RejectReason.MISSING_TIME),
    ],
)
def test_an_observation_without_a_usable_time_says_so(written: object, reason: RejectReason) -> None:
    assert the_reason(ngsi_ld_air.FEED, AIR, dateObserved=property_of(written)) is reason


def test_without_a_time_of_its_own_an_observation_has_the_one_time_of_its_values() -> None:
    def at(minute: int) -> dict[str, Any]:
        return property_of(20, unitCode="GQ", observedAt=f"2026-03-02T10:{minute:02}:00Z")

    one = {**AIR, "dateObserved": ..., "CO": ..., "NO2": at(5), "O3": at(5)}
    assert the_event(ngsi_ld_air.FEED, one)["event_time"] == TEN + 5 * MINUTE
    assert the_reason(ngsi_ld_air.FEED, {**one, "O3": at(6)}) is RejectReason.BAD_TIME
    assert the_reason(ngsi_ld_air.FEED, AIR, dateObserved=...) is RejectReason.MISSING_TIME


def test_what_a_broker_remembers_from_another_hour_was_not_measured_in_this_one() -> None:
    def at(time: str) -> dict[str, Any]:
        return property_of(20, unitCode="GQ", observedAt=f"2026-03-02T{time}Z")

    event = the_event(
        ngsi_ld_air.FEED, AIR, O3=at("09:59:59"), SO2=at("10:00:00"), PM10=at("11:00:00"), pm25=at("11:00:01")
    )

    assert (event["o3_ngm3"], event["so2_ngm3"], event["pm10_ngm3"], event["pm25_ngm3"]) == (
        None,
        20_000,
        20_000,
        None,
    )


def test_the_device_or_the_entity_is_the_station_where_no_place_is_named() -> None:
    device = {"type": "Relationship", "object": ["urn:ngsi-ld:Device:7"]}

    assert (
        the_event(ngsi_ld_air.FEED, AIR, refPointOfInterest=..., refDevice=device)["entity_id"]
        == "urn:ngsi-ld:Device:7"
    )
    assert the_event(ngsi_ld_air.FEED, AIR, refPointOfInterest=...)["entity_id"] == AIR["id"]


@pytest.mark.parametrize(
    ("address", "served", "area"),
    [
        (..., "Centro", None),
        (property_of({"addressLocality": "Madrid"}), ..., "Madrid"),
        (property_of({"addressLocality": "Madrid"}), property_of("a/b"), "Madrid"),
        (property_of({"addressLocality": "Madrid/x"}), ..., None),
        (property_of("Madrid"), ..., None),
    ],
)
def test_the_area_is_the_town_and_its_district(address: object, served: object, area: str | None) -> None:
    assert the_event(ngsi_ld_air.FEED, AIR, address=address, areaServed=served)["area_id"] == area


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"CO": ..., "NO2": ...}, RejectReason.MISSING_VALUE),
        ({"CO": property_of("0.5", unitCode="GP")}, RejectReason.BAD_VALUE),
        ({"CO": property_of(500, unitCode="GP")}, RejectReason.OUT_OF_RANGE),
        ({"CO": property_of(-1, unitCode="GP")}, RejectReason.OUT_OF_RANGE),
        ({"CO": {"type": "Number", "value": 1, "metadata": {}}}, RejectReason.BAD_VALUE),
        ({"CO": {"value": 1, "metadata": {"unitCode": {"value": "GP"}}}}, RejectReason.BAD_VALUE),
        ({"CO": {"type": ["Property"], "value": 1}}, RejectReason.BAD_VALUE),
    ],
)
def test_an_observation_that_cannot_be_used_says_why(changes: dict[str, Any], reason: RejectReason) -> None:
    assert the_reason(ngsi_ld_air.FEED, AIR, **changes) is reason


def test_of_several_values_the_one_without_a_data_set_counts() -> None:
    mine, other = property_of(1, unitCode="GQ"), property_of(2, unitCode="GQ", datasetId="urn:model")

    assert the_event(ngsi_ld_air.FEED, AIR, SO2=[other, mine])["so2_ngm3"] == 1_000
    assert the_reason(ngsi_ld_air.FEED, AIR, SO2=[other, other]) is RejectReason.BAD_VALUE


def test_names_may_be_whole_addresses_and_kinds_be_left_out() -> None:
    base = "https://smartdatamodels.org/dataModel.Environment/"
    written = {
        "id": AIR["id"],
        "type": [f"{base}AirQualityObserved", "https://example.org/Other"],
        f"{base}dateObserved": {"value": "2026-03-02T10:00:00Z"},
        f"{base}pm25": {"value": 35, "unitCode": "GQ"},
    }

    assert the_event(ngsi_ld_air.FEED, written)["pm25_ngm3"] == 35_000


def test_a_level_is_a_reading_at_the_beginning_of_its_interval() -> None:
    event = the_event(ngsi_ld_noise.FEED, NOISE)

    assert (event["level_cdb"], event["event_time"]) == (6_780, TEN)
    assert event["entity_id"] == "urn:ngsi-ld:NoiseLevelObserved:vitoria-1"
    assert the_event(ngsi_ld_noise.FEED, key_values(NOISE)) == event


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"LAeq": ...}, RejectReason.MISSING_VALUE),
        ({"LAeq": property_of(67.8, unitCode="GQ")}, RejectReason.UNKNOWN_UNIT),
        ({"LAeq": property_of(167.8)}, RejectReason.OUT_OF_RANGE),
        ({"LAeq": property_of(None)}, RejectReason.MISSING_VALUE),
        ({"dateObservedFrom": ...}, RejectReason.MISSING_TIME),
        ({"dateObservedTo": "2026-03-03T10:00:00Z"}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_level_that_cannot_be_used_says_why(changes: dict[str, Any], reason: RejectReason) -> None:
    assert the_reason(ngsi_ld_noise.FEED, NOISE, **changes) is reason


def test_a_notification_has_one_item_for_each_entity_and_a_bad_one_takes_no_other_with_it() -> None:
    told = {
        "id": "urn:ngsi-ld:Notification:1",
        "type": "Notification",
        "subscriptionId": "urn:ngsi-ld:Subscription:1",
        "notifiedAt": "2026-03-02T11:00:05Z",
        "data": [NOISE, {**NOISE, "LAeq": property_of("loud")}, 7, {**NOISE, "id": "urn:ngsi-ld:b"}],
    }

    first, *bad, last = decoded(ngsi_ld_noise.FEED, told)

    assert (first["entity_id"], last["entity_id"]) == (NOISE["id"], "urn:ngsi-ld:b")
    assert [item.reason for item in bad] == [RejectReason.BAD_VALUE, RejectReason.UNREADABLE]


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'{"data": []}', b'{"data": 7}', b"\xff"])
def test_what_is_no_entity_and_no_notification_is_unreadable(payload: bytes) -> None:
    (item,) = decoded(ngsi_ld_air.FEED, payload)

    assert item.reason is RejectReason.UNREADABLE


def test_a_repeated_notification_has_the_same_event_ids() -> None:
    assert the_event(ngsi_ld_air.FEED, AIR)["event_id"] == the_event(ngsi_ld_air.FEED, AIR)["event_id"]
    later = {**AIR, "dateObserved": "2026-03-02T11:00:00Z"}
    assert the_event(ngsi_ld_air.FEED, later)["event_id"] != the_event(ngsi_ld_air.FEED, AIR)["event_id"]


@pytest.mark.parametrize("in_full", [True, False])
def test_a_location_that_is_a_point_is_the_place_of_the_event(in_full: bool) -> None:
    point = {"type": "Point", "coordinates": [-3.7, 40.4]}
    located = {**NOISE, "location": {"type": "GeoProperty", "value": point} if in_full else point}

    event = the_event(ngsi_ld_noise.FEED, located)

    assert (event["longitude_deg"], event["latitude_deg"]) == (-3.7, 40.4)


@pytest.mark.parametrize(
    "location",
    [
        None,
        "Plaza 1",
        {"type": "geo:json", "value": {"type": "Polygon", "coordinates": []}, "metadata": {}},
        {"type": "Point", "coordinates": [40.4]},
        {"type": "Point", "coordinates": [400.4, 3]},
        {"type": "Point", "coordinates": ["-3.7", "40.4"]},
    ],
)
def test_another_location_says_no_place_and_the_measurement_stays(location: object) -> None:
    event = the_event(ngsi_ld_noise.FEED, {**NOISE, "location": location})

    assert event["level_cdb"] == 6_780
    assert "longitude_deg" not in event
