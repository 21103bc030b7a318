"""Do logs stay bounded, and are endings put into words?"""

import subprocess
import sys
from pathlib import Path

import pytest

from stack.process import exit_words, last_line, rotate, trim
from stack.state import read_state, state_path, wait_until


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "exit code 0"), (3, "exit code 3"), (-9, "signal 9 (SIGKILL)"), (-15, "signal 15 (SIGTERM)")],
)
def test_an_ending_is_put_into_words(code: int, words: str) -> None:
    assert exit_words(code) == words


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("yesterday\n")
    rotate(log)
    assert not log.exists()
    assert (tmp_path / "kafka.log.1").read_text() == "yesterday\n"


def test_a_log_within_its_limit_is_not_touched(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("a line\n")
    assert trim(log, limit_bytes=7) is False
    assert log.read_text() == "a line\n"


def test_a_log_is_cut_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    writer = "import sys; print('x' * 100, flush=True); sys.stdin.readline(); print('after', flush=True)"
    with (
        log.open("ab") as file,
        subprocess.Popen([sys.executable, "-c", writer], stdin=subprocess.PIPE, stdout=file) as process,
    ):
        assert wait_until(lambda: log.stat().st_size == 101, 20)
        assert trim(log, limit_bytes=50) is True
        process.communicate(b"\n", timeout=20)
    assert log.read_text() == "after\n"
    assert (tmp_path / "kafka.log.1").stat().st_size == 101


def test_the_last_words_of_a_log_are_its_last_line_that_says_something(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("first\nport is taken\n\n  \n")
    assert last_line(log) == "port is taken"
    assert last_line(tmp_path / "none.log") == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"parts": [{}]}', '{"parts": []}'])
def test_a_state_file_that_is_not_ours_reads_as_none(tmp_path: Path, text: str) -> None:
    state_path(tmp_path).parent.mkdir()
    state_path(tmp_path).write_text(text)
    assert read_state(tmp_path) is None
