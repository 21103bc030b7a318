"""Does each breakpoint of both editions give the index that stands beside it?

The tables are typed again here, from the standard, so that a slip in one of the two is seen.
"""

from datetime import date

import pytest

from indicators.air import AqiResult, daily_aqi, hourly_aqi

ON_2012, ON_2026 = date(2026, 2, 28), date(2026, 3, 1)
UNIT_NG = {"co": 1_000_000}

LEVELS = (0, 50, 100, 150, 200, 300, 400, 500)
SAME_HOURLY = {
    "so2": (0, 150, 500, 650, 800),
    "no2": (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    "co": (0, 5, 10, 35, 60, 90, 120, 150),
    "o3": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "pm25": (0, 35, 75, 115, 150, 250, 350, 500),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
}
SAME_DAILY = {
    "so2": (0, 50, 150, 475, 800, 1600, 2100, 2620),
    "no2": (0, 40, 80, 180, 280, 565, 750, 940),
    "co": (0, 2, 4, 14, 24, 36, 48, 60),
    "o3": (0, 100, 160, 215, 265, 800),
    "pm25": (0, 35, 75, 115, 150, 250, 350, 500),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
}
PM_2026 = {
    "pm25": (0, 35, 60, 115, 150, 250, 350, 500),
    "pm10": (0, 50, 120, 250, 350, 420, 500, 600),
}
CASES = [
    (report, civil_date, pollutant, breakpoint_, level)
    for report, civil_date, table in (
        ("hourly", ON_2012, SAME_HOURLY),
        ("hourly", ON_2026, SAME_HOURLY | PM_2026),
        ("daily", ON_2012, SAME_DAILY),
        ("daily", ON_2026, SAME_DAILY | PM_2026),
    )
    for pollutant, breakpoints in table.items()
    for breakpoint_, level in zip(breakpoints, LEVELS, strict=False)
]


def judged(report: str, civil_date: date, pollutant: str, concentration: int) -> AqiResult:
    mean = (concentration * UNIT_NG.get(pollutant, 1_000), 1)
    if report == "hourly":
        return hourly_aqi({pollutant: mean}, civil_date)
    return daily_aqi({pollutant: dict.fromkeys(range(24), mean)}, civil_date)


@pytest.mark.parametrize(("report", "civil_date", "pollutant", "concentration", "level"), CASES)
def test_a_breakpoint_gives_its_own_index(
    report: str, civil_date: date, pollutant: str, concentration: int, level: int
) -> None:
    result = judged(report, civil_date, pollutant, concentration)
    key = "o3_8h" if (report, pollutant) == ("daily", "o3") else pollutant

    # The 2026 index starts at 1, that of 2012 at 0.
    assert result.iaqi[key] == (1 if level == 0 and civil_date == ON_2026 else level)
    assert not result.beyond_index


def test_the_daily_o3_1h_item_of_2012_uses_the_hourly_column() -> None:
    for concentration, level in zip(SAME_HOURLY["o3"], LEVELS, strict=True):
        assert judged("daily", ON_2012, "o3", concentration).iaqi["o3_1h"] == level
    assert "o3_1h" not in judged("daily", ON_2026, "o3", 300).iaqi
