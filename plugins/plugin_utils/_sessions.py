# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of one task: kept for all its items, and closed with it, whatever ends it.

Ansible runs each task in a worker process of its own. An interrupted play sends its workers SIGINT, SIGTERM, or the one
shortly after the other, a terminal that goes away sends SIGHUP, and each of them ends a worker on the spot - in the middle
of a request, or between two items.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from multiprocessing.util import Finalize
from types import FrameType
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client
from ansible_collections.zfssa.storage.plugins.module_utils.client._connection import Connection
from ansible_collections.zfssa.storage.plugins.module_utils.client._progress import Tell
from ansible_collections.zfssa.storage.plugins.plugin_utils._run_sessions import run_sessions
from ansible_collections.zfssa.storage.plugins.plugin_utils._surroundings import surroundings

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class _Ended(BaseException):
    """A signal to end came."""


class Sessions:
    """The clients that a worker process has, one for each connection; a signal to end waits until they have logged out.

    Attributes:
        tell: takes a sentence about what is waited for; each item of a loop has its own way.
    """

    def __init__(self) -> None:
        self.tell: Tell | None = None
        self._clients: dict[Connection, Client] = {}
        self._environment: Mapping[str, str] = {}
        self._handlers: dict[signal.Signals, Any] = {}
        self._busy = False

    @contextlib.contextmanager
    def client(self, connection: Connection) -> Iterator[Client]:
        """A client that stays open: the next item of a loop goes on with its session."""
        # Items may differ in how long they wait for an answer, and still be of one session.
        place = replace(connection, timeout=0.0)
        if place not in self._clients:
            if not self._clients:
                # Should nobody close the task's connection, the worker's end does it.
                Finalize(None, self.close, exitpriority=1)
            self._clients[place] = Client(connection, tell=self._tell)
        self._clients[place].connection = connection
        yield self._clients[place]

    @contextlib.contextmanager
    def guarded(self, environment: Mapping[str, str] | None = None) -> Iterator[None]:
        """Around all that talks to an appliance: a signal breaks it off, then the sessions are closed.

        Args:
            environment: the variables that the task sets; they hold for its logout, too.
        """
        self._catch()
        self._busy = True
        if environment is not None:
            self._environment = environment
        try:
            with surroundings(self._environment):
                yield
        except _Ended as ended:
            self._obey(ended.args[0])
            raise
        finally:
            self._busy = False

    def close(self) -> None:
        """Log out of every appliance."""
        with self.guarded():
            self._log_out()
        self._release()

    def _tell(self, text: str) -> None:
        if self.tell:
            self.tell(text)

    def _log_out(self) -> None:
        with surroundings(self._environment):
            while self._clients:
                self._clients.popitem()[1].close()

    def _catch(self) -> None:
        if self._handlers or threading.current_thread() is not threading.main_thread():
            return
        for number in _SIGNALS:
            # Who is to survive a signal goes on surviving it.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, self._end)

    def _release(self) -> None:
        while self._handlers:
            signal.signal(*self._handlers.popitem())

    def _end(self, number: int, _frame: FrameType | None) -> None:
        # One signal is enough; the next must not break off the logout.
        for each in self._handlers:
            signal.signal(each, signal.SIG_IGN)
        if self._busy:
            raise _Ended(number)
        self._obey(number)

    def _obey(self, number: int) -> None:
        """Do what the signal asks for, as it would have been done without this class."""
        self._log_out()
        kept = run_sessions()
        if kept:
            kept.end_own()
        self._release()
        os.kill(os.getpid(), number)
