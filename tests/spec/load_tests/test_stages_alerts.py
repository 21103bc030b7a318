"""What the stage of alerts measures."""

from citybrain.alert_rules import rules_of
from load_tests.stages_alerts import _RULE, percentile


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(number) for number in range(100, 0, -1)]

    assert percentile(values, 0.5) == 50.0
    assert percentile(values, 0.99) == 99.0
    assert percentile([3.0], 0.99) == 3.0


def test_the_rule_of_the_stage_is_a_rule():
    (rule,) = rules_of({"latency.yaml": _RULE}, "the bench")

    assert rule.indicator == "road.speed_kmh"
