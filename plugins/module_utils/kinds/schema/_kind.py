# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with custom properties of projects, LUNs and filesystems; API reference 8."""

from __future__ import annotations

from functools import partial

from ...engine._kind import Found, Kind, Request
from ...engine._plan import all_allowed
from ...engine._read import read_list
from ...engine._relations import Precondition
from ...engine._types import Pages
from ...values._errors import PlanRefused
from ...values._names import CUSTOM_PREFIX, shown
from ...values._wire import label_of
from ..pool._pools import STORAGE
from ._table import SCHEMA as _TABLE

# What can have a value: what messages call it, and the list of all of them.
_BEARERS = (("project", "projects"), ("LUN", "luns"), ("filesystem", "filesystems"))


class Schema(Kind):
    """Custom properties; the values that objects have go with them."""

    def what_may_go(self, request: Request, found: Found) -> Precondition:
        if request.allowed["force"]:
            return all_allowed
        label = self.resource.label(found.identity)
        return partial(_refuse_values, label=label, name=found.identity["name"])


def _refuse_values(pages: Pages, label: str, name: str) -> None:
    bearers = [
        label_of(wire, title)
        for title, plural in _BEARERS
        for wire in read_list(pages, f"{STORAGE}/{plural}", plural)
        if f"{CUSTOM_PREFIX}{name}" in wire
    ]
    if bearers:
        raise PlanRefused(
            f"{label} has a value on {shown(bearers)}, which would be lost with it",
            advice="set force to true if the values may be lost",
        )


SCHEMA = Schema(_TABLE, name="schema", new_names={})
