"""How does a part die with its supervisor? This small program becomes the part, after asking for that.

`python -I -S child.py <supervisor pid> <command> <argument>...`: asks the kernel to kill this process when its
parent dies, then turns into the command; the process id stays the same. It imports nothing of ours, so that it
costs a hundredth of a second.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2), linux/prctl.h


def main(arguments: list[str]) -> None:
    supervisor, command = int(arguments[0]), arguments[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    # It may have died before it was asked.
    if os.getppid() != supervisor:
        raise SystemExit("the supervisor is gone")
    try:
        os.execvp(command[0], command)  # noqa: S606 -- there is no shell to go through
    except OSError as error:
        raise SystemExit(f"cannot run {command[0]}: {error.strerror}") from error


if __name__ == "__main__":
    main(sys.argv[1:])
