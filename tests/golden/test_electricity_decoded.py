"""Do the homes of the recording use what their file says, hour by hour and day by day? Counted from it with pandas."""

from collections import Counter
from functools import cache
from typing import Any

import pandas as pd
import pytest
from judge_stories import HOUR_MS, judged, newest, statistic
from played import file_of, items_of

from feeds.decoding import Rejected
from feeds.pseudonyms import pseudonym
from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

pytestmark = pytest.mark.recordings

NAME = "smart-grid-meters"
ZONE = "Australia/Sydney"
PEAK = (8, 9, 10, 18, 19, 20, 21)


@cache
def file() -> pd.DataFrame:
    path = file_of("electricity/sgsc_smart_meter10_*.csv")
    table = pd.read_csv(path, dtype={"customer_id": str}, parse_dates=["reading_datetime"])
    table["meter"] = table.customer_id.map(lambda customer: pseudonym("meter", customer))
    local = table.reading_datetime.dt.tz_localize(ZONE)
    table["hour"] = (local.dt.tz_convert("UTC").dt.tz_localize(None) - pd.Timestamp(0)) // pd.Timedelta("1h")
    table["wh"] = (table.general_supply_kwh * 1_000).round().astype(int)
    return table


@cache
def events() -> list[dict[str, Any]]:
    items = list(items_of(NAME))
    assert not [item for item in items if isinstance(item, Rejected)]
    return items


@cache
def hours() -> tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]]:
    """Energy and measured seconds by meter and hour since 1970, as the windows add them up."""
    energy_wh, energy_s = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for event in events():
        place = (event["entity_id"], event["event_time"] // HOUR_MS)
        energy_wh[place] += event["energy_wh"]
        energy_s[place] += event["covered_s"]
    return energy_wh, energy_s


def test_every_half_hour_is_an_event_of_its_own() -> None:
    assert len(events()) == len(file()) == 26_820
    assert len({event["event_id"] for event in events()}) == 26_820
    # One home lacks sixty half hours.
    assert sorted(Counter(event["entity_id"] for event in events()).values()) == [2_628, *[2_688] * 9]


def test_the_energy_of_every_home_and_hour_is_that_of_the_file() -> None:
    known = file().groupby(["meter", "hour"]).wh.sum()

    assert dict(hours()[0]) == known.to_dict()
    assert sum(hours()[0].values()) == round(file().general_supply_kwh.sum() * 1_000)


def test_no_number_of_a_customer_is_in_an_event() -> None:
    customers = set(file().customer_id)

    assert len(customers) == 10
    for event in events():
        assert not any(customer in str(value) for customer in customers for value in event.values())


def test_the_load_factor_and_the_peak_share_of_every_home_and_day_are_those_of_the_file() -> None:
    energy_wh, energy_s = hours()
    judge = Judge(KeyedState(), lambda *_: [], mode="replay", zone=ZONE)
    rows = newest(
        judged(
            judge,
            (
                statistic(
                    "electricity.flows",
                    "asset",
                    meter,
                    hour * HOUR_MS,
                    HOUR_MS,
                    sums={**EMPTY, "energy_wh": energy_wh[meter, hour], "energy_s": energy_s[meter, hour]},
                )
                for meter, hour in sorted(energy_wh, key=lambda place: place[1])
            ),
        )
    )
    table = file().assign(day=file().reading_datetime.dt.date, clock=file().reading_datetime.dt.hour)
    loads = table.groupby(["meter", "day", "clock"]).wh.mean()
    factors = loads.groupby(["meter", "day"]).mean() / loads.groupby(["meter", "day"]).max()
    used = table.groupby(["meter", "day"]).wh.sum()
    peaks = table[table.clock.isin(PEAK)].groupby(["meter", "day"]).wh.sum().reindex(used.index) / used

    assert len(factors) == 559
    for indicator, known in (("load_factor_ratio", factors), ("peak_ratio", peaks)):
        for (meter, day), value in known.items():
            midnight = int(pd.Timestamp(day, tz=ZONE).timestamp() * 1_000)
            told = rows[f"electricity.{indicator}", meter, midnight]["value"]
            assert told == pytest.approx(value, abs=1e-6), (meter, day)


EMPTY = dict.fromkeys(
    (
        *("supply_wh", "supply_readings", "pv_wh", "billed_wh", "billed_readings", "state_s", "out_s"),
        *("customer_s", "customer_out_s", "customers_interrupted"),
    ),
    0,
)
