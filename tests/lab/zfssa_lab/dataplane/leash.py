"""Run a program that dies with its parent: ``leash.py PARENT PROGRAM ARGUMENT...``.

A lab that is killed hard cannot end its tgtd any more, and tgtd ignores SIGTERM, so the kernel does it.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Put the leash on this process, then become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2]
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:  # it died before the leash was on
        sys.exit("the parent is gone")
    # tgtd holds a file open for each LUN.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.execv(program, sys.argv[2:])  # noqa: S606 - a list of words, no shell


if __name__ == "__main__":
    main()
