# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader for those who look at the same pages again and again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..values._release import Release
from ..values._wire import Wire
from ._read import Reader


class Once:
    """Reads each page once.

    Args:
        reader: what reads it.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._pages: dict[tuple[str, tuple[tuple[str, str], ...]], Wire | None] = {}

    @property
    def release_known(self) -> bool:
        """Whether the release is known already; asking for it costs a request otherwise."""
        return self._reader.release_known

    @property
    def release(self) -> Release:
        """The appliance's software release."""
        return self._reader.release

    @property
    def now(self) -> datetime:
        """The time on the appliance."""
        return self._reader.now

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read one resource, if nobody has read it yet; `None` when the appliance says that it does not exist."""
        page = (path, tuple(sorted((params or {}).items())))
        if page not in self._pages:
            self._pages[page] = self._ask(path, params)
        return self._pages[page]

    def _ask(self, path: str, params: Mapping[str, str] | None) -> Wire | None:
        """Read what nobody has read yet."""
        return self._reader.get(path, params)
