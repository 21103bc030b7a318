"""What does the text of HJ 633-2012 say of an hour, where the practice says something else?"""

from collections.abc import Iterable
from datetime import date

import pytest

from indicators.air import AqiResult, city_hourly_aqi, city_hourly_aqi_of_text, hourly_aqi, hourly_aqi_of_text
from indicators.air_means import Mean, running_8h_mean, running_24h_mean
from indicators.air_rules import HJ633_2012_CNEMC, HJ633_2012_TEXT, HOURLY_RULES, rules_on

ON_2012 = date(2018, 2, 20)
Hours = dict[int, Mean]
CLEAN_UGM3 = {"so2": 5, "no2": 20, "co": 400, "o3": 60, "pm10": 20, "pm25": 10}


def past(ugm3: float, ago: Iterable[int] = range(24)) -> Hours:
    return dict.fromkeys(ago, (round(ugm3 * 1_000), 1))


def clean_past_but(**pollutants: Hours) -> dict[str, Hours]:
    return {name: past(ugm3) for name, ugm3 in CLEAN_UGM3.items()} | pollutants


def judged(result: AqiResult) -> tuple[int | None, str, str]:
    return result.value, result.validity, result.reason


def test_the_text_judges_seven_items_by_three_kinds_of_mean() -> None:
    result = hourly_aqi_of_text(clean_past_but())

    assert result.iaqi == {
        "so2": 2,
        "no2": 10,
        "co": 4,
        "o3_1h": 19,
        "o3_8h": 30,
        "pm10_24h": 20,
        "pm25_24h": 15,
    }
    assert judged(result) == (30, "valid", "")
    assert (result.standard, result.edition) == ("HJ 633", "2012/text")


def test_an_episode_reaches_the_index_of_the_practice_hours_before_that_of_the_text() -> None:
    # Fine dust jumps from 35 to 275 µg/m³ in this hour: the mean of 24 hours is 45.
    day = clean_past_but(pm25=past(35) | past(275, [0]))
    this_hour = {pollutant: hours[0] for pollutant, hours in day.items()}

    assert hourly_aqi(this_hour, ON_2012).value == 325
    assert hourly_aqi_of_text(day).value == 63


def test_ozone_of_this_hour_and_of_eight_hours_both_speak() -> None:
    rising = hourly_aqi_of_text(clean_past_but(o3=past(60) | past(260, [0])))
    fallen = hourly_aqi_of_text(clean_past_but(o3=past(60) | past(215, range(1, 9)) | past(140, [0])))

    assert (rising.value, rising.primary) == (130, ("o3_1h",))
    assert (fallen.value, fallen.primary) == (142, ("o3_8h",))


def test_a_running_day_needs_twenty_of_its_hours() -> None:
    assert running_24h_mean(past(50, range(4, 24))) == (1_000_000, 20)
    assert running_24h_mean(past(50, range(5, 24))) is None
    assert running_24h_mean(past(50, range(19)) | {23: (0, 0)}) is None


def test_eight_running_hours_need_six_of_them_and_look_no_further_back() -> None:
    assert running_8h_mean(past(50, range(2, 24))) == (300_000, 6)
    assert running_8h_mean(past(50, range(3, 24))) is None
    assert running_8h_mean(past(900) | past(50, range(8))) == (400_000, 8)


def test_hours_weigh_the_same_in_a_running_mean_whatever_their_counts() -> None:
    uneven = past(10, range(12)) | dict.fromkeys(range(12, 24), (30_000 * 60, 60))

    assert hourly_aqi_of_text({"pm25": uneven}, not_blocking=set(CLEAN_UGM3)).iaqi == {"pm25_24h": 29}


def test_without_this_hour_the_running_means_still_speak_and_the_hourly_items_are_missing() -> None:
    before = {pollutant: past(ugm3, range(1, 24)) for pollutant, ugm3 in CLEAN_UGM3.items()}

    result = hourly_aqi_of_text(before)

    assert set(result.iaqi) == {"o3_8h", "pm10_24h", "pm25_24h"}
    assert result.missing == ("so2", "no2", "co", "o3_1h")
    assert judged(result) == (None, "insufficient", "missing_items")


