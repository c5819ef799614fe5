# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions that zfssa_session opens for other tasks: the run of Ansible ends those that no task has ended.

An interrupted run executes neither `rescue` nor `always`, and `end_play` skips them. The process that outlives all tasks is the
one that Ansible was started as. It imports the action plugin before it forks a worker for the task, and both then share a table:
the worker writes the session down before it hands out the token, and the first process ends what is left in it, at its end or when
a signal ends it.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import signal
import threading
import time
from dataclasses import replace
from types import FrameType
from typing import Any, NoReturn

from ansible_collections.zfssa.storage.plugins.module_utils.client._connection import Connection
from ansible_collections.zfssa.storage.plugins.module_utils.client._kept import end_session
from ansible_collections.zfssa.storage.plugins.module_utils.client._proxy import proxy_settings
from ansible_collections.zfssa.storage.plugins.plugin_utils._shared_table import Row, SharedTable
from ansible_collections.zfssa.storage.plugins.plugin_utils._surroundings import surroundings

# Seconds for the ends of all sessions together.
_PATIENCE = 30.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class RunSessions:
    """The sessions that a run of Ansible has open, known to its first process and to all workers.

    Attributes:
        owner: the process that ends them.
    """

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._table = SharedTable()

    def keep(self, connection: Connection, token: str, *, lasting: bool = False) -> bool:
        """Write a session down, unless it is to outlive the run.

        Returns:
            Whether it may stay open: not when the run is at its end already.
        """
        if lasting:
            return True
        return self._table.add(
            {
                "host": connection.host,
                "port": connection.port,
                "validate_certs": connection.validate_certs,
                "ca_path": os.path.abspath(connection.ca_path) if connection.ca_path else None,
                "timeout": connection.timeout,
                "token": token,
                "process": os.getpid(),
                "environment": proxy_settings(),
            }
        )

    def ended(self, token: str) -> None:
        """Forget a session that is over."""
        self._table.take(lambda row: bool(row["token"] == token))

    def end_own(self) -> None:
        """End those that this process has opened: it is interrupted, and nobody may have got their tokens."""
        _end(self._table.take(lambda row: bool(row["process"] == os.getpid())))

    def end_all(self) -> None:
        """End all of them, in the process that has to, and open no more."""
        if os.getpid() == self.owner:
            self._table.close()
            _end(self._table.take(lambda _row: True))


def _end(rows: list[Row]) -> None:
    deadline = time.monotonic() + _PATIENCE
    for row in rows:
        token, environment = row.pop("token"), row.pop("environment")
        del row["process"]
        connection = Connection(**row)
        left = deadline - time.monotonic()
        if left > 1:
            with surroundings(environment):
                end_session(replace(connection, timeout=min(connection.timeout, left)), token)


class _Guard:
    """Ends the sessions of a run when a signal ends its first process, and lets the signal do what it would have done."""

    def __init__(self, sessions: RunSessions) -> None:
        self._sessions = sessions
        self._before: dict[int, Any] = {}

    def install(self) -> None:
        """Catch the signals that end a run; who is to survive one goes on surviving it."""
        for number in _SIGNALS:
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN and before is not None:
                self._before[number] = before
                signal.signal(number, self._caught)

    def _caught(self, number: int, frame: FrameType | None) -> None:
        # A worker inherits what its parent does on a signal.
        if os.getpid() == self._sessions.owner:
            # One signal is enough; the next must not break off the logout.
            for each in self._before:
                signal.signal(each, signal.SIG_IGN)
            self._tell_workers(number)
            # At once, because the end of an interrupted run may be long in coming.
            self._sessions.end_all()
            for each, before in self._before.items():
                signal.signal(each, before)
        self._pass_on(number, frame)

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        before = self._before[number]
        if callable(before):
            before(number, frame)
        else:
            _die(number)

    def _tell_workers(self, number: int) -> None:
        """End the workers as well: one that goes on alone would log in again, and hold that session as long as its work lasts."""
        for worker in multiprocessing.active_children():
            with contextlib.suppress(OSError):
                if worker.pid:
                    os.kill(worker.pid, number)


def _die(number: int) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    # A signal to oneself is delivered before this is reached.
    raise SystemExit(128 + number)


# One at the most.
_runs: list[RunSessions] = []


def watch() -> None:
    """Begin to watch over the sessions of this run, in the process that outlives all workers; once is enough."""
    if _runs or multiprocessing.parent_process() is not None:
        return
    _runs.append(RunSessions())
    atexit.register(_runs[0].end_all)
    if threading.current_thread() is threading.main_thread():
        _Guard(_runs[0]).install()


def run_sessions() -> RunSessions | None:
    """The sessions of this run, where somebody watches over them."""
    return _runs[0] if _runs else None
