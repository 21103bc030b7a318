"""What does one set of rules say otherwise than another?"""

from pathlib import Path

from citybrain.alert_rules import rules_of
from citybrain.rules_diff import differences, rules_at

RULE = """
rules:
  - id: road.congestion
    name_zh: 路网拥堵
    name_en: Network congestion
    indicator: road.tpi
    levels:
      3: {raise: 6, clear: 5.5}
    hold: 10m
    cap_category: Transport
    department: Traffic police
"""


def rules(text: str):
    return rules_of({"a.yaml": text.encode()}, "here")


def test_what_changes_is_said_field_by_field() -> None:
    changed = RULE.replace("raise: 6", "raise: 6.5").replace(
        "hold: 10m", "hold: 5m\n    finality: provisional"
    )

    (found,) = differences(rules(RULE), rules(changed), whole=True)

    assert (found.rule_id, found.word) == ("road.congestion", "changed")
    assert found.lines == (
        "level III (yellow) raise: from 6 to 6.5 (+0.5)",
        "hold: from 10m to 5m",
        "finality: from final to provisional",
    )


def test_the_same_rules_written_otherwise_do_not_differ() -> None:
    assert differences(rules(RULE), rules(RULE.replace("10m", "600s")), whole=True) == []


def test_a_folder_takes_away_what_it_lacks_and_a_file_does_not(tmp_path: Path) -> None:
    other = RULE.replace("road.congestion", "road.jam")
    file = tmp_path / "one.yaml"
    file.write_text(other)

    after = rules_at(tmp_path)
    whole = differences(rules(RULE), after, whole=True)
    part = differences(rules(RULE), rules_at(file), whole=False)

    assert [(one.rule_id, one.word) for one in whole] == [
        ("road.congestion", "removed"),
        ("road.jam", "added"),
    ]
    assert [(one.rule_id, one.word) for one in part] == [("road.jam", "added")]


def test_a_file_may_name_inhibitors_that_stand_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(
        RULE.replace("road.congestion", "road.jam").replace(
            "    hold", "    inhibited_by: [{rule: road.congestion}]\n    hold"
        )
    )

    (found,) = rules_at(file, rules(RULE))

    assert found.inhibited_by[0].rule == "road.congestion"
