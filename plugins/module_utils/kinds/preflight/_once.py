# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads each thing once, whatever comes of it: several checks go by one answer, and by one failure."""

from __future__ import annotations

from collections.abc import Mapping

from ...engine._once import Once
from ...engine._read import Reader, items_of
from ...values._errors import NotAuthenticated, NotFound, Unreachable, ZfssaError
from ...values._wire import Wire
from ._finding import NotLookedAt

# After these every other request would end in the same way, each after its own tries.
_HOPELESS = (Unreachable, NotAuthenticated)


class OnceWithFailures(Once):
    """A reader that asks for no path twice, and for nothing any more once the appliance cannot be reached.

    Args:
        reader: what it reads from.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._failures: dict[str, ZfssaError] = {}
        self._stopped: NotLookedAt | None = None

    def forget(self) -> None:
        """Forget what came of requests so far."""
        self._pages.clear()
        self._failures.clear()

    def stop(self, why: str) -> None:
        """Read nothing any more.

        Args:
            why: the reason, as the rest of a sentence.
        """
        self._stopped = NotLookedAt(why, advice="")

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read one resource, or give what came of it before; raises as before, too."""
        page = f"{path}?{sorted((params or {}).items())}"
        if page in self._failures:
            raise self._failures[page]
        try:
            return super().get(path, params)
        except ZfssaError as error:
            if error is not self._stopped:
                self._failures[page] = error
            raise

    def _ask(self, path: str, params: Mapping[str, str] | None) -> Wire | None:
        if self._stopped is not None:
            raise self._stopped
        try:
            return super()._ask(path, params)
        except _HOPELESS:
            self.stop("the appliance cannot be asked any more")
            raise

    def listed(self, path: str, *keys: str) -> list[Wire]:
        """Read a list that every appliance has.

        Args:
            path: where it is.
            keys: the key of the list, and other spellings of it.

        Raises:
            NotFound: this one has not.
            BadReply: the answer is no list of objects.
        """
        return items_of(self.known(path), *keys, path=path)

    def known(self, path: str) -> Wire:
        """Read what every appliance has; raises `NotFound` where this one has not."""
        body = self.get(path)
        if body is None:
            raise NotFound(f"the appliance does not know {path}", advice="look at it on the appliance")
        return body
