"""What can be asked of the line, and what cannot be sent?"""

import pytest

from schemas.codec import Encoder
from streams.alerts.levels import LEVELS, level_named
from streams.commands import CommandError, command_of

NOW = 1_775_000_000_000


def acknowledge(**other):
    return command_of(
        "alert.acknowledge", "a-1", by="duty-officer", event_time=NOW, mode="simulated", **other
    )


def test_the_same_command_given_again_has_the_same_id():
    assert acknowledge() == acknowledge()
    assert acknowledge()["command_id"] != acknowledge(reason="seen on the screen")["command_id"]


def test_a_command_fits_its_record():
    assert Encoder("command", 1).encode(acknowledge(parameters={"desk": "3"}))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"command": "alert.forget"}, "no command is called 'alert.forget'; there are alert.acknowledge"),
        ({"target": " "}, "needs what it is about"),
        ({"by": ""}, "sign as a role"),
        ({"by": "Li 138 0013 8000"}, "no name or number"),
        ({"command": "alert.shelve", "until": NOW + 1}, "needs a reason"),
        ({"command": "alert.shelve", "reason": "works"}, "needs an end"),
        ({"until": NOW}, "ends before it begins"),
        ({"reason": "x" * 501}, "longer than 500 characters"),
        ({"parameters": {"tasks": "x" * 4_001}}, "too much beside it"),
    ],
)
def test_what_cannot_be_sent_is_said(wrong, said):
    given = {"command": "alert.acknowledge", "target": "a-1", "by": "duty-officer", **wrong}
    with pytest.raises(CommandError, match=said):
        command_of(given.pop("command"), given.pop("target"), event_time=NOW, mode="live", **given)


def test_levels_are_named_as_people_name_them():
    assert [level.cap_severity for level in LEVELS.values()] == ["Extreme", "Severe", "Moderate", "Minor"]
    assert {level_named(word).number for word in ("2", "II", "ii", "Orange", "橙色")} == {2}
    with pytest.raises(LookupError, match="there are I \\(red"):
        level_named("purple")
