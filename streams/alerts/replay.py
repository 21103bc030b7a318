"""Which alerts do these values lead to? The engine of the line, fed from rows that are at hand, without Kafka or a clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from streams.alerts.engine import Alerts
from streams.alerts.rule import Rule, declaration_of
from streams.alerts.world import Told
from streams.keyed_state import KeyedState
from streams.told import Told as Mark


class Item(NamedTuple):
    """What comes at a moment (epoch milliseconds): a row of `city.indicators.v1`, a mark of time, or a command."""

    moment_ms: int
    what: Mapping[str, Any] | Mark


def replayed(rules: Sequence[Rule], items: Iterable[Item], *, zone: str, mode: str) -> Iterator[Told]:
    """Everything that the engine writes under these rules, in its order. The items come in theirs."""
    alerts = Alerts(KeyedState(), zone=zone, mode=mode, partitions=1)
    for rule in rules:
        record = {"rule_id": rule.id, "version": 1, "active": True, "declaration": declaration_of(rule)}
        yield from alerts.on_rule(record)
    for moment_ms, what in items:
        if isinstance(what, Mark):
            yield from alerts.on_mark(what, 0)
        elif "command_id" in what:
            yield from alerts.on_command(what)
        else:
            yield from alerts.on_row(what, moment_ms, 0)


def with_marks(items: Iterable[Item], measures: Sequence[str], run_id: str, end_ms: int) -> Iterator[Item]:
    """The items with marks between their moments: at each, all measures have told everything before it.

    The last mark is at `end_ms`: up to there timers run out.
    """
    before: int | None = None
    for item in items:
        if item.moment_ms != before:
            yield from _marks(item.moment_ms, measures, run_id)
            before = item.moment_ms
        yield item
    yield from _marks(end_ms, measures, run_id)


def _marks(moment_ms: int, measures: Sequence[str], run_id: str) -> Iterator[Item]:
    return (Item(moment_ms, Mark(measure, run_id, moment_ms)) for measure in measures)


def with_inhibitors(rules: Sequence[Rule], wanted: Iterable[str]) -> list[Rule]:
    """The rules with these ids, and all whose alerts may mute theirs, in the order of `rules`."""
    known = {rule.id: rule for rule in rules}
    found: set[str] = set()
    waiting = [rule_id for rule_id in wanted if rule_id in known]
    while waiting:
        rule_id = waiting.pop()
        if rule_id not in found:
            found.add(rule_id)
            waiting += [one.rule for one in known[rule_id].inhibited_by if one.rule in known]
    return [rule for rule in rules if rule.id in found]
