"""Does the sorting accuracy of Zurich's hand-sorted public bins come out as pandas counts it from the files?

The audits are no stream, so they are told as the gateway would tell them, at one made-up time: their days are partly
written with day and month swapped. Public bins are for what cannot be recycled, so that is what lies rightly in them.
"""

import json
from typing import Any

import pandas as pd
import pytest
from played import file_of

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.waste_gateway import FEED
from indicators.catalog import INDICATORS

pytestmark = pytest.mark.recordings

TEAMS = {
    "lord-of-the-bins": (["bin_id", "day_of_collection"], "other"),
    "partners-in-grime": (["bin_id", "day_of_collection"], "other"),
    "bananas-in-pyjamas": (["bag_nr"], "other"),
    "bellevue-tidy": (["number"], "others"),
}
"""What tells the audits of a team's file apart, and its category of what cannot be recycled."""


def table_of(pattern: str) -> pd.DataFrame:
    return pd.read_csv(file_of(f"waste/{pattern}"))


def items_of(table: pd.DataFrame, audit: list[str], residual: str) -> list[Any]:
    """The decoded audits of a table of audit, category and weight in kg."""
    readings = [
        {
            "point": "zurich",
            "at": "2022-04-07T12:00:00+02:00",
            "kind": "audit",
            "sample": number,
            "audited_kg": bin_.weight.sum(),
            "right_kg": bin_[bin_.category == residual].weight.sum(),
        }
        for number, (_, bin_) in enumerate(table.groupby(audit, sort=False))
    ]
    return list(
        FEED.decode(Raw(FEED.name, json.dumps({"readings": readings}).encode(), {}, 0, "x", "run", 0))
    )


def grams(events: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(event[name] for event in events) for name in ("audited_g", "right_g")}


@pytest.mark.parametrize(
    ("team", "audits", "right_g", "audited_g"),
    [
        ("lord-of-the-bins", 8, 10_794, 17_885),
        ("partners-in-grime", 6, 56_200, 80_300),
        ("bananas-in-pyjamas", 15, 53_700, 68_300),
    ],
)
def test_the_accuracy_is_the_share_of_the_mass_to_the_gram(
    team: str, audits: int, right_g: int, audited_g: int
) -> None:
    audit, residual = TEAMS[team]
    table = table_of(f"zurich_derived_{team}_*.csv")
    events = items_of(table, audit, residual)

    assert len({event["event_id"] for event in events}) == len(events) == audits
    assert grams(events) == {"right_g": right_g, "audited_g": audited_g}
    judged = INDICATORS["waste.sorting_accuracy_ratio"].judged
    assert judged is not None
    expected = table[table.category == residual].weight.sum() / table.weight.sum()
    assert judged("point", grams(events)).value == pytest.approx(expected, abs=5e-7)


def test_what_was_sorted_weighs_what_the_bins_weighed_before_by_two_other_files() -> None:
    events = items_of(table_of("zurich_derived_partners-in-grime_*.csv"), *TEAMS["partners-in-grime"])

    for raw in ("single_bins", "total_bins"):
        weighed = table_of(f"zurich_raw_partners-in-grime_*_{raw}_raw_data.csv")
        # Its header has a byte order mark and a column with a space behind its name.
        assert list(weighed.columns[:2]) == ["obj_id", "bin_id "]
        assert round(weighed.weight_total.sum() * 1_000) == grams(events)["audited_g"]


def test_a_bin_in_which_nothing_lay_is_no_audit() -> None:
    audit, residual = TEAMS["bellevue-tidy"]
    table = table_of("zurich_derived_disposa-liz_*bellevue-tidy.csv")
    items = items_of(table, audit, residual)

    rejected = [item for item in items if isinstance(item, Rejected)]
    empty = (table.groupby("number").weight.sum() == 0).sum()
    assert [item.reason for item in rejected] == [RejectReason.OUT_OF_RANGE] * empty
    assert empty == 1
    assert grams([item for item in items if not isinstance(item, Rejected)]) == {
        "right_g": 12_248,
        "audited_g": 21_570,
    }
