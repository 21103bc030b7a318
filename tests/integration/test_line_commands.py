"""What a person does with the line: look, ask, stop, go on."""

import json

import pytest
from confluent_kafka import Producer
from lines import until

from schemas.records import record_names, schema_text
from schemas.registry import IncompatibleSchemaError, Registry
from streams.catalog import CATALOG, ROAD
from streams.kafka import topic_drift

pytestmark = pytest.mark.stack


def test_status_names_every_part_and_says_how_far_each_group_is_behind(line):
    health = json.loads(line.run("status", "--json").stdout)

    names = {part["name"] for part in health["parts"]}
    assert names >= {"kafka", "registry", "jobmanager", "taskmanager", "store", "normalize", "judge", "sink"}
    assert all(part["state"] in {"ready", "done"} for part in health["parts"])
    assert set(health["lag"]) >= {"normalize", "judge", "sink", "jobs-road", "jobs-air", "jobs-emergency"}
    assert set(health["events_per_second"]) == set(health["newest_event_time"])


def test_doctor_finds_the_running_line_in_order(line):
    done = line.run("doctor")

    assert "✗" not in done.stdout
    assert "each system has a running job" in done.stdout


def test_a_part_is_started_again_by_name_and_the_line_goes_on(line):
    before = line.pid_of("judge")

    done = line.run("restart", "judge")

    assert "judge is back after" in done.stdout
    assert line.pid_of("judge") not in {None, before}
    assert line.state_of("judge") == "ready"


def test_an_unknown_part_is_answered_with_those_that_run(line):
    done = line.run("restart", "brain", check=False)

    assert done.returncode == 1
    assert "normalize" in done.stderr


def test_a_mistake_in_sql_is_answered_with_the_tables_that_there_are(line):
    done = line.run("sql", "SELECT * FROM indicator", check=False)

    assert done.returncode == 1
    assert "indicators" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_cannot_write(line):
    done = line.run("sql", "INSERT INTO runs (run_id) VALUES ('x')", check=False)

    assert done.returncode == 1


def test_a_second_line_in_the_same_home_is_refused_with_what_to_do(line):
    done = line.run("up", "--detach", check=False)

    assert done.returncode == 1
    assert "already runs" in done.stderr
    assert "citybrain down" in done.stderr


def test_an_unknown_recording_is_answered_with_those_that_there_are(line):
    done = line.run("replay", "paris-metro", check=False)

    assert done.returncode == 1
    assert "los-angeles-traffic" in done.stderr


def test_every_topic_is_as_declared(line):
    assert topic_drift(line.settings.kafka, CATALOG.topics.values()) == []


def test_every_subject_has_exactly_the_version_of_the_schemas_folder(line):
    registry = Registry(line.settings.registry)

    for topic in CATALOG.topics.values():
        assert registry.versions(topic.name) == [1], topic.name
    assert {topic.record for topic in CATALOG.topics.values()} <= set(record_names())


def test_a_change_that_breaks_an_older_reader_is_refused(line):
    broken = json.loads(schema_text("road_observation"))
    broken["fields"] = [field for field in broken["fields"] if field["name"] != "travel_time_ms"]

    with pytest.raises(IncompatibleSchemaError, match="not compatible"):
        Registry(line.settings.registry).register_text(ROAD.normalized.name, json.dumps(broken))


def test_bytes_that_are_no_record_become_a_dead_letter_and_stop_nothing(line):
    producer = Producer({"bootstrap.servers": line.settings.kafka})
    producer.produce(ROAD.raw.name, value=b"not a record", partition=0)
    producer.flush(10)

    def letters():
        return line.rows(
            f"SELECT reason, hex(payload) AS bytes, partition FROM dead_letters WHERE topic = '{ROAD.raw.name}' "
            "AND reason = 'unknown_record'"
        )

    (letter,) = until(letters, 30, "the dead letter in the store")
    assert bytes.fromhex(letter["bytes"]) == b"not a record"
    assert line.state_of("normalize") == "ready"


def test_indicators_are_printed_with_their_names(line):
    done = line.run("indicators", "--limit", "20")

    assert done.returncode == 0
    assert "Newest indicators" in done.stdout


def test_a_line_that_was_stopped_goes_on_from_there(line):
    def found():
        (row,) = line.rows("SELECT count() AS found FROM runs")
        (letters,) = line.rows("SELECT count() AS found FROM dead_letters")
        return row["found"], letters["found"]

    before = found()
    line.run("down", timeout=60)
    line.run("up", "--detach", "--no-simulator", timeout=240)

    assert found() == before
