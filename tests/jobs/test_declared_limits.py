"""Where exactly does the SQL of a counted system draw its lines? Readings at a limit, and such as have none."""

from streams.catalog import SYSTEMS

START = 1_772_409_600_000


def sums_of(question, slug, events):
    """The sums of the city's one whole window."""
    rows = question.ask(SYSTEMS[slug], events)
    (found,) = [row["sums"] for row in rows if row["step"] == 0 and row["entity_type"] == "city"]
    return found


def test_water_stands_and_pipes_leak_from_their_limits_on_and_without_one_never(question, event_of):
    def reading(number, **said):
        at = START + number * 1_000
        place = {"entity_id": f"F{number}", "area_id": "c/d", "step": "reading", "fault": 0}
        return event_of("facility", event_time=at, **place, **said)

    sums = sums_of(
        question,
        "facility",
        [
            reading(1, kind="drain", depth_mm=150, ponding_mm=150),
            reading(2, kind="drain", depth_mm=151, ponding_mm=150),
            reading(3, kind="drain", depth_mm=900),
            reading(4, kind="gas", pressure_pa=850, baseline_pa=1_000),
            reading(5, kind="gas", pressure_pa=851, baseline_pa=1_000),
            reading(6, kind="water", pressure_pa=1),
            event_of("facility", event_time=START + 20 * 60_000),
        ],
    )

    assert (sums["depth_count"], sums["limited_count"], sums["ponding"]) == (3, 2, 1)
    assert (sums["pressure_count"], sums["pressure_low"]) == (2, 1)
    assert (sums["depth_mm_max"], sums["readings"]) == (900, 6)


def test_a_cold_chain_may_be_exactly_as_warm_as_its_limit(question, event_of):
    def reading(number, **said):
        at = START + number * 1_000
        return event_of("farming", event_time=at, entity_id=f"S{number}", area_id="c/d", **said)

    sums = sums_of(
        question,
        "farming",
        [
            reading(1, kind="chain", chain_mdegc=-18_000, limit_mdegc=-18_000),
            reading(2, kind="chain", chain_mdegc=-17_999, limit_mdegc=-18_000),
            reading(3, kind="chain", chain_mdegc=25_000),
            reading(4, kind="plot", temperature_mdegc=7_500),
            reading(5, kind="market", price_fen=320, volume_kg=100),
            reading(6, kind="market", price_fen=280, volume_kg=50),
            event_of("farming", event_time=START + 80 * 60_000),
        ],
    )

    assert (sums["chain_count"], sums["chain_breaks"]) == (2, 1)
    assert (sums["temperature_count"], sums["temperature_mdegc_min"]) == (1, 7_500)
    assert (sums["volume_kg_sum"], sums["turnover_fen_sum"]) == (150, 46_000)
