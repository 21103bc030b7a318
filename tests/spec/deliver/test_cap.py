"""Does an alert become the CAP messages that it should, and `Actual` ones only by a release? Stories, no servers."""

from zoneinfo import ZoneInfo

import pytest
from told_alerts import CAP, NOW, alert, checked, cleared, command, said

from streams.deliver.cap_desk import CapDesk, Sender
from streams.deliver.shapes import Shape, ShapesFileError, read_shapes

ZONE = ZoneInfo("Asia/Shanghai")
SQUARE = ((118.0, 30.0), (118.1, 30.0), (118.1, 30.08), (118.0, 30.0))
SHAPES = {"simcity/north": Shape("North", "990101", (SQUARE,))}


def desk(mode: str = "live", sender: str = "ops.city.example") -> CapDesk:
    return CapDesk(Sender(sender, "市运行管理中心 City operations centre"), mode, ZONE, SHAPES)


def only(records):
    (record,) = records
    return record


def test_a_raised_alert_is_a_draft_that_the_schema_of_oasis_takes():
    record = only(desk().on_alert(alert()))

    root = checked(record["xml"])
    assert (said(root, "status"), said(root, "msgType"), said(root, "scope")) == (
        "Draft",
        "Alert",
        "Restricted",
    )
    assert said(root, "sent") == "2026-06-21T08:01:00+08:00"
    assert (said(root, "category"), said(root, "severity")) == ("Env", "Moderate")
    assert (said(root, "urgency"), said(root, "certainty")) == ("Expected", "Observed")
    assert said(root, "polygon").startswith("30.000000,118.000000 30.000000,118.100000")
    geocodes = {
        node.findtext(f"{CAP}valueName"): node.findtext(f"{CAP}value") for node in root.iter(f"{CAP}geocode")
    }
    assert geocodes == {"citybrain:area_id": "simcity/north", "GB/T 2260": "990101"}
    assert said(root, "web") == "https://city.example/runbooks/pm25"


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"level": 1}, ("Extreme", "Immediate", "Observed")),
        ({"level": 2}, ("Severe", "Immediate", "Observed")),
        ({"level": 4}, ("Minor", "Expected", "Observed")),
        ({"finality": "provisional"}, ("Moderate", "Expected", "Likely")),
        ({"kind": "no_data", "value": None}, ("Moderate", "Unknown", "Unknown")),
    ],
)
def test_severity_urgency_and_certainty_follow_level_kind_and_finality(told, wanted):
    root = checked(only(desk().on_alert(alert(**told)))["xml"])

    assert (said(root, "severity"), said(root, "urgency"), said(root, "certainty")) == wanted


def test_a_life_is_alert_update_and_cancel_each_naming_those_before():
    at = desk()
    first = only(at.on_alert(alert()))
    graver = only(at.on_alert(alert(sequence=2, change="escalated", level=2)))
    over = only(at.on_alert(cleared(sequence=3, level=2)))

    assert [record["msg_type"] for record in (first, graver, over)] == ["Alert", "Update", "Cancel"]
    assert first["references"] is None
    named = f"ops.city.example,{first['identifier']},2026-06-21T08:01:00+08:00"
    assert graver["references"] == named
    assert over["references"] == f"{named} ops.city.example,{graver['identifier']},2026-06-21T08:02:00+08:00"
    assert said(checked(over["xml"]), "urgency") == "Past"
    assert said(checked(over["xml"]), "responseType") == "AllClear"


@pytest.mark.parametrize("change", ["acknowledged", "case_opened", "noted", "duty_escalated"])
def test_what_changes_neither_level_nor_end_is_no_message(change):
    at = desk()
    at.on_alert(alert())

    assert at.on_alert(alert(sequence=2, change=change, acknowledged=True)) == []


def test_a_pending_a_dropped_and_a_muted_alert_are_no_messages_and_one_that_is_unmuted_is():
    at = desk()

    assert at.on_alert(alert(sequence=1, change="pending", state="pending")) == []
    assert at.on_alert(alert(sequence=2, muted_by=["maintenance:m1"])) == []
    assert only(at.on_alert(alert(sequence=3, change="uninhibited")))["msg_type"] == "Alert"
    assert desk().on_alert(cleared(change="dropped", state="closed")) == []


