# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a list `zfssa_info` gives: names and patterns of pools, projects and objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from ..engine._read import Reader, raw_items
from ..engine._types import Identity
from ..kinds.lun._table import LUN
from ..values._wire import Wire, cleared

_WILDCARDS = "*?["
# The patterns that name one LUN when none of them has a wildcard.
ONE_LUN = ("pool", "project", "name")


@dataclass(frozen=True)
class Filter:
    """What the user wants to see; a pattern of `None` lets everything through.

    Attributes:
        pool, project, name: the patterns.
        left_out: gets what has something else than a name where a pattern looks at it.
    """

    pool: str | None
    project: str | None
    name: str | None
    left_out: list[Any] = field(default_factory=list, compare=False)

    def literal(self, *options: str) -> bool:
        """Whether all these are given and hold no wildcard."""
        values = [getattr(self, option) for option in options]
        return all(value and not any(mark in value for mark in _WILDCARDS) for value in values)

    def lun(self) -> Identity:
        """The checked names of the one LUN that is meant when all three are literal."""
        return LUN.identity({"pool": self.pool, "project": self.project, "name": self.name})

    def passes(self, **values: Any) -> bool:
        """Whether the values, as records or the appliance have them, fit the patterns."""
        looked_at = {option: value for option, value in values.items() if getattr(self, option) is not None}
        readable = {option: value or "" for option, value in looked_at.items() if isinstance(value, str | None)}
        fit = all(fnmatchcase(value, getattr(self, option)) for option, value in readable.items())
        if fit and len(readable) < len(looked_at):
            self.left_out.append(cleared(values, [], as_it_came=True))
        return fit and len(readable) == len(looked_at)

    def items(self, reader: Reader, path: str, *keys: str) -> list[Wire]:
        """Read a list; what is no object in it is left out."""
        body = reader.get(path)
        found = [] if body is None else raw_items(body, *keys, path=path)
        self.left_out.extend(item for item in found if not isinstance(item, dict))
        return [item for item in found if isinstance(item, dict)]
