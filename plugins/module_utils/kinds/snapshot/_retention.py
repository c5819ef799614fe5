# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which snapshots a retention keeps; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ...values._errors import InvalidInput
from ...values._units import parse_time
from ...values._wire import Wire, label_of, text
from ._table import REPLICATION, SYSTEM, require_unheld
from ._temporary import PREFIX, is_temporary


@dataclass(frozen=True)
class Retention:
    """The newest so many snapshots whose names match a pattern are kept.

    As with the files of a shell, a pattern has to begin with a dot to match the names of the system.
    """

    keep_last: int
    match: str

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Retention | None:
        """The retention that a module's options ask for, if any.

        Raises:
            InvalidInput: it can never be right.
        """
        keep_last, match = options.get("keep_last"), options.get("match")
        if keep_last is None or match is None:
            return None
        if keep_last < 1:
            raise InvalidInput(
                f"keep_last {keep_last} would leave no snapshot",
                advice="give a number from 1 on; remove single snapshots with state=absent",
            )
        if not match:
            raise InvalidInput("match is empty and matches no snapshot", advice="give a pattern such as daily-*")
        if options["state"] != "present":
            raise InvalidInput(f"keep_last cannot be combined with state={options['state']}", advice="leave it out")
        return cls(int(keep_last), str(match))

    def superfluous(self, snapshots: Sequence[Wire], name: str | None) -> list[Wire]:
        """The snapshots that are to go, the oldest first.

        Args:
            snapshots: all that there are, the oldest first.
            name: of the one that the task is about; it is among them or is going to be the newest, and stays anyway.
        """
        names = [text(wire, "name", label_of(wire, "snapshot")) for wire in snapshots]
        # What has no time that can be read may be the oldest or the newest, so that it neither goes nor counts.
        matching = [
            wire
            for wire, known in zip(snapshots, names, strict=True)
            if self._matches(known) and parse_time(wire.get("creation")) is not None
        ]
        kept = self.keep_last
        if name is not None and name not in names and self._matches(name):
            kept -= 1
        old = matching[: max(0, len(matching) - kept)]
        return [wire for wire in old if wire["name"] != name and require_unheld(wire, label_of(wire, "snapshot"))]

    def _matches(self, name: str) -> bool:
        if name.startswith(SYSTEM) and not self.match.startswith(SYSTEM):
            return False
        if is_temporary(name) and not self.match.startswith(PREFIX):
            # It belongs to a clone.
            return False
        return not name.startswith(REPLICATION) and fnmatchcase(name, self.match)
