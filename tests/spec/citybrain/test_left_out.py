"""Does a line that only counts do without the parts that it was told to, and is nobody waited for who is not there?"""

from pathlib import Path

from citybrain.health import consumer_groups
from citybrain.line import line_parts
from citybrain.settings import Settings


def names(settings: Settings) -> set[str]:
    return {part.name for part in line_parts(settings, simulator=False)}


def test_a_line_has_every_part_unless_it_is_told_otherwise(tmp_path: Path) -> None:
    whole = names(Settings(home=tmp_path))

    assert whole >= {"cases", "situations", "alerts", "deliver", "judge", "sink"}
    assert names(Settings(home=tmp_path, without="alerts, deliver")) == whole - {"alerts", "deliver"}


def test_what_is_left_out_is_behind_with_nothing(tmp_path: Path) -> None:
    whole, fewer = (consumer_groups(Settings(home=tmp_path, without=left)) for left in ("", "cases,alerts"))

    assert whole.keys() - fewer.keys() == {"cases", "alerts"}
