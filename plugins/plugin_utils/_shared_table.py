# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table that a process shares with those that it forks. It is in memory only, because what stands in it is secret."""

from __future__ import annotations

import contextlib
import fcntl
import json
import mmap
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

_ROWS = 512
_ROW = 2048
_HEAD = 8
_LENGTH = 2
_LOCK_PATIENCE = 2.0

Row = dict[str, Any]


class SharedTable:
    """Rows that any of the processes adds or takes. It can be closed, once for all, by any of them."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _HEAD + _ROWS * _ROW)
        # Holds nothing; locks of files are those that end with a process, however it ends.
        self._lock = tempfile.TemporaryFile()

    def add(self, row: Row) -> bool:
        """Add a row, if there is room for it.

        Returns:
            Whether the table is open.
        """
        written = json.dumps(row).encode()
        with self._locked():
            if self._memory[0]:
                return False
            free = next((place for place in self._places() if not self._length(place)), None)
            if free is not None and len(written) <= _ROW - _LENGTH:
                start = free + _LENGTH
                self._memory[start : start + len(written)] = written
                self._memory[free:start] = len(written).to_bytes(_LENGTH, "big")
            return True

    def take(self, wanted: Callable[[Row], bool]) -> list[Row]:
        """Remove rows, and return them."""
        taken = []
        with self._locked():
            for place in self._places():
                length = self._length(place)
                if not length:
                    continue
                start = place + _LENGTH
                row = json.loads(self._memory[start : start + length])
                if wanted(row):
                    self._memory[place : start + length] = bytes(_LENGTH + length)
                    taken.append(row)
        return taken

    def close(self) -> None:
        """Take no more rows."""
        with self._locked():
            self._memory[0] = 1

    def _places(self) -> range:
        return range(_HEAD, _HEAD + _ROWS * _ROW, _ROW)

    def _length(self, place: int) -> int:
        return int.from_bytes(self._memory[place : place + _LENGTH], "big")

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep the others out. Who holds the lock needs it for a moment only, unless somebody has stopped it."""
        deadline = time.monotonic() + _LOCK_PATIENCE
        while True:
            try:
                fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= deadline:
                    break
                time.sleep(0.01)
        try:
            yield
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)
