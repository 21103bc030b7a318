"""When do live feeds come into a line, and what is said before anything is started?"""

import json
import re
from pathlib import Path

import pytest

from citybrain.connectors import check_connectors
from citybrain.line import INGEST, MQTT, _connectors
from citybrain.settings import Mode, Settings
from feeds.directory import FEEDS
from stack.errors import StackError
from stack.kafka import NAME as KAFKA
from streams.ingest.acceptance import verdict_on
from streams.ingest.senders import SendersFileError, block_of, hash_of
from streams.ingest.tls import CertificateError
from streams.mqtt.rules import RulesFileError
from streams.raw_writer import live_record

README = Path(__file__).parents[3] / "README.md"


@pytest.fixture
def live(tmp_path):
    senders, topics = tmp_path / "senders.toml", tmp_path / "topics.toml"
    senders.write_text(block_of("a", hash_of("a"), ["ngsi-ld-air"]))
    topics.write_text('[[topic]]\nfilter = "a/#"\nfeed = "ngsi-ld-air"\n')
    return {
        "home": tmp_path / "home",
        "mode": Mode.LIVE,
        "ingest_tokens": str(senders),
        "mqtt": "mqtt://me:secret@broker",
        "mqtt_topics": str(topics),
    }


def test_without_a_setting_there_is_no_connector_on_any_line(tmp_path):
    for mode in Mode:
        settings = Settings(home=tmp_path, mode=mode, ingest_tokens="", mqtt="")
        check_connectors(settings, simulator=mode is Mode.SIMULATED)
        assert list(_connectors(settings)) == []


def test_each_connector_is_a_part_that_kafka_outlives(live):
    settings = Settings(**live)
    check_connectors(settings, simulator=False)

    ingest, mqtt = _connectors(settings)

    assert (ingest.name, mqtt.name) == (INGEST, MQTT)
    assert KAFKA in ingest.depends_on
    assert KAFKA in mqtt.depends_on
    assert ingest.argv[-2:] == ("--port", str(settings.ports.ingest))


def test_files_of_connectors_are_found_from_any_folder_and_a_password_is_no_argument(live, monkeypatch):
    folder = Path(live["ingest_tokens"]).parent
    monkeypatch.chdir(folder)
    _, mqtt = _connectors(Settings(**live | {"ingest_tokens": "senders.toml"}))

    assert mqtt.env["CITYBRAIN_INGEST_TOKENS"] == str(folder / "senders.toml")
    assert mqtt.env["CITYBRAIN_MQTT"] == live["mqtt"]
    assert "secret" not in " ".join(mqtt.argv)


@pytest.mark.parametrize(
    ("mode", "simulator"), [(Mode.SIMULATED, True), (Mode.REPLAY, False), (Mode.LIVE, True)]
)
@pytest.mark.parametrize("unset", ["ingest_tokens", "mqtt"])
def test_live_feeds_do_not_come_into_a_line_with_another_clock(live, mode, simulator, unset):
    with pytest.raises(StackError, match=re.escape("another clock")) as refused:
        check_connectors(Settings(**live | {"mode": mode, unset: ""}), simulator=simulator)

    assert "--mode live --no-simulator" in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"ingest_tokens": "/none"}, SendersFileError, "cannot be read"),
        ({"ingest_certificate": "/none.pem"}, CertificateError, "write PEM files"),
        ({"ingest_host": "0.0.0.0"}, CertificateError, "CITYBRAIN_INGEST_CERTIFICATE"),
        ({"mqtt": "broker"}, RulesFileError, "write mqtt://"),
        ({"mqtt_topics": ""}, StackError, "CITYBRAIN_MQTT_TOPICS"),
        ({"mqtt_topics": "/none"}, RulesFileError, "cannot be read"),
    ],
)
def test_a_wrong_file_is_said_before_the_line_starts(live, changed, error, said):
    with pytest.raises(error, match=re.escape(said)) as refused:
        check_connectors(Settings(**live | changed), simulator=False)

    assert "secret" not in str(refused.value)


def test_the_examples_of_the_readme_work(tmp_path):
    text = README.read_text(encoding="utf-8")
    feed, body = re.search(r"/ingest/([a-z-]+) .*? <<EOF\n(.*?)\nEOF\n", text, re.DOTALL).groups()
    dated = re.sub(r"\$\(date [^)]*\)", "2026-03-02T10:00:00Z", body)
    verdict = verdict_on(live_record(feed, dated.encode(), {}, 1_772_445_600_000), FEEDS[feed])
    assert (verdict.accepted, verdict.rejected) == (1, ())
    (answered,) = re.findall(r'^(\{"feed":.*\})$', text, re.MULTILINE)
    assert {"feed": feed, **verdict.as_answer()}.items() <= json.loads(answered).items()

    topics = tmp_path / "topics.toml"
    topics.write_text(re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1])
    check_connectors(
        Settings(home=tmp_path, mode=Mode.LIVE, mqtt="mqtt://broker", mqtt_topics=str(topics)),
        simulator=False,
    )
