"""`citybrain rules`: by which rules are alerts raised? Check them, load them, list them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from citybrain.alert_rules import known_rules, load, rules_in
from citybrain.alert_stories import stories_in, told
from citybrain.commands.console import for_tables
from citybrain.rules_diff import differences, rules_at
from citybrain.settings import Settings
from citybrain.whatif import rules_in_force
from schemas.registry import Registry
from streams.alerts.fields import shown_span
from streams.alerts.levels import LEVELS
from streams.alerts.rule import Rule, rule_of

Folder = Annotated[Path | None, typer.Argument(help="Folder of the rules; CITYBRAIN_RULES by default.")]


def check(folder: Folder = None) -> None:
    """Check the rules of a folder: list them, or say everything that is wrong with them."""
    rules = rules_in(folder or Settings().rules)
    for_tables().print(_table(f"{len(rules)} rules, all in order", [(rule, None) for rule in rules]))


def load_command(
    folder: Folder = None,
    *,
    by: Annotated[str, typer.Option(help="The role that loads them.")] = "operations-centre",
) -> None:
    """Put the rules of a folder on the running line; the same again changes nothing."""
    settings = Settings()
    rules = rules_in(folder or settings.rules)
    done = load(settings.kafka, Registry(settings.registry), rules, by=by)
    console = for_tables()
    for word, names in (("new or changed", done.changed), ("no longer in force", done.removed)):
        if names:
            console.print(f"{word}: {', '.join(names)}")
    console.print(
        f"{len(done.changed)} loaded, {len(done.removed)} taken away, {len(done.same)} as they were."
    )


def list_command() -> None:
    """List the rules that the running line follows."""
    settings = Settings()
    records = known_rules(settings.kafka, Registry(settings.registry))
    rows: list[tuple[Rule, dict[str, Any] | None]] = [
        (rule_of(record["declaration"]), record) for record in records.values() if record["active"]
    ]
    gone = sorted(rule_id for rule_id, record in records.items() if not record["active"])
    console = for_tables()
    console.print(_table("Rules in force", sorted(rows, key=lambda row: row[0].id)))
    if gone:
        console.print(f"No longer in force: {', '.join(gone)}.")


def tell_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Series files; all of tests/ beside the rules by default.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Folder of the rules; CITYBRAIN_RULES by default.")
    ] = None,
) -> None:
    """Tell the rules the stories of series files, and show where what happens is not what they expect.

    A series is one value a window: `0.4x3 _ 0.9` are three windows of 0.4, one that is not heard of, and one of 0.9.
    A word is a grade, a validity (`no_data`) or how a target stands (`behind`); `~0.4` is a value of a window that is
    still open, and `0.4!2` says anew what the window two before was.
    """
    where = folder or Settings().rules
    rules = rules_in(where)
    outcomes = [
        outcome
        for stories in stories_in(files or sorted((where / "tests").glob("*.yaml")))
        for outcome in told(rules, stories)
    ]
    console = for_tables()
    for outcome in outcomes:
        if not outcome.holds:
            console.print(f"[bold]{outcome.file}[/]: {outcome.name}")
            console.print("  - expected, + happened")
            for line in outcome.difference:
                console.print(f"    {line}", markup=False)
    failed = sum(not outcome.holds for outcome in outcomes)
    silent = sum(not outcome.raises for outcome in outcomes)
    console.print(f"{len(outcomes)} stories, {silent} of them of silence: {failed or 'none'} failed.")
    if failed:
        raise typer.Exit(1)


def diff(
    before: Annotated[
        Path, typer.Argument(help="Folder or file of rules; with one path alone, what is to be loaded.")
    ],
    after: Annotated[Path | None, typer.Argument(help="Folder or file with which it is compared.")] = None,
) -> None:
    """Say in words what changes from one set of rules to another, or from the rules in force to those of a path.

    A file changes the rules that it names; a folder is the whole set, and what it lacks is gone.
    """
    console = for_tables()
    if after is None:
        old: tuple[Rule, ...] = tuple(rules_in_force(Settings()))
        new, whole = rules_at(before, old), before.is_dir()
        new = tuple(rule for rule in new if rule.kind == "state")
    else:
        old = rules_at(before)
        new, whole = rules_at(after, old), after.is_dir()
    found = differences(old, new, whole=whole)
    for difference in found:
        console.print(f"[bold]{difference.rule_id}[/] {difference.word}")
        for line in difference.lines:
            console.print(f"  {line}", markup=False)
    differ = "rule differs" if len(found) == 1 else "rules differ"
    console.print(f"{len(found)} {differ}." if found else "No rule differs.")


def _table(title: str, rows: list[tuple[Rule, dict[str, Any] | None]]) -> Table:
    table = Table(title=title)
    for heading in ("rule", "version", "name", "indicator", "levels", "hold", "clears", "department"):
        table.add_column(heading, no_wrap=heading in {"rule", "levels"})
    for rule, record in rows:
        table.add_row(
            rule.id,
            "" if record is None else str(record["version"]),
            f"{rule.name_zh} {rule.name_en}",
            rule.indicator,
            _levels(rule),
            shown_span(rule.hold),
            "by hand" if rule.latched else shown_span(rule.clear_hold),
            rule.department,
        )
    return table


def _levels(rule: Rule) -> str:
    words = []
    for number, step in sorted(rule.levels.items()):
        what = f"{step.raise_at:g}" if step.raise_at is not None else "/".join(step.grades) or step.target
        words.append(f"[{LEVELS[number].hex}]■[/] {LEVELS[number].roman} {what}")
    if rule.no_data is not None:
        level = LEVELS[rule.no_data.level]
        words.append(f"[{level.hex}]■[/] {level.roman} silent {shown_span(rule.no_data.after)}")
    return "\n".join(words)
