"""The processes that rows start: they are waited for, killed with all that they have started, and none outlives a stop."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

# Set when no row is to go on; the process of each is killed then.
stopping = threading.Event()
# Seconds that a signal to a whole group may be later here than at a process that died of it.
_ON_ITS_WAY = 3


class Stopped(Exception):
    """The row is not to go on."""


def wait(process: subprocess.Popen[bytes], seconds: float, until: Callable[[], bool] | None = None) -> bool:
    """Wait for the end of a process.

    Args:
        seconds: that it may take.
        until: asked again and again; its truth ends the wait before.

    Returns:
        Whether the process has ended.

    Raises:
        Stopped, TimeoutError: it has been killed.
    """
    deadline = time.monotonic() + seconds
    try:
        while process.poll() is None:
            if until is not None and until():
                return False
            if stopping.is_set():
                raise Stopped
            if time.monotonic() > deadline:
                raise TimeoutError(f"{process.args!r} was not done after {seconds} s")
            time.sleep(0.1 if until is None else 0.01)
    except BaseException:
        kill_all(process.pid)
        process.wait()
        raise
    if -process.returncode in (signal.SIGINT, signal.SIGTERM) and stopping.wait(_ON_ITS_WAY):
        # What stops all processes at once may have reached this one first; it says nothing about the row.
        raise Stopped
    return True


def kill_controller(process: int) -> None:
    """Kill a process alone; a worker of it may go on to the end of its task."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def kill_all(process: int) -> None:
    """Kill a process and all that it has started, which may be in sessions of their own: as a power failure does."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGSTOP)
        for child in _children(process):
            kill_all(child)
        os.kill(process, signal.SIGKILL)


def _children(process: int) -> list[int]:
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, file.read_text().split())
    return found