def test_a_missing_item_keeps_only_an_index_above_100_and_marks_it() -> None:
    assert judged(hourly_aqi_of_text(clean_past_but(so2={}, pm25=past(75)))) == (
        None,
        "insufficient",
        "missing_items",
    )
    assert judged(hourly_aqi_of_text(clean_past_but(so2={}, pm25=past(115)))) == (
        150,
        "insufficient",
        "missing_items",
    )
    assert judged(hourly_aqi_of_text(clean_past_but(so2={}), not_blocking={"so2"})) == (30, "valid", "")


def test_what_other_averaging_times_speak_for_has_no_index() -> None:
    so2 = hourly_aqi_of_text(clean_past_but(so2=past(801)))
    ozone = hourly_aqi_of_text(clean_past_but(o3=past(801)))

    assert (so2.unscored, judged(so2)) == (("so2",), (30, "valid", "not_scored"))
    assert (ozone.unscored, ozone.value, ozone.primary) == (("o3_8h",), 301, ("o3_1h",))
    assert hourly_aqi_of_text(clean_past_but(so2=past(800))).value == 200
    assert hourly_aqi_of_text(clean_past_but(o3=past(800))).iaqi["o3_8h"] == 300


def test_an_hour_with_nothing_but_an_unscored_item_says_so() -> None:
    assert judged(hourly_aqi_of_text({"so2": past(900)})) == (None, "insufficient", "not_scored")
    assert judged(hourly_aqi_of_text({})) == (None, "no_data", "no_values")


def test_the_text_is_reached_by_its_name_alone() -> None:
    assert rules_on(HOURLY_RULES, ON_2012, None).edition == HJ633_2012_CNEMC
    assert rules_on(HOURLY_RULES, ON_2012, HJ633_2012_TEXT).edition == HJ633_2012_TEXT


def test_one_hour_alone_is_not_judged_by_the_text() -> None:
    hour = {"pm25": (10_000, 1)}

    with pytest.raises(LookupError, match="hourly_aqi_of_text"):
        hourly_aqi(hour, ON_2012, HJ633_2012_TEXT)
    with pytest.raises(LookupError, match="city_hourly_aqi_of_text"):
        city_hourly_aqi([hour], ON_2012, HJ633_2012_TEXT)


@pytest.mark.parametrize("ago", [-1, 24, 3.5])
def test_an_hour_that_is_not_among_the_last_24_is_refused(ago: int) -> None:
    with pytest.raises(ValueError, match=f"{ago} hours ago"):
        hourly_aqi_of_text({"pm25": {ago: (1_000, 1)}})


@pytest.mark.parametrize("mean", [(-1, 1), (1, -1), (float("nan"), 1), (1, 1.5)])
def test_a_mean_that_cannot_be_is_refused_with_its_hour(mean: Mean) -> None:
    with pytest.raises(ValueError, match="3 hours ago"):
        hourly_aqi_of_text({"pm25": {3: mean}})


def test_a_misspelt_pollutant_is_refused() -> None:
    with pytest.raises(ValueError, match=r"pm2\.5"):
        hourly_aqi_of_text({"pm2.5": past(10)})
    with pytest.raises(ValueError, match=r"pm2\.5"):
        city_hourly_aqi_of_text([{"pm2.5": past(10)}])


def test_a_city_is_the_mean_of_its_stations_running_means() -> None:
    stations = [clean_past_but(pm25=past(10)), clean_past_but(pm25=past(140))]

    assert city_hourly_aqi_of_text(stations).iaqi["pm25_24h"] == 100
    assert hourly_aqi_of_text(stations[1]).iaqi["pm25_24h"] == 186


def test_a_station_without_enough_hours_is_left_out_of_its_citys_running_mean() -> None:
    stations = [clean_past_but(pm25=past(10)), clean_past_but(pm25=past(400, range(19)))]

    assert city_hourly_aqi_of_text(stations) == hourly_aqi_of_text(stations[0])
    assert city_hourly_aqi_of_text([]).validity == "no_data"
