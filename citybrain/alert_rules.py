"""Which rules has the folder, and which of them are new to the line? Reads `rules/*.yaml`, and loads what has changed."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.codec import Decoder
from schemas.registry import Registry
from streams.alerts.rule import Rule, declaration_of
from streams.catalog import RULES
from streams.problems import Problem, Problems, ReferenceDataError, checked
from streams.publishing import publish
from streams.reading import open_reader, read_to_ends
from streams.yaml_lines import Document, items_of, read_yaml

FILES_MAX, FILE_BYTES_MAX, RULES_MAX = 200, 1 << 20, 2_000


class RuleFileError(ReferenceDataError):
    """Rules cannot be used; `problems` are all that is wrong, with file, line, rule and field."""


@dataclass(frozen=True)
class Loaded:
    """What a load did: rules whose version is new, that were taken away, and that stayed as they were."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]
    same: tuple[str, ...]


def rules_in(folder: Path) -> tuple[Rule, ...]:
    """The rules of all `*.yaml` of a folder, by file and place in it. Raises RuleFileError with all that is wrong."""
    if not folder.is_dir():
        raise RuleFileError(f"{folder} is no folder: name that of the rules, or set CITYBRAIN_RULES")
    files = sorted(folder.glob("*.yaml"))
    if len(files) > FILES_MAX:
        raise RuleFileError(f"{folder} has {len(files)} files; at most {FILES_MAX}")
    return rules_of({path.name: path.read_bytes() for path in files}, str(folder))


def rules_of(
    files: Mapping[str, bytes], where: str, beside: Collection[str] = frozenset()
) -> tuple[Rule, ...]:
    """As `rules_in`, of files that are read already: name to bytes. Rules may name those `beside` them, too."""
    problems = Problems()
    found: dict[str, tuple[Rule, str, int]] = {}
    for name, data in files.items():
        if len(data) > FILE_BYTES_MAX:
            problems.add(name, 1, "file", f"has {len(data)} bytes; at most {FILE_BYTES_MAX}, so split it")
            continue
        document = read_yaml(name, data, problems)
        for number, item in items_of(name, document, "rules", problems) if document else ():
            rule = _rule(name, document, number, item, problems)
            line = document.line("rules", number, "id") if document else 1
            if rule is not None and rule.id in found:
                _, file, first = found[rule.id]
                problems.add(
                    name, line, f"{rule.id} id", f"is there twice, also in {file}:{first}: rename one"
                )
            elif rule is not None:
                found[rule.id] = (rule, name, line)
    _check_inhibitors(found, beside, problems)
    if len(found) > RULES_MAX:
        problems.add(where, 1, "rules", f"are {len(found)}; at most {RULES_MAX}")
    if problems.found:
        raise RuleFileError(f"The rules in {where} cannot be used:", problems.found)
    return tuple(rule for rule, _, _ in found.values())


def _check_inhibitors(
    found: Mapping[str, tuple[Rule, str, int]], beside: Collection[str], problems: Problems
) -> None:
    for rule, name, line in found.values():
        for inhibitor in rule.inhibited_by:
            if inhibitor.rule not in found and inhibitor.rule not in beside:
                text = f"names {inhibitor.rule}, which is in none of the files: correct it"
                problems.add(name, line, f"{rule.id} inhibited_by", text)


def _rule(
    file: str, document: Document | None, number: int, item: Mapping[str, Any], problems: Problems
) -> Rule | None:
    if document is None:
        return None
    mine = Problems()
    rule = checked(Rule, item, file, document.lines_of("rules", number), mine)
    name = str(item.get("id") or f"rule {number + 1}")
    for problem in mine.found:
        problems.found.append(_placed(problem, document, number, name))
    return rule


def _placed(problem: Problem, document: Document, number: int, rule: str) -> Problem:
    """With the rule's name, and on the line of the innermost field that is named."""
    field, text = problem.field, problem.text
    if field == "row":
        named, colon, rest = text.partition(": ")
        if colon and named.replace(".", "").replace("_", "").isalnum():
            field, text = named, rest
    if "." in field and text.startswith("is no part of it"):
        text = "is no part of it: remove it, or correct its name"
    path = tuple(int(part) if part.isdigit() and n > 1 else part for n, part in enumerate(field.split(".")))
    line = document.line("rules", number, *path)
    return Problem(problem.file, line, f"{rule} {field}", text)


def known_rules(bootstrap: str, registry: Registry) -> dict[str, dict[str, Any]]:
    """The newest record of each rule on the line, by its id."""
    reader, decoder = open_reader(bootstrap, "citybrain-rules"), Decoder(RULES.record, registry.schema_of)
    newest: dict[str, dict[str, Any]] = {}
    try:
        for message in read_to_ends(reader, {(RULES.name, 0): 0}):
            if (value := message.value()) is not None:
                record = decoder.decode(value)
                newest[record["rule_id"]] = record
    finally:
        reader.close()
    return newest


def load(bootstrap: str, registry: Registry, rules: Sequence[Rule], *, by: str) -> Loaded:
    """Write the rules that are new or otherwise, and say of those that are gone that they are not in force.

    Raises NotPublishedError.
    """
    known = known_rules(bootstrap, registry)
    records = list(next_versions(rules, known, by=by, now_ms=time.time_ns() // 1_000_000))
    publish(bootstrap, registry, RULES, ((record["rule_id"], record) for record in records))
    changed = tuple(record["rule_id"] for record in records if record["active"])
    removed = tuple(record["rule_id"] for record in records if not record["active"])
    return Loaded(changed, removed, tuple(rule.id for rule in rules if rule.id not in changed))


def next_versions(
    rules: Sequence[Rule], known: Mapping[str, Mapping[str, Any]], *, by: str, now_ms: int
) -> Iterable[dict[str, Any]]:
    """Records of `city.registry.alert-rule.v1` that make the line follow these rules and no others."""
    common = {"loaded_at": now_ms, "by": by}
    for rule in rules:
        declaration, before = declaration_of(rule), known.get(rule.id)
        if before is None or not before["active"] or before["declaration"] != declaration:
            version = 1 if before is None else before["version"] + 1
            yield {
                "rule_id": rule.id,
                "version": version,
                "active": True,
                "declaration": declaration,
                **common,
            }
    wanted = {rule.id for rule in rules}
    for rule_id, before in sorted(known.items()):
        if rule_id not in wanted and before["active"]:
            yield {**before, "version": before["version"] + 1, "active": False, **common}
