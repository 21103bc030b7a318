"""CONTRIBUTING's promise: an indicator of sums that are counted already is a formula, a declaration and its tests."""

from judge_stories import entity, judged, road, road_clock, short

from indicators.catalog import INDICATORS, Indicator
from indicators.catalog.declaration import Figure, Sums
from indicators.catalog.export import catalog_row
from indicators.standard import Edition
from streams.judge.judge import Judge
from streams.keyed_state import KeyedState


def pace(_: str, sums: Sums) -> Figure:
    """Minutes per kilometre: toys are formulas, too."""
    minutes, kilometres = sums["travel_time_ms"] / 60_000, sums["length_m"] / 1000
    if not kilometres:
        raise ValueError("no way was driven: there is no pace")
    return Figure(round(minutes / kilometres, 6), details={"toy": "yes"})


TOY = Indicator(
    id="road.pace",
    name_en="Pace",
    name_zh="配速",
    question="How many minutes does a kilometre take?",
    unit="min/km",
    direction="lower",
    entity_types=("link",),
    window="PT5M",
    formula="sum of travel times / sum of lengths driven",
    editions=(Edition("project", "pace-1", None, None, "minutes a kilometre"),),
    measure="road.travel_time",
    owner_department="Nobody (无)",
    public=False,
    judged=pace,
    inputs=("travel_time_ms", "length_m"),
)


def toy_judge() -> Judge:
    roster = [entity("road", "link", "L1"), entity("road", "link", "L2")]

    def expected(system: str, entity_type: str, at_ms: int) -> list[dict[str, object]]:
        return [found for found in roster if (found["system"], found["entity_type"]) == (system, entity_type)]

    catalog = {**INDICATORS, TOY.id: TOY}
    return Judge(KeyedState(), expected, mode="replay", zone="Asia/Shanghai", catalog=catalog)


def test_a_declared_toy_indicator_is_judged_without_another_line_of_code() -> None:
    statistic = road("link", "L1", "2026-04-01 08:00", 120, 60)
    statistic["sums"]["length_m"] = 1_000

    rows = [row for row in judged(toy_judge(), [statistic]) if row["indicator_id"] == "road.pace"]

    assert [short(row) for row in rows] == ["04-01 08:00 road.pace L1 2.0 valid 999"]
    assert (rows[0]["unit"], rows[0]["standard"], rows[0]["edition"]) == ("min/km", "project", "pace-1")
    assert rows[0]["inputs"] == {"travel_time_ms": 120_000, "length_m": 1_000}


def test_a_silent_link_has_no_data_for_the_toy_too() -> None:
    rows = judged(toy_judge(), [road_clock("2026-04-01 08:00", 1), road_clock("2026-04-01 08:05", 1)])

    assert {row["entity_id"]: row["validity"] for row in rows if row["indicator_id"] == "road.pace"} == {
        "L1": "no_data",
        "L2": "no_data",
    }


def test_what_is_generated_knows_the_toy_from_its_declaration() -> None:
    row = catalog_row(TOY)

    assert (row["system"], row["unit"], row["entity_types"]) == ("road", "min/km", "link")
    assert row["editions"] == {"project-pace-1": "on every day: minutes a kilometre"}
