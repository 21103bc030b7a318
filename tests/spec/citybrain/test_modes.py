"""Do lines that are live and lines that are not stay apart?"""

import os

import pytest

from citybrain.commands.line import demand_own_home
from citybrain.settings import Mode, Settings
from stack.errors import StackError
from stack.state import State, write_state


def ran(home, mode):
    write_state(home, State(supervisor_pid=os.getpid(), supervisor_created=0.0, started_at=0.0, mode=mode))


@pytest.mark.parametrize("mode", [Mode.DRILL, Mode.REPLAY, Mode.SIMULATED])
def test_a_drill_does_not_begin_where_a_live_line_was(tmp_path, mode):
    ran(tmp_path, "live")
    with pytest.raises(StackError, match="a home of its own"):
        demand_own_home(Settings(home=tmp_path, mode=mode))
    ran(tmp_path, mode.value)
    with pytest.raises(StackError, match="a home of its own"):
        demand_own_home(Settings(home=tmp_path, mode=Mode.LIVE))


def test_a_line_begins_again_where_it_was_and_anywhere_new(tmp_path):
    for mode in Mode:
        demand_own_home(Settings(home=tmp_path / "new", mode=mode))
        ran(tmp_path, mode.value)
        demand_own_home(Settings(home=tmp_path, mode=mode))
