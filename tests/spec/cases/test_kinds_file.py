"""Kinds of cases are declared in a file; what is wrong in it is told with line, kind and field."""

from pathlib import Path

import pytest

from indicators.service_deadlines import Limit
from streams.cases.kinds import limit_of
from streams.cases.kinds_file import SHIPPED, KindFileError, kinds_of, kinds_of_file

GOOD = """\
calendars:
  office:
    hours: ["09:00-12:00"]
kinds:
  task:
    name_en: Tasks
    name_zh: 任务
    states: [opened, closed]
    transitions: {opened: [closed]}
    closing: {closed: handled}
    clocks:
      handling:
        starts: [opened]
        ends: [closed]
        limits: [{level: 1, limit: 1 hour}, {limit: 5 workdays}]
    departments: [{type: water, lead: Water}, {lead: Centre}]
    expires: 90 days
"""


def test_the_shipped_kinds_can_be_used_and_cover_every_adapter() -> None:
    kinds = kinds_of_file("", "Asia/Shanghai")

    assert len(kinds.systems) == 9
    assert {kind.id for kind in kinds} >= {"task", "security_case", "facility_repair"}


def test_limits_and_departments_are_those_of_the_first_entry_that_fits() -> None:
    task = kinds_of(GOOD.encode(), "Asia/Shanghai").get("task")

    assert task is not None
    assert task.clocks["handling"].limit(None, 1) == Limit(3_600, "seconds")
    assert task.clocks["handling"].limit("water", 2) == Limit(5, "workdays")
    assert [task.departments_of(type_, None).lead for type_ in ("water", "fire")] == ["Water", "Centre"]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("[opened, closed]", "[opened]", "kinds.yaml:8 kinds.task.states"),
        (
            "{opened: [closed]}",
            "{opened: [done]}",
            "kinds.yaml:9 kinds.task.transitions: names done: there are opened",
        ),
        ("{closed: handled}", "{done: handled}", "kinds.yaml:10 kinds.task.closing: names done"),
        ("starts: [opened]", "starts: [open]", "kinds.yaml:11 kinds.task.clocks: handling starts in open"),
        (
            "5 workdays",
            "5 work days",
            "kinds.yaml:15 kinds.task.clocks.handling.limits.1.limit: is '5 work days'",
        ),
        ("level: 1", "level: 7", "kinds.yaml:15 kinds.task.clocks.handling.limits.0.level"),
        (", {lead: Centre}", "", "kinds.yaml:16 kinds.task.departments: ends with departments of a type"),
        ("expires: 90 days", "expire: 90 days", "kinds.yaml:17 kinds.task.expire: is no part of it"),
        ("    expires: 90 days\n", "", "kinds.task.expires: is missing"),
        ("name_zh: 任务", "system: zoo\n    name_zh: 任务", "kinds.yaml:7 kinds.task.system: is zoo"),
        (
            "        ends:",
            "        calendar: moon\n        ends:",
            "kinds.task.clocks.handling.calendar: is moon",
        ),
        ("09:00-12:00", "09:00-25:00", "kinds.yaml:3 calendars.office.hours"),
        ("calendars:", "calendar:", "kinds.yaml:1 calendars: is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_kind_and_field(right: str, wrong: str, told: str) -> None:
    assert right in GOOD

    with pytest.raises(KindFileError) as refused:
        kinds_of(GOOD.replace(right, wrong, 1).encode(), "Asia/Shanghai")
    assert told in str(refused.value)


def test_a_city_declares_its_own_holidays() -> None:
    own = '    hours: ["09:00-12:00"]\n    years: [{year: 2030, holidays: [2030-01-01], source: notice 7}]'
    kinds = kinds_of(GOOD.replace('    hours: ["09:00-12:00"]', own).encode(), "Asia/Shanghai")

    assert kinds.calendars["office"].declared(2030).source == "notice 7"


@pytest.mark.parametrize("text", ["15", "0 minutes", "fifteen minutes", "1 day", "3 weeks"])
def test_a_limit_names_its_amount_and_unit(text: str) -> None:
    with pytest.raises(ValueError, match="write for example"):
        limit_of(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KindFileError, match=r"nowhere\.yaml cannot be read"):
        kinds_of_file(str(tmp_path / "nowhere.yaml"), "Asia/Shanghai")
    assert SHIPPED.exists()
