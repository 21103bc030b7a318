"""How does a further version get into a folder of reference data? As a file of its own, named in the manifest.

Nothing that is there is overwritten: a file is created or refused, and the manifest gets lines and loses none.
"""

from datetime import date
from pathlib import Path

import yaml

from citybrain.reference.manifest import MANIFEST, Held, sha256_of
from streams.problems import ReferenceDataError


def next_entry(before: Held, in_force: date, source: str, data: bytes) -> dict[str, str]:
    """The manifest's entry of the version after `before`. Raises ReferenceDataError for a day that is not later."""
    if in_force <= before.begin:
        raise ReferenceDataError(
            f"version {before.entry.version} of {before.entry.kind} holds from {before.begin}: the next one cannot hold "
            f"from {in_force}; give a later day with --in-force"
        )
    version = before.entry.version + 1
    return {
        "file": f"{before.entry.kind}.v{version}.{before.entry.file.rpartition('.')[2]}",
        "version": str(version),
        "in_force": in_force.isoformat(),
        "source": source,
        "sha256": sha256_of(data),
    }


def entry_text(entry: dict[str, str], dash: int = 2) -> str:
    """An entry as the manifest writes it, its dash so many columns from the left."""
    lines = [f"{name}: {_scalar(value) if name == 'source' else value}" for name, value in entry.items()]
    return "".join(f"{' ' * dash}{'- ' if not number else '  '}{line}\n" for number, line in enumerate(lines))


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises ReferenceDataError where it is."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise ReferenceDataError(
            f"{path} is there already, and nothing is overwritten: name another file"
        ) from error


def add_version(folder: Path, entry: dict[str, str], data: bytes) -> Path:
    """Add a version to a folder, file first; returns the file. Raises ReferenceDataError, with nothing written."""
    manifest = folder / MANIFEST
    text = _with_entry(manifest.read_text(encoding="utf-8"), entry)
    path = folder / entry["file"]
    write_new(path, data)
    beside = manifest.with_name(f".{MANIFEST}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(manifest)
    return path


def _with_entry(text: str, entry: dict[str, str]) -> str:
    """The manifest's text with an entry after the last one; comments and all other lines stay as they are."""
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    files = next(value for key, value in root.value if key.value == "files")
    if files.flow_style or not files.value:
        raise ReferenceDataError(
            f"{MANIFEST} has its files in one line: write each entry after a dash, then run this again"
        )
    last = files.value[-1]
    after = max(value.end_mark.line for _, value in last.value) + 1
    lines = text.splitlines(keepends=True)
    if not lines[after - 1].endswith("\n"):
        lines[after - 1] += "\n"
    longer = "".join([*lines[:after], entry_text(entry, files.start_mark.column), *lines[after:]])
    before = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- reads text alone
    if yaml.load(longer, Loader=yaml.BaseLoader) != {**before, "files": [*before["files"], entry]}:  # noqa: S506
        raise ReferenceDataError(
            f"{MANIFEST} is laid out in a way that no entry can be added to: write each value on its line"
        )
    return longer


def _scalar(value: str) -> str:
    """A text as YAML writes it on one line."""
    return (
        str(yaml.safe_dump(value, allow_unicode=True, width=10_000)).removesuffix("\n").removesuffix("\n...")
    )
