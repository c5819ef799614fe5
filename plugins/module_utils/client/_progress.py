# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling whoever waits what is waited for, while it lasts.

An appliance may well take half a minute to create a LUN (API reference 14.6), and an update hours.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

Tell = Callable[[str], None]

_FIRST = 10.0
_LONGEST = 300.0


class Report(str):
    """What has been done, among what is told of what is waited for."""


class Cadence:
    """When something that lasts is worth another word: after 10 s, 20 s, 40 s and so on, then every five minutes."""

    def __init__(self, first: float = _FIRST) -> None:
        self._next = first

    def due(self, elapsed: float) -> bool:
        """Whether it is time for a word, once for each such time.

        Args:
            elapsed: seconds since it began.
        """
        if elapsed < self._next:
            return False
        while self._next <= elapsed:
            self._next += min(self._next, _LONGEST)
        return True


class Progress:
    """Watches over one thing at a time, and tells of it when it lasts.

    Args:
        tell: takes a sentence without an end; `None` where nobody listens.
        first: seconds until the first word.

    Attributes:
        listener: who is told; `None` where nobody listens.
    """

    def __init__(self, tell: Tell | None, first: float = _FIRST) -> None:
        self.listener = tell
        self._first = first
        self._what: str | None = None
        self._since = 0.0
        self._cadence = Cadence(first)
        # Held while something is told, so that nothing is told any more of what has ended.
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._watching = False

    def tell(self, text: str) -> None:
        """Tell something at once.

        Args:
            text: a sentence without an end.
        """
        if self.listener:
            self.listener(text)

    def during(self, what: str) -> AbstractContextManager[None]:
        """Watch over something for as long as the context lasts.

        Args:
            what: what is waited for, as messages call it.
        """
        return self._watched(what) if self.listener else contextlib.nullcontext()

    @contextlib.contextmanager
    def _watched(self, what: str) -> Iterator[None]:
        with self._lock:
            self._what, self._since, self._cadence = what, time.monotonic(), Cadence(self._first)
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._what = None

    def close(self) -> None:
        """Watch no more."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(self._first / 10):
            with self._lock:
                elapsed = time.monotonic() - self._since
                if self._what is not None and self._cadence.due(elapsed):
                    self.tell(f"{self._what} for {elapsed:.0f} s")
