"""Which topics are which feed, and what may the operator write?"""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from streams.mqtt.rules import Broker, Rule, RulesFileError, broker_of, fits, read_rules

GOOD = """
client_id = "line-1"

[[topic]]
filter = "city/+/noise/#"
feed = "noisemonitor"
levels = { station = 2, place = 4 }

[[topic]]
filter = "city/#"
feed = "city-gateway-noise"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "topics.toml"
    path.write_text(GOOD)
    return path


def test_the_first_rule_that_fits_a_topic_counts(file):
    rules = read_rules(file)

    assert rules.client_id == "line-1"
    assert [
        rule.feed if (rule := rules.rule_of(topic)) else None
        for topic in ("city/m1/noise", "city/m1/noise/roof/2", "city/m1/air", "city", "town/m1/noise")
    ] == ["noisemonitor", "noisemonitor", "city-gateway-noise", "city-gateway-noise", None]


def test_levels_of_the_topic_become_context_as_far_as_they_are_there(file):
    rule = read_rules(file).rules[0]

    assert rule.context_of("city/m1/noise/roof/2") == {"station": "m1", "place": "roof"}
    assert rule.context_of("city/m1/noise") == {"station": "m1"}


LEVELS = st.lists(st.sampled_from(["", "a", "b", "$x"]), min_size=1, max_size=4)


@given(
    LEVELS, LEVELS.flatmap(lambda levels: st.permutations([*levels, "+", "+"])), st.booleans(), st.booleans()
)
@example(["a"], ["a"], True, False)
@example(["$x", "a"], ["+", "a"], False, False)
def test_a_filter_fits_what_the_client_library_says_that_it_fits(topic, wanted, open_ended, short):
    levels = wanted[: len(topic)] if short else wanted
    topic_filter = "/".join([*levels, "#"] if open_ended else levels)

    assert fits(topic_filter, "/".join(topic)) == topic_matches_sub(topic_filter, "/".join(topic))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[[topic]", "cannot be used"),
        ("", "under [[topic]]"),
        ("topic = 7", "under [[topic]]"),
        (GOOD.replace("client_id", "client"), "the file has client"),
        (GOOD.replace('"line-1"', '"line 1"'), "client_id cannot be"),
        (GOOD.replace('"line-1"', '"line-1"\nca_file = "none.pem"'), "there is no ca_file 'none.pem'"),
        (GOOD.replace('"line-1"', '"line-1"\nversion = 5'), 'write "3.1.1" or "5"'),
        (GOOD.replace("city/#", "city/#/x"), "is no filter"),
        (GOOD.replace("city/#", "city/x#"), "is no filter"),
        (GOOD.replace("city/#", "city/x+"), "is no filter"),
        (GOOD.replace('"city/#"', '""'), "is no filter"),
        (GOOD.replace('"city/#"', "7"), "is no filter"),
        (GOOD.replace('"city/#"', f'"{"a/" * 40}"'), "is no filter"),
        (GOOD.replace("city/#", "city/+/noise/#"), "there twice"),
        (GOOD.replace("city-gateway-noise", "loudness"), "there are aarhus-links"),
        (GOOD.replace("{ station = 2, place = 4 }", "2"), "write levels as"),
        (GOOD.replace("station = 2", "station = 0"), "they count from 1"),
        (GOOD.replace("station = 2", "station = true"), "they count from 1"),
        (GOOD.replace("station = 2", "Station = 2"), "no name of a context"),
        (GOOD.replace("noise/#", "noise"), "has no level 4 for place"),
        (GOOD.replace("feed = ", "feeds = "), "has feeds"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_write(file, wrong, said):
    file.write_text(wrong)

    with pytest.raises(RulesFileError, match=re.escape(said)) as refused:
        read_rules(file)

    assert str(file) in str(refused.value)


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(RulesFileError, match="cannot be read"):
        read_rules(tmp_path / "none.toml")


def test_mqtt_5_is_spoken_where_the_file_says_so(file):
    file.write_text(GOOD)
    before = read_rules(file).version
    file.write_text(GOOD.replace('"line-1"', '"line-1"\nversion = "5"'))

    assert (before, read_rules(file).version) == ("3.1.1", "5")


def test_a_certificate_stands_beside_the_file(file):
    (file.parent / "ca.pem").write_text("x")
    file.write_text(GOOD.replace('"line-1"', '"line-1"\nca_file = "ca.pem"'))

    assert read_rules(file).ca_file == str(file.parent / "ca.pem")


@pytest.mark.parametrize(
    ("address", "broker"),
    [
        ("mqtt://broker", Broker("broker", 1883, tls=False, username="", password="")),
        ("mqtts://broker/", Broker("broker", 8883, tls=True, username="", password="")),
        ("mqtt://me:p%40ss@10.0.0.1:1884", Broker("10.0.0.1", 1884, False, "me", "p@ss")),
        ("mqtt://[::1]:1885", Broker("::1", 1885, tls=False, username="", password="")),
    ],
)
def test_an_address_says_where_the_broker_is_and_as_whom_we_come(address, broker):
    assert broker_of(address) == broker


@pytest.mark.parametrize(
    "address",
    [
        "broker:1883",
        "http://broker",
        "mqtt://",
        "mqtt://broker:many",
        "mqtt://broker:99999",
        "mqtt://b/topic",
        "",
    ],
)
def test_a_wrong_address_is_refused_without_its_password(address):
    with pytest.raises(RulesFileError, match="CITYBRAIN_MQTT is no address"):
        broker_of(address)
    with pytest.raises(RulesFileError) as refused:
        broker_of("http://me:secret@broker")
    assert "secret" not in str(refused.value)


def test_a_password_is_in_no_text_of_its_broker():
    assert "secret" not in str(broker_of("mqtt://me:secret@broker"))
    assert Rule("a", "noisemonitor").levels == {}
