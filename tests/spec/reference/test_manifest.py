"""Which files hold, and from when on? The manifest, its versions, and each way in which it can be wrong."""

from pathlib import Path

import pytest
from small_city import EVERY_FILE, LINKS, city, manifest_of, problems_in, wrong

from citybrain.reference.folder import reference_of
from streams.problems import ReferenceDataError

SECOND = LINKS.replace("37.5", "40")


def one_entry(**changed: str | None) -> str:
    """A manifest of one entry for population.csv, which is said to be wrong in some field."""
    fields = {
        "file": "population.csv",
        "version": "1",
        "in_force": "2026-01-01",
        "source": "a test",
        "sha256": "0" * 64,
        **changed,
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "files:\n  - " + "\n    ".join(lines) + "\n"


def alone(tmp_path: Path, manifest: str) -> Path:
    """A folder with population.csv alone."""
    nothing = dict.fromkeys(name for name in EVERY_FILE if name != "population.csv")
    return city(tmp_path / "city", nothing, manifest=manifest)


def test_versions_follow_each_other(tmp_path: Path) -> None:
    folder = city(tmp_path / "city", {"links.v2.csv": SECOND}, {"links.v2.csv": "2026-06-01"})

    first, second = reference_of(folder).held["links"]

    assert (first.entry.version, f"{first.begin}", f"{first.end}") == (1, "2026-01-01", "2026-06-01")
    assert (second.entry.file, f"{second.begin}", second.end) == ("links.v2.csv", "2026-06-01", None)
    assert len(first.entry.sha256) == 64


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="is no folder: name that of the reference data"):
        reference_of(tmp_path / "nowhere")


def test_a_folder_without_a_manifest_says_so(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    (folder / "reference.yaml").unlink()

    assert [(one.file, one.field) for one in problems_in(folder)] == [("reference.yaml", "file")]


@pytest.mark.parametrize(
    ("changed", "line", "field", "says"),
    [
        ({"file": "people.csv"}, 2, "file", "write one of areas.geojson, links.csv"),
        ({"file": "population.json"}, 2, "file", "write one of areas.geojson, links.csv"),
        ({"file": "../population.csv"}, 2, "file", "write one of areas.geojson, links.csv"),
        ({"version": "0"}, 3, "version", "a whole number from 1"),
        ({"version": "1.0"}, 3, "version", "a whole number from 1"),
        ({"in_force": "tomorrow"}, 4, "in_force", "write a day as"),
        ({"source": '""'}, 5, "source", "write a name of 1 to"),
        ({"sha256": "12"}, 6, "sha256", "64 small hexadecimal digits"),
        ({"source": None}, 2, "source", "is missing: add it"),
        (
            {"valid": "yes"},
            7,
            "valid",
            "is no part of it: remove it, or correct its name to one of file, version",
        ),
    ],
)
def test_an_entry_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, changed: dict[str, str | None], line: int, field: str, says: str
) -> None:
    found = [one for one in problems_in(alone(tmp_path, one_entry(**changed))) if one.field == field]

    assert [(one.file, one.line) for one in found] == [("reference.yaml", line)]
    assert says in found[0].text


def test_a_file_that_changed_is_told_with_its_hash(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    (folder / "links.csv").write_text(SECOND)

    (found,) = wrong(folder)

    assert found.startswith("reference.yaml:7 sha256: of links.csv is ")
    assert "give this one a version of its own" in found


def test_a_file_that_is_named_and_absent_and_one_that_is_there_and_not_named_are_told(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    (folder / "grid.csv").rename(folder / "cells.csv")

    assert [one.split(": ", 1)[1].split(":")[0] for one in wrong(folder)] == [
        "do not name cells.csv",
        "grid.csv is not in the folder",
    ]


def test_pages_and_hidden_files_may_lie_in_the_folder(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    (folder / "README.md").write_text("Ours.")
    (folder / ".reference.yaml.swp").write_text("")

    assert wrong(folder) == []


@pytest.mark.parametrize(
    ("second", "days", "field", "says"),
    [
        (
            "links.v2.csv",
            {"links.v2.csv": "2026-01-01"},
            "in_force",
            "version 1 of links holds from 2026-01-01",
        ),
        ("links.v1.csv", {"links.v1.csv": "2026-06-01"}, "version", "1 of links is on line"),
    ],
)
def test_versions_that_do_not_follow_each_other_are_told(
    tmp_path: Path, second: str, days: dict[str, str], field: str, says: str
) -> None:
    found = problems_in(city(tmp_path / "city", {second: SECOND}, days))

    assert [(one.file, one.field) for one in found] == [("reference.yaml", field)]
    assert says in found[0].text


def test_the_name_and_the_version_of_a_file_are_the_same(tmp_path: Path) -> None:
    files = {**EVERY_FILE, "links.v2.csv": SECOND}
    manifest = manifest_of(files, {"links.v2.csv": "2026-06-01"}).replace("version: 2", "version: 3")

    found = wrong(city(tmp_path / "city", {"links.v2.csv": SECOND}, manifest=manifest))

    assert [one.split(": ", 1)[1] for one in found] == ["of links.v2.csv is 3: give the name the same number"]


def test_two_versions_do_not_share_a_file(tmp_path: Path) -> None:
    manifest = manifest_of(EVERY_FILE, {})
    again = manifest[manifest.index("  - file: links.csv") : manifest.index("  - file: sites.csv")]
    again = again.replace("version: 1", "version: 2").replace("2026-01-01", "2026-06-01")

    (found,) = wrong(city(tmp_path / "city", manifest=manifest + again))

    assert "links.csv is version 1, too: give each version a file of its own" in found


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("", "reference.yaml:1 file: is empty"),
        ("files: [", " file: cannot be read ("),
        ("files: none\n", "reference.yaml:1 files: is no list"),
        ("- links.csv\n", "reference.yaml:1 files: is no list"),
        ("files:\n  - links.csv\n", "reference.yaml:2 files.0: has no fields"),
        ("files: []\nfiles: []\n", "reference.yaml:2 files: is there twice"),
        ("files: &all\n  - file: links.csv\nother: *all\n", "is an alias, or too deep: write it out"),
        ("files: []\ntolerance: 1\n", "reference.yaml:2 tolerance: is no part of it"),
        ("files: []\narea_overlap_ratio: 2\n", "reference.yaml:2 area_overlap_ratio: is '2': write a share"),
    ],
)
def test_a_manifest_that_cannot_be_read_says_where(tmp_path: Path, manifest: str, says: str) -> None:
    assert says in "\n".join(wrong(alone(tmp_path, manifest or " ")))


def test_files_may_be_left_out(tmp_path: Path) -> None:
    left_out = dict.fromkeys(
        ("sites.csv", "enterprises.csv", "grid.csv", "departments.yaml", "calendar.yaml")
    )

    reference = reference_of(city(tmp_path / "city", left_out))

    assert reference.newest("sites") is None
    assert reference.newest("links") is not None
