"""Whatever bytes come in: a telegram is read whole, or a rejection says why it is not."""

from hypothesis import given
from hypothesis import strategies as st

from feeds.decoding import Rejected
from feeds.hj212 import Telegram, crc16, telegrams

words = st.text("abcdefXYZ0189.", min_size=1, max_size=8)
readings = st.dictionaries(words, st.dictionaries(words, words, min_size=1, max_size=3), max_size=5)


def framed(segment: str) -> bytes:
    return f"##{len(segment):04d}{segment}{crc16(segment.encode()):04X}\r\n".encode()


@st.composite
def written(draw: st.DrawFn) -> tuple[bytes, dict[str, dict[str, str]]]:
    told = draw(readings)
    body = ";".join(
        ",".join(f"{code}-{what}={value}" for what, value in values.items()) for code, values in told.items()
    )
    return framed(f"QN=1;ST=21;CN=2011;PW=1;MN={draw(words)};Flag=4;CP=&&{body}&&"), told


@given(written())
def test_what_was_written_is_read(sent: tuple[bytes, dict[str, dict[str, str]]]) -> None:
    payload, told = sent

    (found,) = telegrams(payload)

    assert isinstance(found, Telegram)
    assert found.readings == told


@given(written(), st.data())
def test_a_flipped_bit_is_noticed_wherever_it_is(
    sent: tuple[bytes, dict[str, dict[str, str]]], data: st.DataObject
) -> None:
    payload, _ = sent
    broken = bytearray(payload)
    broken[data.draw(st.integers(0, len(payload) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    found = telegrams(bytes(broken))

    # A digit of the check may have changed from a capital to a small letter: it says the same.
    assert found == telegrams(payload) or all(isinstance(one, Rejected) for one in found)


@given(written(), st.data())
def test_what_is_cut_off_is_noticed(
    sent: tuple[bytes, dict[str, dict[str, str]]], data: st.DataObject
) -> None:
    payload, _ = sent

    found = telegrams(payload[: data.draw(st.integers(0, len(payload) - 1))])

    assert [type(one) for one in found] == [Rejected]


@given(st.lists(st.one_of(written().map(lambda sent: sent[0]), st.binary(max_size=40)), max_size=5))
def test_any_bytes_give_telegrams_or_reasons(pieces: list[bytes]) -> None:
    found = telegrams(b"".join(pieces))

    assert found
    for one in found:
        assert isinstance(one, Telegram) or (one.message and "\n" not in one.message)
