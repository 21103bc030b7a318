"""What does a row of a Beijing station become?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.beijing_air import decode
from feeds.decoding import Raw, Rejected, RejectReason

Items = list[Any]

HEADER = (
    '"No","year","month","day","hour","PM2.5","PM10","SO2","NO2","CO","O3","TEMP","PRES","DEWP","RAIN","wd",'
    '"WSPM","station"\r\n'
)
AIR = "10,12,6,38,400,45"


def row(time: str = "2016,12,1,0", air: str = AIR, station: str = "Aotizhongxin") -> str:
    return f'32905,{time},{air},3.5,1024.1,-8.5,0,"E",1,"{station}"\r\n'


def poll(*rows: str, header: str = HEADER) -> Items:
    payload = (header + "".join(rows)).encode()
    return list(decode(Raw("beijing-air", payload, {}, 0, "beijing-air", "run", 0)))


def reasons(items: Items) -> list[str]:
    return [item.reason if isinstance(item, Rejected) else "event" for item in items]


def test_the_hour_starts_at_its_number_in_beijing() -> None:
    (event,) = poll(row())

    assert event["event_time"] == int(datetime(2016, 11, 30, 16, tzinfo=UTC).timestamp() * 1000)
    assert event["event_id"] == "prsa:Aotizhongxin:1480521600"
    assert event["area_id"] == "beijing/chaoyang"


def test_micrograms_become_nanograms_for_carbon_monoxide_too() -> None:
    (event,) = poll(row())

    assert {name: value for name, value in event.items() if name.endswith("ngm3")} == {
        "so2_ngm3": 6_000,
        "no2_ngm3": 38_000,
        "co_ngm3": 400_000,
        "o3_ngm3": 45_000,
        "pm10_ngm3": 12_000,
        "pm25_ngm3": 10_000,
    }


def test_a_decimal_is_converted_exactly_and_halves_go_to_even() -> None:
    (event,) = poll(row(air="0.29,12,19.9936,38,400,81.1105"))

    assert (event["pm25_ngm3"], event["so2_ngm3"], event["o3_ngm3"]) == (290, 19_994, 81_110)


def test_one_pollutant_that_was_not_measured_is_null_and_the_others_stay() -> None:
    (event,) = poll(row(air="NA,12,6,38,NA,45"))

    assert (event["pm25_ngm3"], event["co_ngm3"], event["pm10_ngm3"]) == (None, None, 12_000)


def test_a_row_without_any_pollutant_is_rejected() -> None:
    assert reasons(poll(row(air="NA,NA,NA,NA,NA,NA"))) == [RejectReason.MISSING_VALUE]


def test_an_unknown_station_belongs_to_the_city_alone() -> None:
    (event,) = poll(row(station="Somewhere"))

    assert event["area_id"] == "beijing"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(time="2016,12,NA,0"), RejectReason.MISSING_TIME),
        (row(time="2016,13,1,0"), RejectReason.BAD_TIME),
        (row(time="2016,12,1,24"), RejectReason.BAD_TIME),
        (row(time="1916,12,1,0"), RejectReason.BAD_TIME),
        (row(air="-1,12,6,38,400,45"), RejectReason.OUT_OF_RANGE),
        (row(air="1e9,12,6,38,400,45"), RejectReason.BAD_VALUE),
        (row(air="high,12,6,38,400,45"), RejectReason.BAD_VALUE),
        (row(air="999999,12,6,38,400,45"), RejectReason.OUT_OF_RANGE),
        (row(station=""), RejectReason.MISSING_ENTITY),
        ("32905,2016,12,1,0,10\r\n", RejectReason.UNREADABLE),
    ],
)
def test_a_bad_row_is_rejected_and_the_good_ones_around_it_are_not(bad: str, reason: RejectReason) -> None:
    assert reasons(poll(row(), bad, row(time="2016,12,1,1"))) == ["event", reason, "event"]


def test_a_row_cut_off_inside_quotes_is_rejected_and_the_rows_before_it_are_kept() -> None:
    assert reasons(poll(row(), row()[:-6])) == ["event", RejectReason.UNREADABLE]


@pytest.mark.parametrize("header", ["", "a,b,c\r\n", HEADER.replace("PM2.5", "PM10")])
def test_without_its_header_nothing_can_be_read(header: str) -> None:
    assert reasons(poll(row(), header=header)) == [RejectReason.UNREADABLE]


def test_a_header_alone_is_unreadable() -> None:
    assert reasons(poll()) == [RejectReason.UNREADABLE]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert reasons(poll(row(), header="\ufeff" + HEADER)) == ["event"]