def test_a_corrected_alert_is_cancelled_and_says_that_it_should_not_have_been():
    at = desk()
    at.on_alert(alert())

    root = checked(only(at.on_alert(cleared(change="corrected", state="closed", reason="restated")))["xml"])

    assert "should not have been" in said(root, "note")


def test_a_change_that_is_read_again_leads_to_nothing_also_after_a_restart():
    at = desk()
    written = [
        *at.on_alert(alert()),
        *at.on_alert(alert(sequence=2, level=2)),
    ]
    successor = desk()
    for record in written:
        successor.learn(record)

    for one in (at, successor):
        assert one.on_alert(alert()) == []
        assert one.on_alert(alert(sequence=2, level=2)) == []
    assert only(successor.on_alert(cleared(sequence=3, level=2))) == only(
        at.on_alert(cleared(sequence=3, level=2))
    )


def test_one_role_releases_level_three_and_the_message_is_actual_and_public():
    at = desk()
    draft = only(at.on_alert(alert()))

    approved, issued = at.on_command(command("cap.release", draft["identifier"]))

    assert (approved["change"], approved["status"], approved["sequence"]) == ("approved", "Draft", 2)
    root = checked(issued["xml"])
    assert (said(root, "status"), said(root, "scope"), said(root, "restriction")) == (
        "Actual",
        "Public",
        None,
    )
    assert issued["draft_id"] == draft["identifier"]
    assert issued["identifier"] != draft["identifier"]
    assert said(root, "sent") == "2026-06-21T08:10:00+08:00"


@pytest.mark.parametrize("level", [1, 2])
def test_levels_one_and_two_need_two_different_roles(level):
    at = desk()
    draft = only(at.on_alert(alert(level=level)))["identifier"]

    first = only(at.on_command(command("cap.release", draft, by="duty-officer")))
    again = only(at.on_command(command("cap.release", draft, by=" Duty-Officer ", reason="again")))
    _, issued = at.on_command(command("cap.release", draft, by="shift-leader"))

    assert (first["change"], first["approvals"]) == ("approved", ["duty-officer"])
    assert again["change"] == "refused"
    assert "second role" in again["reason"]
    assert (issued["status"], issued["approvals"]) == ("Actual", ["duty-officer", "shift-leader"])


def test_actual_messages_name_actual_ones_alone():
    at = desk()
    draft = only(at.on_alert(alert()))
    issued = at.on_command(command("cap.release", draft["identifier"]))[-1]
    update = only(at.on_alert(alert(sequence=2, level=4, change="de-escalated")))

    second = at.on_command(command("cap.release", update["identifier"]))[-1]
    over = only(at.on_alert(cleared(sequence=3, level=4)))
    third = at.on_command(command("cap.release", over["identifier"]))[-1]

    assert (second["msg_type"], third["msg_type"]) == ("Update", "Cancel")
    assert issued["identifier"] in second["references"]
    assert "draft" not in second["references"] + third["references"]


@pytest.mark.parametrize("mode", ["replay", "simulated", "drill"])
def test_nothing_that_is_not_live_becomes_actual(mode):
    at = desk(mode)
    draft = only(at.on_alert(alert(mode=mode)))

    refused = only(at.on_command(command("cap.release", draft["identifier"], mode=mode)))

    assert refused["change"] == "refused"
    assert refused["status"] != "Actual"


def test_a_drill_is_an_exercise_and_a_test_alert_a_test_whoever_releases_it():
    exercise = only(desk("drill").on_alert(alert(mode="drill")))
    at = desk()
    test = only(at.on_alert(alert(kind="test")))

    assert said(checked(exercise["xml"]), "status") == "Exercise"
    assert "演练" in said(checked(exercise["xml"]), "note")
    assert said(checked(test["xml"]), "status") == "Test"
    assert only(at.on_command(command("cap.release", test["identifier"])))["change"] == "refused"


