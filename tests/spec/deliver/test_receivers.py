"""Is the operator's file of receivers read as it is meant, and is a wrong one told where it is wrong?"""

import pytest

from streams.deliver.receivers import ReceiversFileError, read_receivers

GOOD = """
cap: {sender: ops.city.example, sender_name: 市运行管理中心}
external_url: https://ops.city.example
receivers:
  - name: flood-office
    url: https://flood.example/hooks?key=1
    secret_file: %s
    areas: [simcity/north]
    levels: [1, 2]
    group_wait: 10s
    repeat_interval: 2h
  - {name: pager, url: "http://127.0.0.1:8080/x", secret_env: PAGER, private: true, drills: true}
"""


def written(tmp_path, text):
    path = tmp_path / "receivers.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def wrong(tmp_path, text):
    with pytest.raises(ReceiversFileError) as told:
        read_receivers(written(tmp_path, text))
    return str(told.value)


def test_a_file_is_read_with_its_filters_waits_and_secrets(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef\n")

    outside = read_receivers(written(tmp_path, GOOD % secret))

    office, pager = outside.receivers
    assert (office.group_wait, office.group_interval, office.repeat_interval) == (10.0, 300.0, 7_200.0)
    assert office.secret().get_secret_value() == b"0123456789abcdef"
    assert pager.secret({"PAGER": "x" * 20}).get_secret_value() == b"x" * 20
    assert outside.sender.id == "ops.city.example"
    assert read_receivers(None).receivers == ()
    assert read_receivers(written(tmp_path, "")).receivers == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("url: http://flood.example/", "plain http"),
        ("url: https://10.0.0.1/", "private: true"),
        ("url: 'https://[::1]/'", "private: true"),
        ("url: https://localhost/", "private: true"),
        ("url: https://user:hunter2@flood.example/", "take name and password out"),
        ("url: ftp://flood.example/", "https://host/path"),
        ("secret: hunter2", "secret: is not known here"),
        ("group_wait: 5 minutes", "30s, 5m or 4h"),
        ("group_by: [level]", "group_by"),
        ("levels: [5]", "levels"),
        ("attempts: 1000", "attempts"),
        ("name: Flood Office", "name"),
        ("secret_env: ALSO", "one of `secret_file` and `secret_env`"),
    ],
)
def test_a_wrong_line_is_told_with_its_receiver_and_shows_no_secret(tmp_path, line, says):
    lines = {"name": "flood-office", "url": "https://flood.example/", "secret_file": "/s"}
    key = line.partition(":")[0]
    lines.pop(key, None)
    text = "receivers:\n  - " + "\n    ".join([line, *(f"{name}: {value}" for name, value in lines.items())])

    said = wrong(tmp_path, text)

    assert says in said
    assert "hunter2" not in said
    assert "receivers" in said


def test_two_of_one_name_no_yaml_and_no_file_are_told(tmp_path):
    one = "{name: a, url: 'https://a.example/', secret_env: A}"
    assert "two receivers are called a" in wrong(tmp_path, f"receivers: [{one}, {one}]")
    assert "cannot be read" in wrong(tmp_path, "receivers: [")
    assert "cannot be read" in wrong(tmp_path, "receivers: !!python/object/apply:os.system ['true']")
    with pytest.raises(ReceiversFileError, match="cannot be read"):
        read_receivers(tmp_path / "none.yaml")


def test_a_secret_that_is_missing_or_short_is_told_and_never_shown(tmp_path):
    outside = read_receivers(written(tmp_path, GOOD % (tmp_path / "none")))
    office, pager = outside.receivers
    with pytest.raises(ReceiversFileError, match="flood-office: its secret cannot be read"):
        office.secret()
    with pytest.raises(ReceiversFileError, match="16 to 4096") as told:
        pager.secret({"PAGER": "hunter2"})
    assert "hunter2" not in str(told.value)
    assert "hunter2" not in repr(pager.secret({"PAGER": "hunter2" * 3}))
