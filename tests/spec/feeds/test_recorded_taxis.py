"""How is a sheet of points played again? Small workbooks, written by the test."""

import zipfile
from pathlib import Path

import pytest

from feeds.recordings import RECORDINGS, RecordingError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
HEADER = ("VehicleNum", "Time", "Lng", "Lat", "OpenStatus", "Speed")
TIME_OF_DAY = 1


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    style = TIME_OF_DAY if 0 < value < 1 else 0
    return f'<c s="{style}"><v>{value}</v></c>'


def workbook(folder: Path, *rows: tuple[str | float, ...]) -> Path:
    """A workbook of one sheet, as little of it as a reader needs; numbers between 0 and 1 are times of day."""
    lines = "".join(f"<row>{''.join(_cell(value) for value in row)}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="21"/>'
        "</cellXfs></styleSheet>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    path = folder / "points.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


def sent(path: Path) -> list[str]:
    return [
        record.payload.decode().splitlines()[1]
        for record in RECORDINGS["beijing-taxi"].open([path]).records()
    ]


def test_taxis_that_stand_one_after_the_other_in_the_sheet_are_played_together(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, (1140, 0.5, 117.1, 40.1, 0, 36), (1141, 0.25, 116.5, 39.9, 0, 58.5))

    assert sent(path) == ["06:00:00,116.5,39.9,58.5", "12:00:00,117.1,40.1,36.0"]


def test_a_part_of_a_day_is_the_second_that_it_stands_for(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, (1140, 2.4305555555555555e-4, 117.091683, 40.135784999999998, 0, 0))

    assert sent(path) == ["00:00:21,117.091683,40.135785,0.0"]


def test_a_row_without_a_time_cannot_be_played_and_one_without_a_speed_can(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, (1140, "", 117.1, 40.1, 0, 36), (1140, 0.5, 117.1, 40.1, 0, ""))

    assert sent(path) == ["12:00:00,117.1,40.1,"]


def test_every_point_says_on_which_nominal_day_it_is_played(tmp_path: Path) -> None:
    played = RECORDINGS["beijing-taxi"].open([workbook(tmp_path, HEADER, (1140, 0.5, 117.1, 40.1, 0, 36))])

    assert [record.context["day"] for record in played.records()] == ["2025-01-01"]
    assert [place["labels"] for place in played.entities()] == [{"day_basis": "nominal"}]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ((), "not enough values"),
        ((HEADER,), "no row"),
        ((HEADER[1:5], (0.5, 117.1, 40.1, 0)), "'Speed' is not in list"),
    ],
)
def test_a_sheet_without_points_or_without_speeds_is_refused(
    tmp_path: Path, rows: tuple[tuple[str | float, ...], ...], what: str
) -> None:
    with pytest.raises(RecordingError, match=what) as refusal:
        RECORDINGS["beijing-taxi"].open([workbook(tmp_path, *rows)])

    assert "Speed" in refusal.value.remedy
