"""Does a changed file of receivers count while the line runs, and does a wrong one harm nobody?"""

import asyncio

import pytest

from streams.deliver import watched as watched_module
from streams.deliver.receivers import ReceiversFileError
from streams.deliver.watched import WatchedReceivers

OFFICE = "  - {name: %s, url: 'https://%s.example/hook', secret_file: %s}\n"


@pytest.fixture(autouse=True)
def looks_often(monkeypatch):
    monkeypatch.setattr(watched_module, "LOOK_SECONDS", 0.001)


def names(watched):
    return [receiver.name for receiver in watched.outside.receivers]


def file_of(folder, *offices):
    secret, path = folder / "secret", folder / "receivers.yaml"
    if not secret.exists():
        secret.write_text("0123456789abcdef")
    path.write_text("receivers:\n" + "".join(OFFICE % (name, name, secret) for name in offices))
    return path


def while_watching(watched, story):
    """What the story, told in steps, leads to; whether the change was taken over in the end."""

    async def run():
        changed = asyncio.create_task(watched.changed())
        for step in story:
            step()
            # Steps wait for what they led to, and not for a time.
            async with asyncio.timeout(10):
                while not changed.done() and not watched.error:  # noqa: ASYNC110  (nothing tells of an error)
                    await asyncio.sleep(0)
        is_over = changed.done()
        changed.cancel()
        return is_over

    return asyncio.run(run())


def test_another_receiver_in_the_file_is_one_who_is_told(tmp_path):
    watched = WatchedReceivers(file_of(tmp_path, "flood"))

    assert while_watching(watched, [lambda: file_of(tmp_path, "flood", "pager")])
    assert names(watched) == ["flood", "pager"]


def test_another_secret_is_a_change_too(tmp_path):
    watched = WatchedReceivers(file_of(tmp_path, "flood"))

    assert while_watching(watched, [lambda: (tmp_path / "secret").write_text("another-one-of-16-bytes")])


@pytest.mark.parametrize("text", ["receivers: [", "receivers: [{name: flood}]"])
def test_a_file_that_cannot_be_used_leaves_those_of_before_and_says_why(tmp_path, text):
    path = file_of(tmp_path, "flood")
    watched = WatchedReceivers(path)

    assert not while_watching(watched, [lambda: path.write_text(text)])
    assert names(watched) == ["flood"]
    assert str(path) in watched.error


def test_a_file_that_is_gone_or_a_secret_that_is_too_short_harms_nobody(tmp_path):
    path = file_of(tmp_path, "flood")
    watched = WatchedReceivers(path)

    assert not while_watching(watched, [path.unlink])
    assert "cannot be read" in watched.error
    watched.error = ""
    assert while_watching(watched, [lambda: file_of(tmp_path, "flood", "pager")])
    assert (names(watched), watched.error) == (["flood", "pager"], "")
    assert not while_watching(watched, [lambda: (tmp_path / "secret").write_text("short")])
    assert "its secret has 5 bytes" in watched.error


def test_a_line_does_not_begin_with_a_file_that_cannot_be_used(tmp_path):
    with pytest.raises(ReceiversFileError):
        WatchedReceivers(tmp_path / "nothing.yaml")
