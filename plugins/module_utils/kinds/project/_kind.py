# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with projects."""

from __future__ import annotations

from ...engine._kind import Request
from ...engine._read import Effect, Reader, look_up, read_all
from ..lun._table import LUN
from ..share._inheritance_on_move import inherited_elsewhere
from ..share._kind import Storage
from ._table import PROJECT as _TABLE


class Project(Storage):
    """Projects, whose LUNs have their settings where they have none of their own."""

    def effects(self, reader: Reader, request: Request, change: Effect) -> tuple[Effect, ...]:
        """What becomes of a project, and of the settings that its LUNs have from it."""
        effects = super().effects(reader, request, change)
        before, after = change.before, change.after
        if before is None or after is None:
            return effects
        inherited = [prop.option for prop in LUN.properties if prop.inherits == prop.option]
        if all(before.get(option) == after.get(option) for option in inherited):
            return effects
        found = []
        for lun in read_all(reader, LUN, {"pool": before["pool"], "project": before["name"]}):
            values = inherited_elsewhere(LUN, look_up(reader, LUN, LUN.identity_of(lun))[1], lun, after)
            if values:
                found.append(Effect(LUN, lun, {**lun, **values}))
        return (*found, *effects)


PROJECT = Project(_TABLE)
