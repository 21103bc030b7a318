"""What does a YAML file say, and on which line? Every scalar is read as text: what it means, its model says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from streams.problems import Problems

Path: TypeAlias = tuple[str | int, ...]
DEPTH_MAX = 12
# The C one where the package has it: ten times as fast.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Document:
    """Mappings, lists and texts, and the line on which each of them begins."""

    content: Any
    lines: Mapping[Path, int]

    def line(self, *path: str | int) -> int:
        """The line of a part, or of the innermost part around it that is there."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def lines_of(self, *path: str | int) -> Mapping[str, int]:
        """The line of each field of a mapping, and under the empty name that of the mapping."""
        inner = {
            str(known[-1]): line
            for known, line in self.lines.items()
            if len(known) == len(path) + 1 and known[:-1] == path
        }
        return {**inner, "": self.line(*path)}


@dataclass
class _Reading:
    file: str
    problems: Problems
    lines: dict[Path, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if isinstance(node, yaml.ScalarNode):
            return node.value
        # The same node twice is an alias, which may hold itself.
        if id(node) in self.seen or len(path) > DEPTH_MAX:
            self.problems.add(self.file, line, _name(path), "is an alias, or too deep: write it out")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in found:
                self.problems.add(self.file, line, _name((*path, name)), "is there twice: keep one of them")
                continue
            self.lines[(*path, name)] = line
            found[name] = self.value(value, (*path, name))
        return found


def read_yaml(file: str, data: bytes, problems: Problems) -> Document | None:
    """The document, or None where it cannot be read; what is wrong is told."""
    reading = _Reading(file, problems)
    try:
        node = yaml.compose(data.decode("utf-8-sig"), Loader=_LOADER)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(file, line, "file", "is not UTF-8 here: save the file as UTF-8")
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or "is no YAML"
        problems.add(file, mark.line + 1 if mark else 1, "file", f"cannot be read ({why}): correct the line")
        return None
    if node is None:
        problems.add(file, 1, "file", "is empty: write what it is to say, or take it out of the manifest")
        return None
    return Document(reading.value(node, ()), reading.lines)


def items_of(
    file: str, document: Document, name: str, problems: Problems
) -> list[tuple[int, Mapping[str, Any]]]:
    """The mappings of a list at the top of a document, with their places in it; what is none is told."""
    content = document.content
    found = content.get(name) if isinstance(content, dict) else None
    if not isinstance(found, list):
        problems.add(file, document.line(name), name, "is no list: write one entry after a dash for each")
        return []
    for number, item in enumerate(found):
        if not isinstance(item, dict):
            problems.add(
                file, document.line(name, number), f"{name}.{number}", "has no fields: write `name: value`"
            )
    return [(number, item) for number, item in enumerate(found) if isinstance(item, dict)]


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path) or "file"
