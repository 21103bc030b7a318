"""What can be written as a rule, and what is said of one that cannot be used?"""

import json
from datetime import timedelta

import pytest

from citybrain.alert_rules import RuleFileError, next_versions, rules_of
from streams.alerts.rule import declaration_of, rule_of

RULE = """
rules:
  - id: road.congestion
    name_zh: 路网拥堵
    name_en: Network congestion
    indicator: road.tpi
    entity_types: [area, city]
    levels:
      2: {raise: 8, clear: 7.5}
      3: {raise: 6, clear: 5.5, hold: 10m}
    hold: 5m
    cap_category: Transport
    department: Traffic police
"""


def read(text: str, **files: str):
    return rules_of({"a.yaml": text.encode(), **{f"{k}.yaml": v.encode() for k, v in files.items()}}, "here")


def problems(text: str, **files: str) -> list[str]:
    with pytest.raises(RuleFileError) as refused:
        read(text, **files)
    return [str(problem) for problem in refused.value.problems]


def test_a_rule_is_the_same_after_its_way_over_the_line():
    (rule,) = read(RULE)

    assert rule_of(declaration_of(rule)) == rule
    assert rule.levels[3].hold == timedelta(minutes=10)
    assert rule.bad_side == "above"
    assert rule.gap == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("hold: 5m", "hold: 5 min", "a.yaml:11 road.congestion hold: is '5 min': write a span of time as"),
        (
            "raise: 8, clear: 7.5",
            "raise: 8, clear: 9",
            "a.yaml:9 road.congestion levels.2.clear: 9 is on the bad",
        ),
        (
            "raise: 8, clear: 7.5",
            "raise: 5",
            "a.yaml:9 road.congestion levels.2.raise: 5 is milder than 6 of level 3",
        ),
        ("raise: 8, clear: 7.5", "raise: 11", "a.yaml:9 road.congestion levels.2.raise: 11 lies beyond"),
        ("raise: 8, clear: 7.5", "rise: 8", "a.yaml:9 road.congestion levels.2.rise: is no part of it"),
        (
            "raise: 8, clear: 7.5",
            "grades: [糟糕]",
            "levels.2.grades: 糟糕 is no grade of road.tpi; there are 畅通",
        ),
        (
            "2: {raise: 8, clear: 7.5}\n      3: {raise: 6, clear: 5.5, hold: 10m}",
            "2: {grades: [轻度拥堵]}\n      3: {grades: [严重拥堵]}",
            "levels.2.grades: are no worse than those of level 3",
        ),
        (
            "raise: 8, clear: 7.5",
            "target: a.b",
            "levels.2.target: a.b is no target of road.tpi; there are none",
        ),
        ("raise: 8, clear: 7.5", "clear: 7", "levels.2: needs exactly one of raise, grades and target"),
        ("indicator: road.tpi", "indicator: road.tip", "a.yaml:6 road.congestion indicator: is 'road.tip'"),
        ("indicator: road.tpi", "indicator: air.aqi_hourly", "indicator: is of the system air"),
        ("[area, city]", "[link]", "entity_types: has link: road.tpi is published for"),
        ("cap_category: Transport", "cap_category: Traffic", "cap_category: "),
        ("    department: Traffic police\n", "", "department: is missing: add it"),
        ("id: road.congestion", "id: Congestion", "id: is 'Congestion': write <system>.<name>"),
        ("hold: 5m", "no_data: {after: 0m}", "no_data.after: is 0"),
        ("hold: 5m", "inhibited_by: [{rule: road.gone}]", "inhibited_by: names road.gone, which is in none"),
        ("hold: 5m", "escalation: [{after: 5m, duty: 2}, {after: 9m, duty: 1}]", "escalation: does not rise"),
        ("hold: 5m", "schedule: {hours: [9-17]}", "schedule.hours: a span of work is '9-17'"),
        ("hold: 5m", "overlays: {flood-season: {levels: {2: {raise: 4}}}}", "levels.2.raise: 4 is milder"),
        (
            "hold: 5m",
            "plans: {1: {kind: road, lead_department: x}}",
            "plans: there is no level 1 in this rule",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_line_rule_and_field(right, wrong, said):
    assert right in RULE
    (problem,) = problems(RULE.replace(right, wrong))

    assert said in problem


def test_a_rule_that_is_there_twice_is_told_with_both_places():
    assert problems(RULE, b=RULE) == [
        "b.yaml:3 road.congestion id: is there twice, also in a.yaml:3: rename one"
    ]


def test_an_overlay_changes_what_it_names_and_nothing_else():
    (rule,) = read(RULE + "    overlays: {flood-season: {hold: 0m, levels: {3: {raise: 4}}}}\n")
    changed = rule.under(("flood-season", "holiday"))

    assert (changed.hold, changed.levels[3].raise_at, changed.levels[2]) == (timedelta(0), 4, rule.levels[2])
    assert rule.under(("holiday",)) is rule


def test_only_what_changed_gets_a_further_version_and_what_is_gone_is_out_of_force():
    (rule,) = read(RULE)
    (first,) = next_versions([rule], {}, by="duty", now_ms=1)
    known = {rule.id: first}
    assert list(next_versions([rule], known, by="duty", now_ms=2)) == []

    (other,) = read(RULE.replace("hold: 5m", "hold: 6m"))
    (second,) = next_versions([other], known, by="duty", now_ms=2)
    (gone,) = next_versions([], known, by="duty", now_ms=3)

    assert (second["version"], json.loads(second["declaration"])["hold"]) == (2, "6m")
    assert (gone["version"], gone["active"]) == (2, False)
    assert [record["version"] for record in next_versions([rule], {rule.id: gone}, by="duty", now_ms=4)] == [
        3
    ]
