"""Which files hold, from when on, and where do they come from? `reference.yaml` of the folder."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator

from citybrain.reference.values import Day, Name, Sha256, whole
from streams.problems import Problems, checked, shown
from streams.yaml_lines import items_of, read_yaml

MANIFEST = "reference.yaml"
FILE_BYTES_MAX = 1 << 26
VERSIONS_MAX = 9_999
KINDS: Mapping[str, str] = {
    "areas": "geojson",
    "links": "csv",
    "corridors": "csv",
    "sites": "csv",
    "population": "csv",
    "enterprises": "csv",
    "grid": "csv",
    "departments": "yaml",
    "calendar": "yaml",
}
"""Each kind of reference data and how its files end."""
OVERLAP_RATIO = Fraction(1, 1000)
_FILE = re.compile(r"(?P<kind>[a-z]+)(\.v(?P<version>[1-9][0-9]{0,3}))?\.(?P<ending>[a-z]+)")
_RATIO = re.compile(r"0(\.[0-9]{1,6})?")
_DATA = frozenset({".csv", ".yaml", ".yml", ".json", ".geojson"})


def _file(text: object) -> str:
    match = _FILE.fullmatch(text) if isinstance(text, str) else None
    if match is None or KINDS.get(match["kind"]) != match["ending"]:
        names = ", ".join(f"{kind}.{ending}" for kind, ending in KINDS.items())
        raise ValueError(
            f"is {shown(text)}: write one of {names}, or one of them with its version, as links.v2.csv"
        )
    return match[0]


def _ratio(text: object) -> Fraction:
    if isinstance(text, str) and _RATIO.fullmatch(text):
        return Fraction(text)
    raise ValueError(f"is {shown(text)}: write a share of the smaller area below 1, as 0.001")


class Entry(BaseModel):
    """One version of one kind of reference data, in a file of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, PlainValidator(_file)]
    version: Annotated[int, PlainValidator(whole(1, VERSIONS_MAX, "2"))]
    in_force: Day
    source: Name
    sha256: Sha256

    @property
    def kind(self) -> str:
        """What it holds."""
        return self.file.partition(".")[0]


class Head(BaseModel):
    """The manifest beside its entries: the share of the smaller one in which two areas may overlap."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    files: Any = None
    area_overlap_ratio: Annotated[Fraction, PlainValidator(_ratio)] = OVERLAP_RATIO


@dataclass(frozen=True)
class Version:
    """One version of a file: its entry, on which line of the manifest it stands, and its bytes.

    `until` is the day on which the next version of its kind comes into force, None for the newest.
    """

    entry: Entry
    line: int
    data: bytes = b""
    until: date | None = None


@dataclass(frozen=True)
class Held:
    """One version and what it says: lines of rows; an `AreaMap`; `Departments`; the years of a calendar."""

    version: Version
    content: Any

    @property
    def entry(self) -> Entry:
        """Its entry in the manifest."""
        return self.version.entry

    @property
    def begin(self) -> date:
        """The civil day from which on it holds."""
        return self.entry.in_force

    @property
    def end(self) -> date | None:
        """The civil day on which the next version takes its place; None for the newest."""
        return self.version.until


@dataclass(frozen=True)
class Manifest:
    """What a folder holds: its versions by kind, oldest first, and how much areas may overlap."""

    versions: tuple[Version, ...]
    area_overlap_ratio: Fraction


def read_manifest(folder: Path, problems: Problems) -> Manifest | None:
    """The manifest with the files that it names, or None without one. What is wrong is told."""
    path = folder / MANIFEST
    if not path.is_file():
        problems.add(
            MANIFEST, 1, "file", f"is not in {folder}: write it, with the files that hold and from when on"
        )
        return None
    document = read_yaml(MANIFEST, path.read_bytes(), problems)
    if document is None:
        return None
    items = items_of(MANIFEST, document, "files", problems)
    content = document.content if isinstance(document.content, dict) else {}
    head = checked(Head, content, MANIFEST, document.lines_of(), problems) or Head()
    versions = [
        Version(entry, document.line("files", number))
        for number, item in items
        if (entry := checked(Entry, item, MANIFEST, document.lines_of("files", number), problems)) is not None
    ]
    named = {str(item.get("file")) for _, item in items}
    for other in sorted(folder.iterdir()):
        if other.suffix in _DATA and other.name not in {MANIFEST, *named}:
            problems.add(
                MANIFEST,
                document.line("files"),
                "files",
                f"do not name {other.name}: add its entry, or remove the file",
            )
    read = (_with_data(folder, version, problems) for version in _in_order(versions, problems))
    return Manifest(tuple(version for version in read if version is not None), head.area_overlap_ratio)


def sha256_of(data: bytes) -> str:
    """The hash by which a manifest knows a file's content."""
    return hashlib.sha256(data).hexdigest()


def _in_order(versions: Sequence[Version], problems: Problems) -> list[Version]:
    """The versions of each kind in order, each with the day on which the next one takes its place."""
    found: list[Version] = []
    for kind in KINDS:
        own = sorted((one for one in versions if one.entry.kind == kind), key=lambda one: one.entry.version)
        for one in own:
            _check_name(one, problems)
        for before, after in pairwise(own):
            _check_pair(before, after, problems)
        untils = [*(one.entry.in_force for one in own[1:]), None]
        found += [replace(one, until=until) for one, until in zip(own, untils, strict=False)]
    return found


def _check_name(one: Version, problems: Problems) -> None:
    match = _FILE.fullmatch(one.entry.file)
    numbered = match["version"] if match else None
    if numbered is not None and int(numbered) != one.entry.version:
        problems.add(
            MANIFEST,
            one.line,
            "version",
            f"of {one.entry.file} is {one.entry.version}: give the name the same number",
        )


def _check_pair(before: Version, after: Version, problems: Problems) -> None:
    old, new = before.entry, after.entry
    if old.version == new.version:
        what = f"{new.version} of {new.kind} is on line {before.line} already: count it up"
        problems.add(MANIFEST, after.line, "version", what)
    elif old.file == new.file:
        what = f"{new.file} is version {old.version}, too: give each version a file of its own"
        problems.add(MANIFEST, after.line, "file", what)
    elif new.in_force <= old.in_force:
        what = f"is {new.in_force}, and version {old.version} of {new.kind} holds from {old.in_force}: write a later day"
        problems.add(MANIFEST, after.line, "in_force", what)


def _with_data(folder: Path, one: Version, problems: Problems) -> Version | None:
    name, path = one.entry.file, folder / one.entry.file
    if not path.is_file():
        problems.add(
            MANIFEST, one.line, "file", f"{name} is not in the folder: add it, or take out its entry"
        )
        return None
    if path.stat().st_size > FILE_BYTES_MAX:
        problems.add(
            name, 1, "file", f"has more than {FILE_BYTES_MAX >> 20} MiB: leave out what is not needed"
        )
        return None
    data = path.read_bytes()
    found = sha256_of(data)
    if found != one.entry.sha256:
        problems.add(
            MANIFEST,
            one.line,
            "sha256",
            f"of {name} is {found}: write that while version {one.entry.version} was never loaded, else keep the old "
            "file and give this one a version of its own",
        )
    return replace(one, data=data)
