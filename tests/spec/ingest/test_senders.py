"""What may the operator's file of senders say, and whose is a token?"""

import os
import re

import pytest

from streams.ingest.rate import Limit
from streams.ingest.senders import (
    USUAL_LIMIT,
    Sender,
    Senders,
    SendersFileError,
    block_of,
    hash_of,
    new_token,
    read_senders,
    sender_of,
)

GOOD = f"""
# Those of the parking department.
[[sender]]
name = "parking"
token_sha256 = "{hash_of("one")}"
feeds = ["ngsi-ld-parking", "ngsi-ld-parking", "city-gateway-parking"]

[[sender]]
name = "air.lab-2"
token_sha256 = "{hash_of("two")}"
feeds = ["ngsi-ld-air"]
requests_per_second = 0.5
burst = 3
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "senders.toml"
    path.write_text(GOOD)
    return path


def test_a_sender_has_its_feeds_and_its_pace(file):
    parking, lab = read_senders(file)

    assert parking == Sender(
        "parking", hash_of("one"), ("ngsi-ld-parking", "city-gateway-parking"), USUAL_LIMIT
    )
    assert lab.limit == Limit(0.5, 3)


def test_a_pace_alone_allows_two_seconds_of_it_at_once(file):
    file.write_text(GOOD.replace("burst = 3", "").replace("= 0.5", "= 100"))
    assert read_senders(file)[1].limit == Limit(100.0, 200)
    file.write_text(GOOD.replace("burst = 3", "").replace("= 0.5", "= 0.1"))
    assert read_senders(file)[1].limit == Limit(0.1, 1)


def test_a_token_is_that_of_its_sender_and_its_hash_is_not_a_token(file):
    senders = read_senders(file)

    assert sender_of("two", senders) is senders[1]
    for wrong in ("", "three", hash_of("two"), "two ", "TWO"):
        assert sender_of(wrong, senders) is None


def test_every_hash_is_compared_whether_one_fits_or_not(file, monkeypatch):
    from streams.ingest import senders as module

    compared = []

    def compare(one, other):
        compared.append(other)
        return one == other

    monkeypatch.setattr(module.hmac, "compare_digest", compare)
    senders = read_senders(file)
    for token in ("one", "two", "three"):
        compared.clear()
        sender_of(token, senders)
        assert compared == [sender.token_sha256 for sender in senders]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[[sender]", "not TOML"),
        ("[sender]\nname = 'x'", "under [[sender]]"),
        ("token = 'abc'", "only [[sender]] is known"),
        (GOOD.replace('name = "parking"', ""), "the name None"),
        (GOOD.replace('"parking"', '"Parking GmbH"'), "small letters"),
        (GOOD.replace('"parking"', '"air.lab-2"'), "two senders have one name"),
        (GOOD.replace(hash_of("one"), hash_of("two")), "two senders have one token_sha256"),
        (GOOD.replace(hash_of("one"), "one"), "citybrain token parking"),
        (GOOD.replace(hash_of("one"), hash_of("one").upper()), "small hexadecimal"),
        (GOOD.replace('["ngsi-ld-air"]', "[]"), "write the feeds"),
        (GOOD.replace('["ngsi-ld-air"]', '"ngsi-ld-air"'), "write the feeds"),
        (GOOD.replace('["ngsi-ld-air"]', '["ngsi-ld-water"]'), "there are aarhus-links"),
        (GOOD.replace("= 0.5", "= 0"), "requests_per_second cannot be 0"),
        (GOOD.replace("= 0.5", "= nan"), "requests_per_second cannot be nan"),
        (GOOD.replace("= 0.5", "= inf"), "requests_per_second cannot be inf"),
        (GOOD.replace("= 0.5", '= "fast"'), "requests_per_second cannot be 'fast'"),
        (GOOD.replace("burst = 3", "burst = 2.5"), "burst cannot be 2.5"),
        (GOOD.replace("burst = 3", "burst = true"), "burst cannot be True"),
        (GOOD.replace("burst = 3", "bursts = 3"), "has bursts"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_write(file, wrong, said):
    file.write_text(wrong)

    with pytest.raises(SendersFileError, match=re.escape(said)) as refused:
        read_senders(file)

    assert str(file) in str(refused.value)
    assert hash_of("one") not in str(refused.value).replace(hash_of("two"), "")


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(SendersFileError, match="cannot be read"):
        read_senders(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")
    with pytest.raises(SendersFileError, match="cannot be read"):
        read_senders(tmp_path / "latin.toml")


def test_a_changed_file_is_read_again_and_one_that_is_gone_changes_nothing(file):
    seconds = 0.0
    senders = Senders(file, lambda: seconds)
    assert senders.find("one") is not None

    file.write_text(GOOD.replace(hash_of("one"), hash_of("three")))
    assert senders.find("one") is not None  # It is looked at once a second.
    seconds = 1.0
    assert senders.find("one") is None
    assert senders.find("three") is not None

    file.unlink()
    seconds = 2.0
    assert senders.find("three") is not None
    file.write_text("")
    os.utime(file, (1, 1))
    seconds = 3.0
    assert senders.find("three") is None


def test_a_new_token_and_its_block_fit_the_file(file):
    token = new_token()
    assert len(token) >= 43
    assert token != new_token()

    file.write_text(GOOD + block_of("noise", hash_of(token), ["ngsi-ld-noise"]))
    found = sender_of(token, read_senders(file))

    assert found is not None
    assert (found.name, found.feeds) == ("noise", ("ngsi-ld-noise",))


@pytest.mark.parametrize(("name", "feeds"), [('x"\nfeeds = []', ["ngsi-ld-air"]), ("x", ["none"]), ("x", [])])
def test_no_block_is_printed_that_could_not_be_read(name, feeds):
    with pytest.raises(SendersFileError):
        block_of(name, hash_of("x"), feeds)