def test_a_test_that_is_over_is_forgotten_and_the_next_one_begins_anew():
    at = desk()

    for _ in range(3):
        told = [*at.on_alert(alert(kind="test")), *at.on_alert(cleared(kind="test"))]
        assert [record["msg_type"] for record in told] == ["Alert", "Cancel"]
    assert (len(at._alerts), len(at._alert_of)) == (0, 0)


def test_a_drill_alert_on_a_live_line_is_an_exercise_and_stays_one():
    at = desk("live")
    record = only(at.on_alert(alert(mode="drill")))

    assert record["status"] == "Exercise"
    assert only(at.on_command(command("cap.release", record["identifier"])))["change"] == "refused"


def test_an_old_draft_a_released_one_an_unknown_one_and_an_empty_cancel_are_refused():
    at = desk()
    old = only(at.on_alert(alert()))["identifier"]
    newer = only(at.on_alert(alert(sequence=2, level=4)))["identifier"]
    assert newer in only(at.on_command(command("cap.release", old)))["reason"]
    at.on_command(command("cap.release", newer))
    assert "already" in only(at.on_command(command("cap.release", newer, reason="once more")))["reason"]
    unknown = only(at.on_command(command("cap.release", "nothing\x07")))
    assert "citybrain cap list" in unknown["reason"]
    other = desk()
    other.on_alert(alert())
    over = only(other.on_alert(cleared()))["identifier"]
    assert "cancelled" in only(other.on_command(command("cap.release", over)))["reason"]


def test_a_refusal_leaves_the_message_as_it_was():
    at = desk()
    old = only(at.on_alert(alert()))
    at.on_alert(alert(sequence=2, level=4))

    refused = only(at.on_command(command("cap.release", old["identifier"])))

    changed = {"change", "sequence", "event_time", "by", "reason", "command_id"}
    assert {k: v for k, v in refused.items() if k not in changed} == {
        k: v for k, v in old.items() if k not in changed
    }


def test_without_a_declared_sender_nothing_is_released():
    at = desk(sender="")
    draft = only(at.on_alert(alert()))["identifier"]

    assert "CITYBRAIN_RECEIVERS" in only(at.on_command(command("cap.release", draft)))["reason"]


def test_a_command_that_is_read_again_after_a_kill_is_obeyed_once():
    at = desk()
    draft = only(at.on_alert(alert(level=1)))
    first = command("cap.release", draft["identifier"])
    approved = only(at.on_command(first))
    successor = desk()
    for record in (draft, approved):
        successor.learn(record)

    assert successor.on_command(first) == []
    _, issued = successor.on_command(command("cap.release", draft["identifier"], by="shift-leader"))
    assert issued["approvals"] == ["duty-officer", "shift-leader"]


def test_an_area_without_a_shape_is_named_and_its_entity_is_a_point():
    root = checked(only(desk().on_alert(alert(area_id="simcity/east")))["xml"])

    assert said(root, "areaDesc") == "simcity/east: s1"
    assert said(root, "polygon") is None
    assert said(root, "circle") == "30.040000,118.050000 0"


def test_the_newest_file_of_areas_is_read_and_a_broken_one_is_told(tmp_path):
    ring = str([list(point) for point in SQUARE])
    old = f'{{"features": [{{"properties": {{"id": "c/n", "name": "old"}}, "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}]}}'
    (tmp_path / "areas.geojson").write_text(old)
    (tmp_path / "areas.v2.geojson").write_text(old.replace("old", "new"))

    assert read_shapes(tmp_path) == {"c/n": Shape("new", "", (SQUARE,))}
    assert read_shapes(tmp_path / "none") == {}
    (tmp_path / "areas.v3.geojson").write_text('{"features": [{}]}')
    with pytest.raises(ShapesFileError, match="reference check"):
        read_shapes(tmp_path)


def test_the_time_of_the_first_second_is_written_without_a_z():
    record = only(CapDesk(Sender(), "live", ZoneInfo("UTC"), {}).on_alert(alert(event_time=NOW)))

    assert said(checked(record["xml"]), "sent") == "2026-06-21T00:00:00-00:00"
