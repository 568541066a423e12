"""Runs a command that ends when the process which started it does: `python die_with_parent.py PARENT COMMAND …`.

Linux can promise that; elsewhere the command is simply run. It is the executed process itself that asks, because
code between fork and exec is not safe in a program with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("the process that asked for this one has ended")


def main(parent: int, command: list[str]) -> None:
    die_with(parent)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
