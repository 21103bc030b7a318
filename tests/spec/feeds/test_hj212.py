"""What does a telegram by HJ 212-2017 say, and which bytes are none?"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from feeds.decoding import Rejected, RejectReason, UnfitError
from feeds.hj212 import Measured, Telegram, crc16, data_time, measured, telegrams, worst

PUBLISHED = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
    b"1C80\r\n"
)
"""The example of the standard, as public readers of it print it."""


def framed(segment: str) -> bytes:
    return f"##{len(segment):04d}{segment}{crc16(segment.encode()):04X}\r\n".encode()


def segment(
    body: str = "DataTime=20261101080000;w01001-Rtd=7.2,w01001-Flag=N", cn: str = "2011", head: str = ""
) -> str:
    return f"QN=20261101080100000;ST=21;CN={cn};PW=se-cret;MN=A1;{head}Flag=5;CP=&&{body}&&"


def telegram(body: str, cn: str = "2011") -> Telegram:
    (found,) = telegrams(framed(segment(body, cn)))
    assert isinstance(found, Telegram)
    return found


def rejection(payload: bytes) -> Rejected:
    (found,) = telegrams(payload)
    assert isinstance(found, Rejected)
    assert found.reason is RejectReason.UNREADABLE
    return found


def test_the_published_example_has_its_published_check() -> None:
    (found,) = telegrams(PUBLISHED)

    assert f"{crc16(PUBLISHED[6:-6]):04X}" == "1C80"
    assert found == Telegram("32", "1062", "010000A8900016F000169DC0", "", {"RtdInterval": "30"}, {})


def test_a_check_in_small_letters_is_as_good() -> None:
    assert telegrams(PUBLISHED.replace(b"1C80", b"1c80")) == telegrams(PUBLISHED)


def test_the_values_of_a_pollutant_stand_together_and_the_password_nowhere() -> None:
    (found,) = telegrams(
        framed(segment("DataTime=20261101080000;w01001-Avg=7.2,w01001-Flag=N;w21003-Avg=0.3;", head="PNO=2;"))
    )

    assert found == Telegram(
        site_kind="21",
        command="2011",
        device="A1",
        part="2",
        fields={"DataTime": "20261101080000"},
        readings={"w01001": {"Avg": "7.2", "Flag": "N"}, "w21003": {"Avg": "0.3"}},
    )
    assert "se-cret" not in repr(found)


@pytest.mark.parametrize(
    ("payload", "because"),
    [
        (b"", "empty"),
        (PUBLISHED[:-2], "cut off"),
        (PUBLISHED[:40], "cut off"),
        (b"##01\r\n", "cut off"),
        (PUBLISHED.replace(b"##", b"#+"), "begins with ##"),
        (PUBLISHED.replace(b"0101", b"01O1"), "four digits"),
        (PUBLISHED.replace(b"0101", b"0100"), "announces 100 bytes and has 101"),
        (PUBLISHED.replace(b"=30&&", b"=3&&"), "announces 101 bytes and has 100"),
        (PUBLISHED.replace(b"=30&&", b"=31&&"), "and it says 1C80"),
        (PUBLISHED.replace(b"1C80", b"1C81"), "is 1C80, and it says 1C81"),
        (PUBLISHED.replace(b"1C80", b"1CX0"), "hexadecimal"),
        (framed("QN=1;ST=21;CN=2011;MN=A1;Flag=5;CP=&&DataTime=1"), "&&"),
        (framed("QN=1;ST=21;CN=2011;MN=A1;Flag=5"), "&&"),
        (framed("QN=1;ST=21;CN=2011;MN=A1;CP=&&DataTime=1&&PW=1"), "&&"),
        (framed(segment("DataTime=1;w01001")), "part 2 of CP"),
        (framed(segment("DataTime=1;DataTime=2")), "part 2 of CP"),
        (framed("QN=1;secret;CP=&&DataTime=1&&"), "part 2 of the head"),
    ],
)
def test_bytes_that_are_no_telegram_say_why(payload: bytes, because: str) -> None:
    found = rejection(payload)

    assert because in found.message
    assert "secret" not in found.message
    assert "100000" not in found.message


def test_letters_beyond_ascii_are_refused_although_their_check_is_right() -> None:
    body = "QN=1;MN=水;CP=&&DataTime=1&&".encode()
    payload = b"##" + f"{len(body):04d}".encode() + body + f"{crc16(body):04X}".encode() + b"\r\n"

    assert "ASCII" in rejection(payload).message


def test_one_broken_telegram_does_not_take_its_neighbours_with_it() -> None:
    broken = PUBLISHED.replace(b"=30&&", b"=31&&")

    found = telegrams(PUBLISHED + broken + PUBLISHED + PUBLISHED[:50])

    assert [type(one) for one in found] == [Telegram, Rejected, Telegram, Rejected]


@pytest.mark.parametrize(
    ("flag", "found"),
    [
        ("N", Measured("7.2", "good")),
        ("S", Measured("7.2", "estimated")),
        ("T", Measured("7.2", "suspect")),
        ("Q", Measured("7.2", "suspect")),
        *((flag, None) for flag in "FMDCB"),
    ],
)
def test_a_flag_says_whether_a_value_was_measured_and_how_good_it_is(
    flag: str, found: Measured | None
) -> None:
    assert measured(telegram(f"DataTime=1;w01001-Rtd=7.2,w01001-Flag={flag}"), "w01001") == found


def test_a_value_without_a_flag_is_good_and_without_a_value_there_is_none() -> None:
    found = telegram("DataTime=1;w01001-Rtd=7.2;w21003-Flag=N")

    assert measured(found, "w01001") == Measured("7.2", "good")
    assert measured(found, "w21003") is None
    assert measured(found, "w21011") is None


@pytest.mark.parametrize(("cn", "text"), [("2011", "1"), ("2051", "2"), ("2061", "2")])
def test_live_messages_carry_values_and_the_others_means(cn: str, text: str) -> None:
    found = telegram("DataTime=1;w01001-Rtd=1,w01001-Avg=2,w01001-Max=3,w01001-Flag=N", cn)

    assert measured(found, "w01001") == Measured(text, "good")


def test_a_message_of_another_kind_carries_no_readings() -> None:
    with pytest.raises(UnfitError, match="CN=9014 carries no readings"):
        measured(telegram("QnRtn=1", "9014"), "w01001")


def test_its_time_is_chinas() -> None:
    expected = datetime(2026, 11, 1, 8, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))

    assert data_time(telegram("DataTime=20261101080005")) == expected.timestamp() * 1_000


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("w01001-Rtd=7", RejectReason.MISSING_TIME),
        ("DataTime=", RejectReason.MISSING_TIME),
        ("DataTime=2026110108", RejectReason.BAD_TIME),
        ("DataTime=20261301080000", RejectReason.BAD_TIME),
        ("DataTime=20261101080060", RejectReason.BAD_TIME),
    ],
)
def test_a_time_is_never_invented(body: str, reason: RejectReason) -> None:
    with pytest.raises(UnfitError) as refusal:
        data_time(telegram(body))

    assert refusal.value.rejected.reason is reason


def test_what_was_measured_together_is_as_good_as_its_worst() -> None:
    assert worst(["good", "estimated", "good"]) == "estimated"
    assert worst(["suspect", "estimated"]) == "suspect"
    assert worst([]) == "good"
