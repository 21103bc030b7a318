"""Every shipped rule is told by series files: when it speaks, and when it is silent."""

from pathlib import Path

import pytest

from citybrain.alert_rules import rules_in
from citybrain.alert_stories import Outcome, RuleStories, StoryError, stories_in, told
from indicators.catalog import INDICATORS
from indicators.targets import TARGETS
from streams.catalog import SYSTEMS

FOLDER = Path(__file__).parents[3] / "rules"
RULES = rules_in(FOLDER)
STATE = [rule for rule in RULES if rule.kind == "state"]


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [
        one
        for stories in stories_in(sorted((FOLDER / "tests").glob("*.yaml")))
        for one in told(RULES, stories)
    ]


def test_every_series_leads_to_what_it_expects(outcomes: list[Outcome]) -> None:
    wrong = [f"{one.file}: {one.name}\n" + "\n".join(one.difference) for one in outcomes if not one.holds]

    assert not wrong, "\n".join(wrong)


def test_every_rule_has_a_series_that_raises_and_one_that_stays_silent(outcomes: list[Outcome]) -> None:
    told_of = {(one.rule_id, one.raises) for one in outcomes}

    assert (
        sorted(
            f"{rule.id}: {word}"
            for rule in STATE
            for raises, word in ((True, "speaks"), (False, "is silent"))
            if (rule.id, raises) not in told_of
        )
        == []
    )


def test_every_system_has_rules_and_every_rule_says_what_to_do() -> None:
    assert {rule.system for rule in STATE} >= set(SYSTEMS)
    assert [rule.id for rule in STATE if not rule.runbook or not rule.escalation] == []


def test_every_grade_that_means_an_exceedance_and_every_target_has_a_rule() -> None:
    """Of the graded indicators those of an hour or less; a day's and a longer window's is told by the same words."""
    ruled = {rule.indicator for rule in STATE}
    by_target = {step.target for rule in STATE for step in rule.levels.values() if step.target}

    graded = {found.id for found in INDICATORS.values() if found.grades} - {"road.tti_hourly"}
    assert sorted(graded - ruled) == ["hospital.nedocs_mean"][:0]
    known = {target.id for target in TARGETS.values() if target.indicator in INDICATORS}
    assert known - by_target == set()


def test_no_threshold_that_a_standard_names_is_written_in_a_rule() -> None:
    """Where the indicator has grades the rule names them; noise is held against the limit that its row names."""
    wrong = [
        rule.id
        for rule in STATE
        for step in rule.levels.values()
        if step.raise_at is not None and rule.declared.grades is not None
    ]

    assert wrong == []
    assert {
        rule.detail
        for rule in STATE
        if rule.system == "noise" and rule.levels and "exceed" in (rule.detail or "")
    } == {"exceedance_db"}


def test_who_hangs_on_a_feed_or_an_outage_is_muted_by_it() -> None:
    feeding = {rule.id for rule in STATE if rule.id.endswith(".outage")}

    for rule in STATE:
        if rule.id in feeding:
            assert [one.rule for one in rule.inhibited_by] == ["feed.silent"]
    assert len(feeding) >= 25


def test_a_story_that_goes_otherwise_is_shown_as_a_difference(tmp_path: Path) -> None:
    (stories,) = stories_in([FOLDER / "tests" / "road.congestion.yaml"])
    told_wrongly = stories.stories[0].model_copy(update={"alerts": ("08:10 raised III",)})

    (outcome,) = told(RULES, RuleStories("x.yaml", stories.rule_id, (told_wrongly,)))

    assert outcome.difference[0] == "- 08:10 raised III"
    assert any(line.startswith("+ ") for line in outcome.difference)


def test_a_series_with_a_word_that_is_no_grade_says_which_there_are() -> None:
    (stories,) = stories_in([FOLDER / "tests" / "road.congestion.yaml"])
    told_wrongly = stories.stories[0].model_copy(update={"series": {"city city": "糟糕"}})

    with pytest.raises(StoryError, match=r"糟糕.*its grades are 畅通"):
        told(RULES, RuleStories("x.yaml", stories.rule_id, (told_wrongly,)))
