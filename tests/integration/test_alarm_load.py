"""How many alarms have those on duty on a day of the simulated city, with the shipped rules?

No server takes part: the city's own sums, the judge, and the engine of alerts.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from simulated_day import items_of

from citybrain.alert_rules import rules_in
from feeds.simulated_size import SMALL
from feeds.simulator import SimulatedCity
from streams.alerts.load import HOUR_MS, WANTED_AN_HOUR, load_of
from streams.alerts.replay import Item, replayed
from streams.catalog import ALERTS

START = int(datetime.fromisoformat("2026-11-18T00:00+08:00").timestamp() * 1000)
RULES = [rule for rule in rules_in(Path(__file__).parents[2] / "rules") if rule.kind == "state"]


def alerts_of(items: list[Item]) -> list[dict[str, Any]]:
    written = replayed(RULES, items, zone="Asia/Shanghai", mode="simulated")
    return [dict(told.record) for told in written if told.topic == ALERTS.name and told.record is not None]


@pytest.mark.timeout(1_800)
def test_the_same_hour_of_the_city_leads_to_the_same_alerts() -> None:
    items = items_of(SimulatedCity(7, START, size=replace(SMALL, links=1)), 60, RULES)

    first, again = alerts_of(items), alerts_of(items)

    assert len(first) > 20
    assert first == again


@pytest.mark.whole
@pytest.mark.timeout(3_600)
def test_a_day_of_the_city_asks_for_attention_at_most_six_times_an_hour() -> None:
    items = items_of(SimulatedCity(7, START, size=replace(SMALL, links=2)), 1_440, RULES)

    load = load_of(alerts_of(items), START, START + 24 * HOUR_MS)

    # Its planted faults are told, and not more often than one operator can take in.
    assert load.calls > 24
    assert load.per_operator_hour(24) <= WANTED_AN_HOUR
