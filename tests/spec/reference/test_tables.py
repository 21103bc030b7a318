"""Are the rows of links, sites, population, enterprises and the grid right? Each mistake by line and field."""

from pathlib import Path

import pytest
from small_city import ENTERPRISES, GRID, HASH, LINKS, POPULATION, SITES, city, problems_in, wrong

from citybrain.reference.folder import reference_of

HEADERS = {
    "links.csv": LINKS.splitlines()[0],
    "sites.csv": SITES.splitlines()[0],
    "population.csv": POPULATION.splitlines()[0],
    "enterprises.csv": ENTERPRISES.splitlines()[0],
    "grid.csv": GRID.splitlines()[0],
}


def test_the_small_city_is_right(tmp_path: Path) -> None:
    reference = reference_of(city(tmp_path / "city"))

    counted = {kind: len(held) for kind, held in reference.held.items()}
    assert counted == {**dict.fromkeys(reference.held, 1), "corridors": 0}
    assert reference.notes == ()


@pytest.mark.parametrize(
    ("file", "row", "field", "says"),
    [
        ("links.csv", "L 1,town/west,500,arterial,60,50,provider,2026-01-01,", "link_id", "write 1 to 200 letters"),
        ("links.csv", "L1,town/a/b,500,arterial,60,50,provider,2026-01-01,", "area_id", "a path city or city/district"),
        ("links.csv", "L1,town/west,0,arterial,60,50,provider,2026-01-01,", "length_m", "whole number from 1 to 200,000"),
        ("links.csv", "L1,town/west,50.5,arterial,60,50,provider,2026-01-01,", "length_m", "is '50.5'"),
        ("links.csv", "L1,town/west,500,road,60,50,provider,2026-01-01,", "class", "one of freeway, expressway"),
        ("links.csv", "L1,town/west,500,arterial,400,50,provider,2026-01-01,", "limit_kmh", "from 5 to 150"),
        ("links.csv", "L1,town/west,500,arterial,60,fast,provider,2026-01-01,", "free_flow_kmh", "write km/h from 1 to 250"),
        ("links.csv", "L1,town/west,500,arterial,,0.5,provider,2026-01-01,", "free_flow_kmh", "write km/h from 1 to 250"),
        ("links.csv", "L1,town/west,500,arterial,,251,provider,2026-01-01,", "free_flow_kmh", "write km/h from 1 to 250"),
        ("links.csv", "L1,town/west,500,arterial,60,60.5,provider,2026-01-01,", "free_flow_kmh", "60.5, above limit_kmh 60"),
        ("links.csv", "L1,town/west,500,arterial,60,50,guess,2026-01-01,", "free_flow_basis", "one of GB/T 33171"),
        ("links.csv", "L1,town/west,500,arterial,60,50,provider,,", "valid_from", "write a day as 2026-01-31"),
        ("links.csv", "L1,town/west,500,arterial,60,50,provider,2026-02-30,", "valid_from", "no day of the calendar"),
        ("links.csv", "L1,town/west,500,arterial,60,50,provider,0001-01-01,", "valid_from", "of the years 1900 to 2200"),
        ("links.csv", "L1,town/west,500,arterial,60,50,provider,2026-01-02,2026-01-02", "valid_to", "not after valid_from"),
        ("links.csv", "L1,town/west,500,arterial,60,50,provider", "row", "has 7 cells and the header 9"),
        ("links.csv", 'L1,"town/west,500', "row", "cannot be read as CSV"),
        ("sites.csv", "moon,station,N1,town/west,,,,1", "system", "one of road"),
        ("sites.csv", "noise,Station,N1,town/west,,,,1", "entity_type", "a small word"),
        ("sites.csv", "noise,link,N1,town/west,,,,1", "entity_type", "is no site"),
        ("sites.csv", "noise,station,,town/west,,,,1", "entity_id", "write 1 to 200 letters"),
        ("sites.csv", "noise,station,N1,town/west,,190,0.5,1", "longitude", "degrees from -180 to 180"),
        ("sites.csv", "noise,station,N1,town/west,,0.5,30.2N,1", "latitude", "degrees from -90 to 90"),
        ("sites.csv", "noise,station,N1,town/west,,0.5,,1", "latitude", "empty beside the other coordinate"),
        ("sites.csv", "noise,station,N1,,,,,1", "area_id", "write one of them"),
        ("sites.csv", f"noise,station,N1,town/west,{'x' * 201},,,1", "name", "a name of 1 to 200"),
        ("sites.csv", "noise,station,N1,town/west,,,,quiet", "attributes.area_class", "a whole number"),
        ("population.csv", "town,25,300", "year", "from 1,900 to 2,200"),
        ("population.csv", "town,2025,-1", "residents", "from 0 to"),
        ("enterprises.csv", f"{HASH[:-1]},town/west,C39", "credit_code_hash", "64 small hexadecimal digits"),
        ("enterprises.csv", f"{HASH.upper()},town/west,C39", "credit_code_hash", "64 small hexadecimal digits"),
        ("enterprises.csv", f"{HASH},town/west,Z1", "industry", "GB/T 4754"),
        ("grid.csv", "A1,town/west,0.5,0,0.5,1", "east", "not beyond west"),
        ("grid.csv", "A1,town/west,0,0.5,0.5,0.2", "north", "not beyond south"),
        ("grid.csv", "A1,town/west,east,0,1,1", "west", "degrees from"),
    ],
)  # fmt: skip
def test_a_cell_that_is_wrong_is_named_with_line_and_what_to_write(
    tmp_path: Path, file: str, row: str, field: str, says: str
) -> None:
    found = problems_in(city(tmp_path / "city", {file: f"{HEADERS[file]}\n\n{row}\n"}))

    assert [(one.file, one.line, one.field) for one in found] == [(file, 3, field)]
    assert says in found[0].text


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    rows = LINKS.replace("500", "none").replace("37.5", "none").replace("branch", "path")
    found = problems_in(city(tmp_path / "city", {"links.csv": rows, "grid.csv": GRID.replace("A2", "A1")}))

    assert [(one.file, one.line, one.field) for one in found] == [
        ("grid.csv", 3, "cell_id"),
        ("links.csv", 2, "length_m"),
        ("links.csv", 3, "class"),
        ("links.csv", 3, "free_flow_kmh"),
    ]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("link_id,area_id", "length_m is missing: add the column"),
        (f"{HEADERS['links.csv']},colour", "'colour' is no column of links"),
        (f"{HEADERS['links.csv']},length_m", "length_m is there twice"),
        (f"{HEADERS['links.csv']},attributes.lanes", "is no column of links"),
        ("", "is missing: write link_id,area_id,length_m,class,limit_kmh,free_flow_kmh"),
    ],
)
def test_a_header_that_does_not_fit_is_told(tmp_path: Path, header: str, says: str) -> None:
    found = problems_in(city(tmp_path / "city", {"links.csv": f"{header}\n"}))

    assert {(one.file, one.line, one.field) for one in found} == {("links.csv", 1, "header")}
    assert any(says in one.text for one in found)


