"""Does each feed deliver what was promised? The statistics of its hours, without a store."""

import json
from pathlib import Path
from typing import Any

import pytest

from citybrain.deliveries import deliveries, expected_feeds, feed_of
from citybrain.promises import Promise, PromiseFileError, city_promises, simulated_promises
from feeds.simulated_size import SMALL
from streams.catalog import SYSTEMS
from streams.runs import LIVE_RUN

EIGHT = 1_775_001_600_000
PARKING = SYSTEMS["parking"]
PROMISES = {
    "birmingham-parking": Promise(department="City management", items_per_hour=60, within_seconds=900)
}


def told(**counts: int) -> dict[str, Any]:
    (row,) = deliveries({("birmingham-parking", EIGHT): counts}, "run", PROMISES)
    return dict(row)


def test_rejected_items_were_delivered_too_and_a_promise_is_kept_at_most_once() -> None:
    row = told(accepted=66, complete=60, timely=50, rejected=4)

    assert row["sums"] == {
        "accepted": 66,
        "complete": 60,
        "timely": 50,
        "rejected": 4,
        "with_limit": 66,
        "delivered": 70,
        "promised": 60,
        "kept": 60,
    }
    assert (row["observations"], row["area_id"]) == (70, "City management")


def test_without_a_promise_nothing_is_too_late() -> None:
    (row,) = deliveries({("nyc-311", EIGHT): {"accepted": 5, "timely": 2}}, "run", PROMISES)

    assert (row["sums"]["timely"], row["sums"]["with_limit"], row["sums"]["promised"]) == (0, 0, 0)


def test_an_hour_without_items_is_told_with_what_was_promised() -> None:
    sums = told()["sums"]

    assert (sums["delivered"], sums["kept"], sums["promised"]) == (0, 0, 60)


def test_on_a_live_line_a_silent_feed_that_promised_is_expected_and_in_a_replay_it_is_not() -> None:
    assert expected_feeds(PARKING, LIVE_RUN, PROMISES, []) == ["birmingham-parking"]
    assert expected_feeds(PARKING, "replay-1", PROMISES, []) == []
    assert expected_feeds(SYSTEMS["road"], LIVE_RUN, PROMISES, []) == []
    assert expected_feeds(PARKING, "replay-1", PROMISES, ["other"]) == ["other"]


def test_all_that_the_simulated_city_says_comes_through_its_gateway() -> None:
    assert feed_of(PARKING, "simulator") == "city-gateway-parking"
    assert feed_of(PARKING, "birmingham-parking") == "birmingham-parking"


def test_the_simulated_city_promises_what_its_things_report_at_their_pace() -> None:
    # Twelve car parks, every five minutes.
    assert simulated_promises(SMALL)["city-gateway-parking"].items_per_hour == 12 * 12


def test_a_file_of_promises_comes_beside_the_simulated_ones(tmp_path: Path) -> None:
    path = tmp_path / "promises.json"
    path.write_text(json.dumps({"nyc-311": {"department": "311", "items_per_hour": 100}}))

    found = city_promises(str(path), SMALL)

    assert found["nyc-311"].within_seconds == 300
    assert "city-gateway-parking" in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"nowhere": {"department": "x", "items_per_hour": 1}}', "no feed of this line with nowhere"),
        ('{"nyc-311": {"department": "x", "items_per_hour": 0}}', "greater than 0"),
        ('{"nyc-311": {"department": "x", "items_per_hour": 5, "items": 5}}', "Extra inputs"),
        ("[]", "cannot be used"),
        ("{", "cannot be used"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "promises.json"
    path.write_text(text)

    with pytest.raises(PromiseFileError, match=said):
        city_promises(str(path), SMALL)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(PromiseFileError, match="No such file"):
        city_promises(str(tmp_path / "none.json"), SMALL)
