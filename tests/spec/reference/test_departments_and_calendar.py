"""Who answers for what, and on which days does the city work?"""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from small_city import EVERY_FILE, city, problems_in, wrong

from citybrain.reference.calendars import work_years
from citybrain.reference.folder import reference_of
from feeds.directory import FEEDS
from indicators.catalog import INDICATORS
from indicators.workdays import WorkCalendar, is_workday
from indicators.workdays_china import CHINA_2025, CHINA_YEARS

DEPARTMENTS = EVERY_FILE["departments.yaml"]
POLICE = "Traffic police (公安交管部门)"
ANOTHER = "  - id: map\n    name: Map bureau\n"
YEARS = """\
years:
  - year: 2027
    source: a notice
    holidays: [2027-01-01..2027-01-03]
    makeup_days:
      - 2027-01-09
"""


def departments(tmp_path: Path, text: str) -> Path:
    return city(tmp_path / "city", {"departments.yaml": text})


def calendar(tmp_path: Path, text: str) -> Path:
    return city(tmp_path / "city", {"calendar.yaml": text})


def test_every_feed_and_indicator_has_its_department(tmp_path: Path) -> None:
    held = reference_of(departments(tmp_path, DEPARTMENTS)).newest("departments")
    assert held is not None

    assert all(held.content.of_feed(feed) for feed in FEEDS)
    assert {id_: held.content.of_indicator(id_).name for id_ in INDICATORS} == {
        id_: indicator.owner_department for id_, indicator in INDICATORS.items()
    }


def test_a_single_feed_and_a_kind_of_case_may_belong_to_another(tmp_path: Path) -> None:
    text = f"{DEPARTMENTS}{ANOTHER}    feeds: [los-angeles-traffic]\n    case_kinds: [hotline/噪声]\n"

    held = reference_of(departments(tmp_path, text)).newest("departments")
    assert held is not None

    assert held.content.of_feed("los-angeles-traffic").id == "map"
    assert held.content.of_feed("city-gateway-road").name == POLICE
    assert held.content.of_case("hotline", "噪声").id == "map"
    assert held.content.of_case("hotline", "停车").id != "map"
    assert held.content.of_case("emergency", "fire").name.startswith("Emergency management bureau")


def test_feeds_and_indicators_that_nobody_answers_for_are_told(tmp_path: Path) -> None:
    found = problems_in(departments(tmp_path, DEPARTMENTS.replace(POLICE, "Police").replace("[road, ", "[")))

    assert {(one.file, one.field) for one in found} == {("departments.yaml", "departments")}
    assert any("have nobody for the feeds los-angeles-traffic" in one.text for one in found)
    assert any(f"have no {POLICE!r}, the owner of road." in one.text for one in found)


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        ("    systems: [road]\n", "systems", "has road, which traffic-police has already"),
        ("    systems: [moon]\n", "systems", "has 'moon', which is no system of the line: there are road"),
        ("    systems: road\n", "systems", "write a list"),
        ("    feeds: [moon]\n", "feeds", "has 'moon', which is no feed of the line"),
        ("    case_kinds: [噪声]\n", "case_kinds", "write a system and a kind of case"),
        ("    case_kinds: [moon/噪声]\n", "case_kinds", "write a system and a kind of case"),
        ("    mayor: me\n", "mayor", "is no part of it"),
    ],
)
def test_a_department_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, field: str, says: str
) -> None:
    (found,) = problems_in(departments(tmp_path, DEPARTMENTS + ANOTHER + text))

    assert (found.line, found.field) == (len((DEPARTMENTS + ANOTHER).splitlines()) + 1, field)
    assert says in found.text


def test_a_department_that_is_there_twice_is_told(tmp_path: Path) -> None:
    (found,) = wrong(departments(tmp_path, f"{DEPARTMENTS}{ANOTHER}{ANOTHER}"))

    assert "id: map is there twice" in found


def test_the_shipped_years_are_the_default_and_the_citys_own_take_their_place(tmp_path: Path) -> None:
    held = reference_of(
        calendar(tmp_path, YEARS.replace("2027", "2026").replace("2026-01-09", "2026-01-10"))
    ).newest("calendar")
    assert held is not None

    years = work_years(held.content)

    assert work_years(()) == CHINA_YEARS
    assert [year.source for year in years] == [CHINA_2025.source, "a notice"]
    ours = WorkCalendar("town", ZoneInfo("Asia/Shanghai"), years)
    assert [is_workday(ours, date(2026, 1, day)) for day in (2, 10, 11, 12)] == [False, True, False, True]


def test_spans_and_single_days_are_read(tmp_path: Path) -> None:
    held = reference_of(calendar(tmp_path, YEARS)).newest("calendar")
    assert held is not None
    (year,) = held.content

    assert sorted(year.holidays) == [date(2027, 1, day) for day in (1, 2, 3)]
    assert year.makeup_days == {date(2027, 1, 9)}


@pytest.mark.parametrize(
    ("before", "after", "line", "field", "says"),
    [
        ("year: 2027", "year: 27", 2, "year", "whole number from 1,900"),
        ("    source: a notice\n", "", 2, "source", "is missing"),
        ("2027-01-03]", "2027-01-33]", 4, "holidays", "no day of the calendar"),
        ("2027-01-03]", "2026-12-31]", 4, "holidays", "write the first day, two dots"),
        ("2027-01-01..", "2026-12-31..", 4, "holidays", "2026-12-31 is declared for 2027"),
        ("- 2027-01-09", "- 2027-01-02", 6, "makeup_days", "as a holiday and as a working day"),
        ("- 2027-01-09", "- 2027-01-08", 6, "makeup_days", "is no day off in calendar"),
        ("[2027-01-01..2027-01-03]", "new year", 4, "holidays", "write a list of days"),
        ("years:", "year:", 1, "years", "is no list"),
    ],
)
def test_a_calendar_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, field: str, says: str
) -> None:
    found = problems_in(calendar(tmp_path, YEARS.replace(before, after, 1)))

    assert {(one.file, one.line, one.field) for one in found} == {("calendar.yaml", line, field)}
    assert any(says in one.text for one in found)


def test_every_wrong_day_of_a_calendar_is_told(tmp_path: Path) -> None:
    text = YEARS.replace("2027-01-09", "2027-01-08\n      - 2028-01-08")

    assert [one.line for one in problems_in(calendar(tmp_path, text))] == [6, 7]


def test_a_year_that_is_there_twice_is_told(tmp_path: Path) -> None:
    (found,) = wrong(calendar(tmp_path, YEARS + YEARS.partition("\n")[2]))

    assert found == "calendar.yaml:7 year: 2027 is there twice: keep one of them"
