"""What would other rules, or another edition of a standard, have told? Kept history, read and never written."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from citybrain.alert_comparison import DAY_MS, RUN, Comparison, compared
from citybrain.alert_rules import rules_in
from citybrain.judged_days import DayOf, row_of_store
from citybrain.settings import Settings
from citybrain.waiting import query
from indicators.catalog import INDICATORS
from indicators.standard import Edition
from streams.alerts.replay import Item, with_inhibitors
from streams.alerts.rule import Rule, rule_of
from streams.catalog import SYSTEMS
from streams.judge.rows import FINAL_NO_DATA, GENERATION, Civil

LEAD_MS = 2 * DAY_MS
"""How far before the asked time rows are read, so that what stood at its begin and how long it had held is known."""
DAYS_MAX = 92
_WHOLE = """
SELECT * FROM indicators WHERE indicator_id IN ({names}) AND finality IN ('final', 'restated')
  AND window_end > fromUnixTimestamp64Milli({begin}) AND window_end <= fromUnixTimestamp64Milli({end})
"""
_OPEN = """
SELECT * FROM indicator_history WHERE indicator_id IN ({names}) AND finality = 'provisional'
  AND window_end > fromUnixTimestamp64Milli({begin}) AND window_start < fromUnixTimestamp64Milli({end})
"""
_IN_FORCE = "SELECT rule_id, version, active, declaration FROM alert_rules"


def what_if(
    settings: Settings,
    candidates: Sequence[Rule],
    span: tuple[int, int],
    *,
    edition: tuple[str, Edition] | None = None,
) -> Comparison:
    """The rules in force over what was published, against the same with `candidates` in their places.

    `edition`: an indicator and the edition by which its rows are judged again for the second. Errors of the store pass.
    """
    in_force = rules_in_force(settings)
    about = [rule.id for rule in candidates]
    if edition is not None and not candidates:
        about = [rule.id for rule in in_force if rule.indicator == edition[0]]
    changed = {rule.id: rule for rule in candidates}
    others = [rule for rule in in_force if rule.id not in changed]
    before = with_inhibitors(in_force, about)
    after = with_inhibitors([*others, *candidates], about)
    kept = sorted(history(settings, [*before, *after], span), key=_order)
    again = kept if edition is None else sorted(_judged_again(settings, kept, edition, span), key=_order)
    return compared((before, after), (kept, again), span, about=about, zone=settings.zone)


def rules_in_force(settings: Settings) -> list[Rule]:
    """The rules that the line follows as the store knows them; where none were ever loaded, those of the folder.

    Raises RuleFileError for a folder that cannot be used.
    """
    newest: dict[str, Mapping[str, Any]] = {}
    for row in query(settings, _IN_FORCE):
        known = newest.get(row["rule_id"])
        if known is None or int(row["version"]) > int(known["version"]):
            newest[row["rule_id"]] = row
    if not newest:
        return [rule for rule in rules_in(settings.rules) if rule.kind == "state"]
    found = [rule_of(row["declaration"]) for _, row in sorted(newest.items()) if _is_true(row["active"])]
    return [rule for rule in found if rule.kind == "state"]


def history(settings: Settings, rules: Sequence[Rule], span: tuple[int, int]) -> Iterator[Item]:
    """The rows that these rules look at: each whole window as it is known now, and what was told while it was open.

    A restated value counts as if it had been known when its window was over.
    """
    asked = {"begin": span[0] - LEAD_MS, "end": span[1]}
    whole = sorted({rule.indicator for rule in rules})
    live = sorted({rule.indicator for rule in rules if rule.finality == "provisional"})
    for sql, names in ((_WHOLE, whole), (_OPEN, live)):
        if names:
            listed = ", ".join(f"'{name}'" for name in names)
            for row in query(settings, sql.format(names=listed, **asked)):
                yield _item(row_of_store(row))


def _item(row: Mapping[str, Any]) -> Item:
    finality = "final" if row["finality"] == "restated" else row["finality"]
    return Item(_moment(row), {**row, "finality": finality, "run_id": RUN})


def _moment(row: Mapping[str, Any]) -> int:
    """When a row was told by the city clock: at the end of its window, or at its step of it."""
    step = row["revision"] % GENERATION
    system = SYSTEMS.get(INDICATORS[row["indicator_id"]].system)
    if row["finality"] != "provisional" or not 0 < step < FINAL_NO_DATA or system is None:
        return int(row["window_end"])
    step_ms = system.source.step // timedelta(milliseconds=1)
    return int(min(row["window_start"] + step * step_ms, row["window_end"]))


def _order(item: Item) -> tuple[int, int, str, str, str, int]:
    row = item.what
    if not isinstance(row, Mapping):
        raise TypeError("history holds rows alone")
    names = (row["indicator_id"], row["entity_type"], row["entity_id"])
    return item.moment_ms, int(row["window_end"]), *names, int(row["revision"])


def _judged_again(
    settings: Settings, kept: Sequence[Item], edition: tuple[str, Edition], span: tuple[int, int]
) -> Iterator[Item]:
    """The kept rows, with those of one indicator as another edition judges them; its open windows are left out."""
    name, chosen = edition
    yield from (item for item in kept if isinstance(item.what, Mapping) and item.what["indicator_id"] != name)
    civil = Civil(settings.zone)
    day, last = civil.date_of(span[0] - LEAD_MS), civil.date_of(span[1] - 1)
    while day <= last:
        yield from (item for item in _day_again(settings, day, name, chosen) if item.moment_ms <= span[1])
        day += timedelta(days=1)


def _day_again(settings: Settings, day: date, name: str, chosen: Edition) -> Iterator[Item]:
    declared = INDICATORS[name]
    look_back = chosen in declared.variants
    system = SYSTEMS[declared.system]
    judged = DayOf(settings, system, day, chosen={name: chosen}, look_back=look_back).rows()
    return (_item(row) for (indicator_id, *_), row in judged.items() if indicator_id == name)


def _is_true(value: Any) -> bool:
    return value in (True, 1, "1", "true")