def test_a_plain_credit_code_is_refused_and_never_repeated(tmp_path: Path) -> None:
    code = "91330100MA2XXXXX0X"
    for row in (f"{code},town/west,C39", f"{HASH},{code},C39", f"{HASH},town/west,{code}", code):
        text = "\n".join(
            wrong(city(tmp_path / "city", {"enterprises.csv": f"{HEADERS['enterprises.csv']}\n{row}\n"}))
        )

        assert "enterprises.csv:2" in text
        assert code not in text
    without_header = "\n".join(wrong(city(tmp_path / "city", {"enterprises.csv": f"{code},town/west,C39\n"})))
    assert "enterprises.csv:1 header" in without_header
    assert code not in without_header


def test_names_of_enterprises_have_no_column(tmp_path: Path) -> None:
    text = ENTERPRISES.replace("industry", "industry,name").replace("C39", "C39,Works")

    assert (
        "'name' is no column of enterprises" in wrong(city(tmp_path / "city", {"enterprises.csv": text}))[0]
    )


def test_a_link_may_have_two_rows_for_different_days_only(tmp_path: Path) -> None:
    first, second = (
        "L1,town/west,500,arterial,60,50,provider,2026-01-01,2026-03-01",
        "L1,town/west,520,arterial,60,50,provider,{},",
    )
    header = HEADERS["links.csv"]

    after = city(tmp_path / "city", {"links.csv": f"{header}\n{first}\n{second.format('2026-03-01')}\n"})
    assert wrong(after) == []
    before = city(tmp_path / "city", {"links.csv": f"{header}\n{first}\n{second.format('2026-02-28')}\n"})
    assert wrong(before) == [
        "links.csv:3 link_id: L1 is on line 2 already, for some of the same days: keep one of them, or correct its key"
    ]


def test_what_is_there_twice_is_told(tmp_path: Path) -> None:
    found = wrong(city(tmp_path / "city", {"population.csv": f"{POPULATION}town,2025,301\n"}))

    assert found == [
        "population.csv:5 year: town 2025 is on line 2 already: keep one of them, or correct its key"
    ]


def test_a_file_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    text = "\ufeff" + SITES.replace("\n", "\r\n").replace("Park", '"Park, north\r\nentrance"')

    assert wrong(city(tmp_path / "city", {"sites.csv": text})) == []


def test_a_row_after_one_of_two_lines_has_its_own_line(tmp_path: Path) -> None:
    text = SITES.replace("Park", '"Park\nnorth"').replace("1.5,0.5,2", "1.5,0.5,two")

    assert [one.line for one in problems_in(city(tmp_path / "city", {"sites.csv": text}))] == [4]


def test_a_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    (folder / "sites.csv").write_bytes(SITES.replace("Park", "公园").encode("gb18030"))

    assert "sites.csv:2 file: is not UTF-8 here: save the file as UTF-8" in wrong(folder)
