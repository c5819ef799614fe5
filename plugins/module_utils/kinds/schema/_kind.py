# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with custom properties of projects, LUNs and filesystems; API reference 8."""

from __future__ import annotations

from functools import partial

from ...engine._kind import Found, Kind, Request
from ...engine._plan import all_allowed
from ...engine._read import Effect, Reader, read_all, read_list, read_wires
from ...engine._relations import Precondition
from ...engine._resource import CUSTOM
from ...engine._types import Pages
from ...values._errors import PlanRefused
from ...values._names import CUSTOM_PREFIX, shown
from ...values._wire import label_of
from ..lun._table import LUN
from ..pool._pools import STORAGE
from ..project._table import PROJECT
from ._table import SCHEMA as _TABLE

# What can have a value.
_FILESYSTEMS = "filesystems"
_BEARERS = (PROJECT, LUN)


class Schema(Kind):
    """Custom properties; the values that objects have go with them."""

    def effects(self, reader: Reader, request: Request, change: Effect) -> tuple[Effect, ...]:
        """What becomes of a custom property, and of the values that objects have of it."""
        if change.before is None or change.after is not None:
            return (change,)
        name = change.before["name"]
        found = [change]
        for resource in _BEARERS if request.allowed["force"] else ():
            for one in read_all(reader, resource, {}):
                values = {key: value for key, value in one[CUSTOM].items() if key != name}
                if values != one[CUSTOM]:
                    found.append(Effect(resource, one, {**one, CUSTOM: values}))
        return tuple(found)

    def what_may_go(self, request: Request, found: Found) -> Precondition:
        if request.allowed["force"]:
            return all_allowed
        label = self.resource.label(found.identity)
        return partial(_refuse_values, label=label, name=found.identity["name"])


def _refuse_values(pages: Pages, label: str, name: str) -> None:
    there = [(resource.title, wire) for resource in _BEARERS for wire in read_wires(pages, resource, {})]
    there += [("filesystem", wire) for wire in read_list(pages, f"{STORAGE}/{_FILESYSTEMS}", _FILESYSTEMS)]
    bearers = [label_of(wire, title) for title, wire in there if f"{CUSTOM_PREFIX}{name}" in wire]
    if bearers:
        raise PlanRefused(
            f"{label} has a value on {shown(bearers)}, which would be lost with it",
            advice="set force to true if the values may be lost",
        )


SCHEMA = Schema(_TABLE, name="schema", new_names={})
