"""Are all feeds there, and is every way to be rejected explained?"""

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.directory import FEEDS, decode
from feeds.recordings import RECORDINGS, Recording
from feeds.simulator import GATEWAYS


@pytest.mark.parametrize("reason", list(RejectReason))
def test_every_reject_reason_says_in_one_sentence_what_it_means_and_what_to_do(reason: RejectReason) -> None:
    assert reason.value == str(reason)
    assert reason.meaning.endswith(".")
    assert reason.remedy.endswith(".")


def test_a_reject_reason_is_found_again_by_the_word_in_a_dead_letter() -> None:
    assert RejectReason("future_event_time") is RejectReason.FUTURE_EVENT_TIME


def test_a_record_of_no_known_feed_is_rejected() -> None:
    (item,) = decode(Raw("no-such-feed", b"1", {}, 0, "x", "run", 0))

    assert item.reason is RejectReason.UNKNOWN_FEED
    assert "no-such-feed" in item.message


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=lambda recording: recording.name)
def test_every_recording_plays_a_known_feed_of_its_system(recording: Recording) -> None:
    assert FEEDS[recording.feed].system == recording.system
    assert FEEDS[recording.feed].zone == recording.zone


def test_every_gateway_of_the_simulated_city_is_a_known_feed_of_its_system() -> None:
    assert {system: FEEDS[feed].system for system, feed in GATEWAYS.items()} == {
        system: system for system in GATEWAYS
    }
    assert set(GATEWAYS) == {feed.system for feed in FEEDS.values()}


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("payload", [b"", b" \n\n", b"\xef\xbb\xbf"])
def test_a_payload_without_anything_is_one_rejection_for_every_feed(feed: str, payload: bytes) -> None:
    (item,) = decode(Raw(feed, payload, {}, 0, "test", "run", 0))

    assert isinstance(item, Rejected)
