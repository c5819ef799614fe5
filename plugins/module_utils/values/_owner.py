# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process on the controller that a run belongs to, and whether it is still there.

A run leaves its owner on the appliance. A later run takes over from an owner of which it knows that it has ended, and
from no other.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
from dataclasses import dataclass
from pathlib import Path

_NOBODY = "nobody"
_PROC = Path("/proc")


@dataclass(frozen=True)
class Owner:
    """A process of a controller.

    Attributes:
        controller: tells this boot of this machine, and this container on it, from all others.
        process: its number; 0 where it is not known.
        started: when it started, as the system counts; tells it from a later process of that number.
        run: what a run calls itself; tells it from others of the same process, and of processes that are not known.
    """

    controller: str
    process: int
    started: str
    run: str = "-"

    def __str__(self) -> str:
        if self == NOBODY:
            return "a run that has ended"
        return f"a run on {self.controller.partition('+')[0]}" + (f" (process {self.process})" if self.process else "")

    @property
    def has_ended(self) -> bool:
        """Whether it is certain that it does nothing any more: it said so, or it was a process of this controller."""
        if self == NOBODY:
            return True
        known = self.process and self.started != "-" and _has_proc()
        if self.controller != _controller() or not known:
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            # It is there, and belongs to somebody else; when it started may be hidden from others.
            pass
        return _started(self.process) not in (self.started, "-", "")


NOBODY = Owner(_NOBODY, 0, "-")


def this_run(name: str = "") -> Owner:
    """The process that runs the play: the parent of the worker that has this task.

    Args:
        name: what the run calls itself.

    Where the task is no worker of a play that can be seen, on another host for example, the process is not known, and so
    nobody takes over from it without being told.
    """
    parent = multiprocessing.parent_process()
    process = (parent.pid or 0) if parent else 0
    return Owner(_controller(), process, _started(process) if process else "-", name or "-")


def _controller() -> str:
    """The name of the machine, and what tells one boot and one container from another."""
    parts = [_text(_PROC / "sys/kernel/random/boot_id")[:8], _link(_PROC / "self/ns/pid")]
    return "+".join([socket.gethostname() or "localhost", *filter(None, parts)])


def _has_proc() -> bool:
    """Whether the system tells about processes."""
    return (_PROC / "self/stat").exists()


def _started(process: int) -> str:
    """When a process started; empty where there is none, `-` where the system does not tell."""
    if not _has_proc():
        return "-"
    # Behind the name of the program, which may hold anything, the 20th field is the start in clock ticks since the boot.
    fields = _text(_PROC / str(process) / "stat").rpartition(")")[2].split()
    if fields[:1] == ["Z"]:
        # It has ended, and only its parent has not asked for it yet.
        return "ended"
    return fields[19] if len(fields) > 19 else ""


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _link(file: Path) -> str:
    try:
        return "".join(filter(str.isdigit, os.readlink(file)))
    except OSError:
        return ""
