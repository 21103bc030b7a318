"""How fast is each link when nothing is in the way? Made-up histories, worked out by hand."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from small_city import LINKS, city, wrong

from citybrain.reference.calibration import (
    LINKS_AT_ONCE,
    Calibrated,
    Window,
    calibrated,
    links_file,
    observations,
)
from citybrain.reference.folder import reference_of
from citybrain.reference.next_links import History, write_next_links
from streams.problems import ReferenceDataError

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 4, 1)
JUNE = date(2026, 6, 1)
QUARTERS = range(24, 96)
"""The quarters of an hour from 06:00 to 24:00, counted from midnight."""


def at(day: date, hour: int, minute: int, zone: ZoneInfo = SHANGHAI) -> int:
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).timestamp() * 1000)


def window(link_id: str, start: int, kmh: int, seconds: int = 360) -> Window:
    """A window in which vehicles drove for so many seconds at that speed."""
    return Window(link_id, start, kmh * seconds * 10, seconds * 36_000)


def history(
    link_id: str, days: int, speed_of: dict[int, int] | int, quarters: Iterable[int] = QUARTERS
) -> Iterator[Window]:
    """One window in each quarter of an hour of so many days."""
    for number in range(days):
        for quarter in quarters:
            speed = speed_of if isinstance(speed_of, int) else speed_of.get(quarter, 20)
            yield window(link_id, at(FIRST + timedelta(days=number), quarter // 4, quarter % 4 * 15), speed)


class Store:
    """The store as the calibration meets it: windows of some links."""

    def __init__(self, *windows: Iterable[Window]) -> None:
        self.windows = [one for some in windows for one in some]
        self.asked: list[list[str]] = []

    def __call__(self, links: Sequence[str]) -> Iterator[Window]:
        self.asked.append(list(links))
        return (one for one in self.windows if one.link_id in links)


BRIEF = Store(*(history(link_id, 1, 40, [30]) for link_id in ("L1", "L2")))


def calibrate(folder: Path, store: Store, *, keep_missing: bool = False) -> tuple[Calibrated, ...]:
    links = reference_of(folder).newest("links")
    assert links is not None
    return calibrated(links, JUNE, store, SHANGHAI, keep_missing=keep_missing)


def test_windows_of_a_quarter_are_added_up_and_their_speeds_never_averaged() -> None:
    # 100 m in 12 s and 100 m in 6 s: 200 m in 18 s are 40 km/h; the mean of 30 and 60 would be 45.
    windows = [Window("L1", at(FIRST, 8, 0), 100, 12_000), Window("L1", at(FIRST, 8, 10), 100, 6_000)]

    (seen, left_out) = observations(windows, SHANGHAI)["L1"]

    assert (seen, left_out) == ([(FIRST, 480, Fraction(40))], 0)


def test_a_quarter_is_that_of_the_citys_own_clock() -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    windows = [window("L1", at(FIRST, 23, 55, zone), 30) for zone in (SHANGHAI, kathmandu)]

    assert [
        observations([one], zone)["L1"][0][0][:2]
        for one, zone in zip(windows, (SHANGHAI, kathmandu), strict=True)
    ] == [
        (FIRST, 1425),
        (FIRST, 1425),
    ]


def test_the_night_is_no_history() -> None:
    night = [window("L1", at(FIRST, 0, 0), 90), window("L1", at(FIRST, 5, 55), 90)]

    assert observations(night, SHANGHAI) == {}


def test_windows_that_no_vehicle_can_have_made_are_left_out_and_counted() -> None:
    start = at(FIRST, 8, 0)
    # 250 km/h can be, one millisecond less cannot.
    windows = [
        Window("L1", start, 25_000, 360_000),
        Window("L1", start, 25_000, 359_999),
        Window("L1", start, 100, 0),
        Window("L1", start, 0, 100),
    ]

    assert observations(windows, SHANGHAI)["L1"] == ([(FIRST, 480, Fraction(250))], 3)


def test_thirty_days_give_the_mean_of_the_fastest_ninth_by_the_standard(tmp_path: Path) -> None:
    # Eight quarters from 41 to 48 km/h, all others at 20: the mean of the eight is 44.5.
    fast = {quarter: 41 + number for number, quarter in enumerate(range(30, 38))}

    first, second = calibrate(city(tmp_path / "city"), Store(history("L1", 30, fast), history("L2", 30, 30)))

    assert (first.found.value, first.speed_kmh, first.basis) == (
        Fraction("44.5"),
        Fraction("44.5"),
        "GB/T 33171",
    )
    assert (first.found.days, first.found.intervals, first.found.at_limit) == (30, 72, False)
    assert (second.speed_kmh, second.basis, second.is_changed) == (30, "GB/T 33171", True)


def test_the_speed_limit_is_the_most_that_it_can_be(tmp_path: Path) -> None:
    # L1 has a limit of 60, L2 none.
    first, second = calibrate(city(tmp_path / "city"), Store(history("L1", 30, 70), history("L2", 30, 70)))

    assert (first.speed_kmh, first.found.at_limit) == (60, True)
    assert (second.speed_kmh, second.found.at_limit) == (70, False)


@pytest.mark.parametrize(("days", "quarters"), [(29, QUARTERS), (30, range(24, 95)), (1, range(24, 25))])
def test_fewer_days_or_quarters_are_a_short_history(
    tmp_path: Path, days: int, quarters: Iterable[int]
) -> None:
    store = Store(history("L1", days, 40, quarters), history("L2", 30, 40))

    first, second = calibrate(city(tmp_path / "city"), store)

    assert (first.speed_kmh, first.basis, first.found.days) == (40, "short_history", days)
    assert second.basis == "GB/T 33171"


def test_each_day_weighs_the_same(tmp_path: Path) -> None:
    # One day with three windows of 30 km/h, one with a single one of 60: 45, and not 37.5.
    often = [window("L1", at(FIRST, 8, minute), 30) for minute in (0, 5, 10)]
    once = [window("L1", at(FIRST + timedelta(days=1), 8, 0), 60)]

    first, _ = calibrate(city(tmp_path / "city"), Store(often, once, history("L2", 1, 40)))

    assert first.found.value == 45


def test_a_speed_is_exact_until_it_is_written(tmp_path: Path) -> None:
    # 1,000 m in 109 s: 33.027522935… km/h.
    store = Store([Window("L1", at(FIRST, 8, 0), 1_000, 109_000)], history("L2", 1, 40))

    first, _ = calibrate(city(tmp_path / "city"), store)

    assert first.found.value == Fraction(3_600, 109)
    assert first.speed_kmh == Fraction("33.027523")
    assert ",33.027523,short_history," in links_file([first]).decode()


def test_links_without_history_are_named_and_nothing_is_computed(tmp_path: Path) -> None:
    night = [window("L2", at(FIRST, 3, 0), 40)]

    with pytest.raises(
        ReferenceDataError, match=r"1 of 2 links have no history .* in that time: L2\. Give a longer time"
    ):
        calibrate(city(tmp_path / "city"), Store(history("L1", 30, 40), night))


def test_many_links_without_history_are_counted_beyond_the_first_twenty(tmp_path: Path) -> None:
    header, row, _ = LINKS.splitlines()
    many = "\n".join([header, *(row.replace("L1", f"M{number:02d}") for number in range(25))]) + "\n"

    with pytest.raises(
        ReferenceDataError, match=r"25 of 25 links have no history.*: M00, .*, M19 and 5 more"
    ):
        calibrate(city(tmp_path / "city", {"links.csv": many}), Store())


def test_links_without_history_may_keep_what_they_have(tmp_path: Path) -> None:
    _, second = calibrate(city(tmp_path / "city"), Store(history("L1", 30, 40)), keep_missing=True)

    assert (second.speed_kmh, second.basis, second.is_changed) == (Fraction("37.5"), "provider", False)


def test_a_link_that_has_ended_by_then_needs_no_history(tmp_path: Path) -> None:
    ended = LINKS.replace("37.5,provider,2026-01-01,", "37.5,provider,2026-01-01,2026-06-01")

    found = calibrate(city(tmp_path / "city", {"links.csv": ended}), Store(history("L1", 30, 40)))

    assert [one.row.link_id for one in found] == ["L1"]


def test_each_row_of_a_link_has_its_own_limit(tmp_path: Path) -> None:
    rows = LINKS.replace("60,50,provider,2026-01-01,", "60,50,provider,2026-01-01,2026-09-01")
    rows += "L1,town/west,500,arterial,50,50,provider,2026-09-01,\n"

    found = calibrate(
        city(tmp_path / "city", {"links.csv": rows}), Store(history("L1", 30, 70), history("L2", 30, 40))
    )

    assert [(one.row.link_id, one.speed_kmh) for one in found] == [("L1", 60), ("L2", 40), ("L1", 50)]


def test_the_store_is_asked_for_a_few_links_at_a_time(tmp_path: Path) -> None:
    header, row, _ = LINKS.splitlines()
    ids = [f"M{number:02d}" for number in range(LINKS_AT_ONCE + 1)]
    many = "\n".join([header, *(row.replace("L1", id_) for id_ in ids)]) + "\n"
    store = Store(*(history(id_, 1, 40, [30]) for id_ in ids))

    found = calibrate(city(tmp_path / "city", {"links.csv": many}), store)

    assert [one.row.link_id for one in found] == ids
    assert store.asked == [ids[:-1], ids[-1:]]


def whole(folder: Path, store: Store, in_force: date = JUNE, out: Path | None = None):
    told = History(store, at(FIRST, 0, 0), at(FIRST + timedelta(days=30), 0, 0), SHANGHAI)
    return write_next_links(reference_of(folder), in_force, told, out=out)


def test_the_next_version_is_a_file_of_its_own_that_the_manifest_names(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    before = {path.name: path.read_text() for path in folder.iterdir()}

    written = whole(folder, Store(history("L1", 30, 70), history("L2", 29, 40)))

    assert written.path == folder / "links.v2.csv"
    assert written.path.read_text() == (
        "link_id,area_id,length_m,class,limit_kmh,free_flow_kmh,free_flow_basis,valid_from,valid_to\n"
        "L1,town/west,500,arterial,60,60,GB/T 33171,2026-01-01,\n"
        "L2,town/east,250,branch,,40,short_history,2026-01-01,\n"
    )
    # All lines of before are there, and the entry stands after the last one.
    manifest = (folder / "reference.yaml").read_text()
    assert manifest.startswith(before["reference.yaml"])
    assert manifest.removeprefix(before["reference.yaml"]) == (
        "  - file: links.v2.csv\n    version: 2\n    in_force: 2026-06-01\n"
        "    source: GB/T 33171-2016 §7.2.1.2 free-flow speed, from 2026-04-01 00:00 to 2026-05-01 00:00\n"
        f"    sha256: {written.entry['sha256']}\n"
    )
    assert {name: (folder / name).read_text() for name in before if name != "reference.yaml"} == {
        name: text for name, text in before.items() if name != "reference.yaml"
    }
    assert wrong(folder) == []
    newest = reference_of(folder).newest("links")
    assert newest is not None
    assert (newest.entry.version, newest.begin) == (2, JUNE)


def test_versions_go_on_counting(tmp_path: Path) -> None:
    folder, store = city(tmp_path / "city"), BRIEF
    whole(folder, store)

    written = whole(folder, store, date(2026, 7, 1))

    assert written.path.name == "links.v3.csv"
    assert wrong(folder) == []
    assert [one.is_changed for one in written.links] == [False, False]


def test_a_day_that_is_not_later_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    folder, store = city(tmp_path / "city"), BRIEF
    before = sorted(path.name for path in folder.iterdir())

    with pytest.raises(
        ReferenceDataError, match=r"version 1 of links holds from 2026-01-01.*later day with --in-force"
    ):
        whole(folder, store, date(2026, 1, 1))

    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    folder, store = city(tmp_path / "city"), BRIEF
    out = tmp_path / "links.csv"
    out.write_text("mine")

    with pytest.raises(ReferenceDataError, match="is there already, and nothing is overwritten"):
        whole(folder, store, out=out)

    assert out.read_text() == "mine"


def test_another_file_leaves_the_folder_alone(tmp_path: Path) -> None:
    folder, store = city(tmp_path / "city"), BRIEF
    before = {path.name: path.read_text() for path in folder.iterdir()}

    written = whole(folder, store, out=tmp_path / "out.csv")

    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    assert (tmp_path / "out.csv").read_text().count("short_history") == 2
    assert written.entry["file"] == "links.v2.csv"


def test_without_history_nothing_is_written(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    before = sorted(path.name for path in folder.iterdir())

    with pytest.raises(ReferenceDataError, match="have no history"):
        whole(folder, Store(history("L1", 1, 40, [30])))

    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_speed_that_no_file_may_say_is_refused_before_it_is_written(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    crawling = [Window("L2", at(FIRST, 8, 0), 1, 36_000)]

    with pytest.raises(ReferenceDataError, match=r"links\.v2\.csv:3 free_flow_kmh: is '0\.1'"):
        whole(folder, Store(history("L1", 1, 40, [30]), crawling))

    assert not (folder / "links.v2.csv").exists()


def test_a_manifest_keeps_its_comments_and_what_comes_after_its_files(tmp_path: Path) -> None:
    folder = city(tmp_path / "city")
    manifest = folder / "reference.yaml"
    text = f"# Ours.\n{manifest.read_text()}\n# How much districts may overlap.\narea_overlap_ratio: 0.01"
    manifest.write_text(text)

    whole(folder, BRIEF)

    after = manifest.read_text()
    assert [line for line in text.splitlines() if line not in after.splitlines()] == []
    assert after.startswith("# Ours.\n")
    assert after.endswith("\n# How much districts may overlap.\narea_overlap_ratio: 0.01")
    assert wrong(folder) == []


def test_a_manifest_on_one_line_is_left_as_it_is(tmp_path: Path) -> None:
    folder = city(tmp_path / "city", dict.fromkeys(name for name in ("sites.csv", "grid.csv")))
    manifest = folder / "reference.yaml"
    entries = manifest.read_text().removeprefix("files:\n").split("  - ")[1:]
    flow = ", ".join("{" + ", ".join(line.strip() for line in entry.splitlines()) + "}" for entry in entries)
    manifest.write_text(f"files: [{flow}]\n")
    assert wrong(folder) == []

    with pytest.raises(ReferenceDataError, match="has its files in one line"):
        whole(folder, BRIEF)

    assert not (folder / "links.v2.csv").exists()


def test_a_folder_without_links_cannot_be_calibrated(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"has no links: add links\.csv"):
        whole(city(tmp_path / "city", {"links.csv": None}), Store())


def test_utc_is_not_the_citys_clock() -> None:
    # 22:00 UTC is 06:00 of the next day in Shanghai.
    late = int(datetime(2026, 4, 1, 22, 0, tzinfo=UTC).timestamp() * 1000)

    assert observations([window("L1", late, 50)], SHANGHAI)["L1"][0] == [
        (date(2026, 4, 2), 360, Fraction(50))
    ]
