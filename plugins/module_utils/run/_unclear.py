# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that nobody understands, and on which something depends: nothing is done with their objects."""

from __future__ import annotations

from ..engine._plan import Item
from ..values._wire import Unreadable, cleared


def refuse_unclear(plan: Item) -> None:
    """Refuse to go on with an object when something that tasks depend on cannot be understood, before anything is written.

    Raises:
        NotUnderstood: it is read only, or the object is to be removed.
    """
    doubts: list[Unreadable] = []
    cleared([plan.before] if plan.after is plan.before else [plan.before, plan.after], doubts)
    removes = any(step.method == "DELETE" for step in plan.steps)
    for doubt in doubts:
        if doubt.required or (removes and doubt.decided):
            doubt.refuse()
