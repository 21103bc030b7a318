"""What one raw record becomes, told in events, dead letters and counts."""

import json
from datetime import timedelta

import orjson
import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from streams.catalog import ROAD
from streams.normalize.enrich import enrich_air, enrich_road
from streams.normalize.normalizer import (
    DEAD_LETTER_PAYLOAD_BYTES,
    Normalizer,
    Origin,
    Tally,
    dead_letter,
)
from streams.normalize.repeats import RepeatFilter, Seen

AT, AT_MS = "2026-03-02T08:00:12+08:00", 1_772_409_612_000
EIGHT = 1_772_409_600_000
ORIGIN = Origin("city.road.raw.v1", 2, 41, EIGHT)
LINK = {"area_id": "city/north", "attributes": {"length_m": 500, "free_flow_time_ms": 30_000, "weight": 1}}


def lookup(system, entity_type, entity_id, at):
    return LINK if (system, entity_type) == ("road", "link") and entity_id in {"1", "2"} else None


def csv_row(speeds, links="1", at="2012-03-01T00:00:00-08:00", shift=0, feed="los-angeles-traffic"):
    return Raw(
        feed=feed,
        payload=f"{links}\n{speeds}\n".encode(),
        context={"observed_at": at},
        ingest_time=1_330_588_800_000 + shift,
        source="test",
        run_id="run",
        time_shift_ms=shift,
    )


@pytest.fixture
def normalize():
    normalizer, repeats, tally = Normalizer(ROAD, lookup), RepeatFilter(ROAD.repeat_span), Tally()

    def run(raw):
        return normalizer.normalize(ORIGIN, raw, repeats, tally), tally

    return run


def test_a_speed_becomes_the_time_to_pass_its_link(normalize):
    outcome, _ = normalize(csv_row("60.0"))

    (event,) = outcome.events
    assert event["speed_kmh"] == pytest.approx(96.56064)
    assert event["travel_time_ms"] == round(500 * 3600 / 96.56064)
    assert (event["area_id"], event["length_m"], event["free_flow_time_ms"]) == ("city/north", 500, 30_000)
    assert (event["source"], event["run_id"]) == ("test", "run")


def test_what_is_decoded_is_normalized_repeated_or_rejected(normalize):
    normalize(csv_row("60.0,50.0", links="1,9"))
    _, tally = normalize(csv_row("60.0,50.0", links="1,9"))

    assert (tally.records, tally.decoded, tally.normalized, tally.repeated) == (2, 4, 1, 1)
    assert tally.rejected == {"unknown_entity": 2}


def test_one_bad_item_does_not_take_the_others_with_it(normalize):
    outcome, tally = normalize(csv_row("fast,60.0", links="1,2"))

    assert len(outcome.events) == 1
    assert sum(tally.rejected.values()) == 1
    assert outcome.dead_letters[0]["item"] == 0


def test_a_dead_letter_carries_bytes_origin_and_a_reason_for_people(normalize):
    outcome, _ = normalize(csv_row("60.0", links="9"))

    (letter,) = outcome.dead_letters
    assert letter["dead_letter_id"] == "city.road.raw.v1-2-41-0"
    assert letter["payload"] == b"9\n60.0\n"
    assert letter["reason"] == "unknown_entity"
    assert "link 9" in letter["message"]


def test_an_event_from_the_future_is_rejected_so_that_it_closes_no_window(normalize):
    ahead = csv_row("60.0", at="2012-03-01T00:01:01-08:00")

    outcome, tally = normalize(ahead)

    assert outcome.events == []
    assert tally.rejected == {"future_event_time": 1}
    assert "61 s ahead" in outcome.dead_letters[0]["message"]


def test_the_tolerance_itself_is_still_on_time(normalize):
    outcome, _ = normalize(csv_row("60.0", at="2012-03-01T00:01:00-08:00"))

    assert len(outcome.events) == 1


def test_a_recording_on_other_dates_moves_every_event_by_the_same_time(normalize):
    plain, _ = normalize(csv_row("60.0"))
    moved, _ = normalize(csv_row("60.0", shift=3_600_000))

    assert moved.events[0]["event_time"] - plain.events[0]["event_time"] == 3_600_000


def test_an_undeclared_feed_is_a_dead_letter_and_not_an_accident(normalize):
    outcome, tally = normalize(csv_row("60.0", feed="somebody-else"))

    assert tally.rejected == {"unknown_feed": 1}
    assert len(outcome.dead_letters) == 1


def test_a_feed_of_another_system_is_not_let_in(normalize):
    _, tally = normalize(csv_row("60.0", feed="beijing-air"))

    assert tally.rejected == {"unknown_feed": 1}


