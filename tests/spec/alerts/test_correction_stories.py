"""What when a value turns out otherwise? Alerts are corrected with their reason and never erased; late ones are marked."""

from town import TPI, Town

PROVISIONAL = TPI + "    finality: provisional\n"


def test_values_of_open_windows_count_only_where_the_rule_lets_them():
    assert Town().value(1, 9, step=1) == []
    assert Town(PROVISIONAL).value(1, 9, step=1) == ["raised"]


def test_a_final_value_that_disagrees_corrects_what_a_provisional_one_raised():
    town = Town(PROVISIONAL)
    town.value(1, 6.4, step=1)
    town.value(2, 6.6, step=2)
    assert town.value(5, 4.0) == ["corrected"]
    assert town.last["state"] == "closed"
    assert town.last["reason"] == "the final value of the window shows that it should not have been"
    assert town.last["value"] == 4.0
    assert town.value(6, 6.4, step=1) == ["raised"]
    assert town.last["sequence"] == 1


def test_a_final_value_that_agrees_changes_nothing():
    town = Town(PROVISIONAL)
    town.value(1, 6.4, step=1)
    assert town.value(5, 6.1) == []
    assert town.value(10, 4.0) == ["cleared"]


def test_a_pending_alert_that_the_final_value_does_not_carry_is_dropped_with_its_reason():
    town = Town(PROVISIONAL + "    hold: 10m\n")
    assert town.value(1, 6.4, step=1) == ["pending"]
    assert town.value(5, 4.0) == ["dropped"]
    assert town.value(6, 6.4, step=1) == ["pending"]


def test_a_level_that_the_final_value_does_not_carry_is_taken_back():
    town = Town(PROVISIONAL)
    town.value(1, 8.5, step=1)
    assert town.value(5, 6.2) == ["de-escalated"]


def test_an_alert_that_a_provisional_value_cleared_too_early_is_raised_again():
    town = Town(PROVISIONAL)
    town.value(5, 6.4)
    assert town.value(6, 4.0, step=1) == ["cleared"]
    assert town.value(10, 6.4) == ["raised"]


def test_a_restated_value_corrects_the_alert_that_should_not_have_been():
    town = Town()
    town.value(5, 6.4)
    assert town.value(10, 6.5) == []
    assert town.value(5, 4.0, restated=1) == []
    assert town.value(10, 4.0, restated=1) == ["corrected"]
    assert town.last["reason"] == "a restated value of the window shows that it should not have been"
    assert town.last["revision"] == 1999


def test_a_closed_alert_is_corrected_too():
    town = Town()
    town.value(5, 6.4)
    town.command(6, "alert.acknowledge")
    town.value(10, 4.0)
    assert town.changes[-1] == "closed"
    assert town.value(5, 4.0, restated=1) == ["corrected"]
    assert [record["sequence"] for record in town.records] == [1, 2, 3, 4, 5]
    assert town.value(5, 4.1, restated=2) == []


def test_a_value_that_turns_out_bad_raises_late_and_is_marked():
    town = Town()
    town.value(5, 4.0)
    assert town.value(5, 6.4, restated=1) == ["raised"]
    assert town.last["reason"] == "a restated value of the window shows late that it should be raised"
    assert town.value(10, 4.0) == ["cleared"]


def test_a_late_alert_that_is_over_already_is_raised_and_cleared():
    town = Town()
    town.value(5, 6.4)
    town.command(6, "alert.acknowledge")
    town.value(10, 4.0)
    town.value(15, 4.0)
    town.value(20, 4.0)
    assert town.value(15, 6.6, restated=1) == ["raised", "cleared"]


def test_what_is_older_than_the_rule_looks_back_raises_nothing():
    town = Town(TPI + "    late: 1h\n")
    town.mark(100)
    assert town.value(5, 9, restated=1) == []
    assert town.value(95, 9, restated=1) == ["raised"]


def test_the_same_value_again_and_a_lower_revision_change_nothing():
    town = Town(PROVISIONAL)
    assert town.value(1, 6.4, step=1) == ["raised"]
    assert town.value(1, 6.4, step=1) == []
    town.value(5, 6.4)
    town.value(10, 4.0)
    assert town.value(3, 9.0, step=3) == []
    assert town.value(5, 6.4) == []


def test_a_correction_reaches_back_as_far_as_values_are_kept():
    town = Town(TPI + "    close_unacknowledged_after: 30d\n")
    town.value(5, 6.4)
    for minute in range(10, 5 * 60, 5):
        town.value(minute, 6.4)
    assert town.changes == ["raised"]
    town.value(300, 4.0)
    for minute in range(5, 295, 5):
        assert town.value(minute, 4.0, restated=1) == []
    assert town.value(295, 4.0, restated=1) == ["corrected"]


def test_what_is_older_than_the_values_that_are_kept_corrects_nothing():
    town = Town()
    for minute in range(5, 5 * 100, 5):
        town.value(minute, 6.4)
    assert town.value(5, 4.0, restated=1) == []
    assert town.value(500, 4.0) == ["cleared"]