def test_bytes_that_are_no_raw_record_keep_their_place_of_origin():
    letter = dead_letter(
        ORIGIN, -1, Rejected(RejectReason.UNKNOWN_RECORD, "no magic byte"), None, b"\x01\x02"
    )

    assert (letter["item"], letter["payload"], letter["feed"]) == (-1, b"\x01\x02", "")
    assert letter["ingest_time"] == EIGHT


def test_a_huge_payload_is_cut_and_says_so():
    letter = dead_letter(ORIGIN, -1, Rejected(RejectReason.UNREADABLE, "too odd"), None, b"x" * 1_000_000)

    assert len(letter["payload"]) == DEAD_LETTER_PAYLOAD_BYTES
    assert "cut from 1000000 bytes" in letter["message"]


@pytest.mark.parametrize("speed", [0.0, -3.0, 301.0, None])
def test_a_speed_that_no_road_has_is_out_of_range(speed):
    rejected = enrich_road({"entity_id": "1", "event_time": EIGHT, "speed_kmh": speed}, lookup)

    assert rejected.reason is RejectReason.OUT_OF_RANGE


def test_a_station_keeps_the_area_that_its_feed_names():
    event = {"entity_id": "1001A", "event_time": EIGHT, "area_id": "北京市"}

    assert enrich_air(event, lookup) is None
    assert event["area_id"] == "北京市"


def test_json_gateways_of_the_simulated_city_are_feeds_too(normalize):
    raw = Raw("city-gateway-road", orjson.dumps({"nothing": 1}), {}, EIGHT, "simulator", "run", 0)

    _, tally = normalize(raw)

    assert sum(tally.rejected.values()) == 1


def gateway(speed, version=0, *, withdrawn=False):
    reading = {"link": "1", "measured_at": AT, "speed_kmh": speed, "version": version}
    reading["withdrawn"] = withdrawn
    return Raw("city-gateway-road", json.dumps(reading).encode(), {}, AT_MS + 1_000, "test", "run", 0)


def test_a_higher_version_of_an_event_corrects_it_and_reaches_no_window(normalize):
    first, _ = normalize(gateway(50.0))
    second, tally = normalize(gateway(40.0, 1))

    assert (len(first.events), second.events) == (1, [])
    (correction,) = second.archive_only
    assert correction["event_id"] == first.events[0]["event_id"]
    assert (correction["speed_kmh"], correction["source_version"]) == (40.0, 1)
    assert (tally.normalized, tally.corrected, tally.repeated) == (1, 1, 0)


def test_an_older_version_that_comes_after_a_newer_one_is_a_repeat(normalize):
    normalize(gateway(50.0, 2))
    late, tally = normalize(gateway(40.0, 1))

    assert (late.events, late.archive_only) == ([], [])
    assert (tally.normalized, tally.repeated) == (1, 1)


def test_what_is_withdrawn_before_it_came_is_kept_and_is_no_event(normalize):
    outcome, tally = normalize(gateway(50.0, 1, withdrawn=True))

    assert outcome.events == []
    assert outcome.archive_only[0]["quality"] == "withdrawn"
    assert (tally.decoded, tally.corrected) == (1, 1)


class TestRepeats:
    """An id is remembered for its span of event time, and no longer than its run."""

    span = timedelta(hours=2)

    def test_the_same_id_again_is_a_repeat(self):
        repeats = RepeatFilter(self.span)

        assert repeats.see("r", "a", EIGHT) is Seen.NEW
        assert repeats.see("r", "a", EIGHT) is Seen.REPEAT

    def test_another_run_starts_from_nothing(self):
        repeats = RepeatFilter(self.span)
        repeats.see("r", "a", EIGHT)

        assert repeats.see("s", "a", EIGHT) is Seen.NEW

    def test_a_batch_that_is_taken_back_is_forgotten(self):
        repeats = RepeatFilter(self.span)
        repeats.see("r", "a", EIGHT)
        repeats.keep()
        repeats.see("r", "b", EIGHT)
        repeats.undo()

        assert repeats.see("r", "a", EIGHT) is Seen.REPEAT
        assert repeats.see("r", "b", EIGHT) is Seen.NEW

    def test_a_correction_that_is_taken_back_is_a_correction_again(self):
        repeats = RepeatFilter(self.span)
        repeats.see("r", "a", EIGHT)
        repeats.keep()

        assert repeats.see("r", "a", EIGHT, 1) is Seen.CORRECTION
        repeats.undo()
        assert repeats.see("r", "a", EIGHT, 1) is Seen.CORRECTION
        assert repeats.see("r", "a", EIGHT, 1) is Seen.REPEAT

    def test_ids_beyond_the_span_are_forgotten_so_that_memory_is_bounded(self):
        repeats = RepeatFilter(self.span)
        for minute in range(600):
            repeats.see("r", str(minute), EIGHT + minute * 60_000)

        assert len(repeats) <= 120 + 2 * 15
        assert repeats.see("r", "599", EIGHT + 599 * 60_000) is Seen.REPEAT
