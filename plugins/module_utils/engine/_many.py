# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for several objects at once: each is planned on what those before it will have made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..values._errors import InvalidInput
from ._kind import Kind
from ._operation import Options
from ._plan import Item, Key, Plan
from ._preconditions import require
from ._predicted import predicted_by
from ._read import Reader
from ._state import Overlay


def plan_many(reader: Reader, wanted: Iterable[tuple[Kind, Options]]) -> Plan:
    """Plan for several objects; what stands against any of them is refused before the first write.

    Args:
        reader: asks the appliance; each list is read once.
        wanted: the kind and the options of each object, in the order in which they can be carried out.

    Raises:
        InvalidInput: an option can never be right, or two items are about the same object.
        PlanRefused: one of the changes is not possible or not safe, given those before it.
    """
    state = Overlay(reader)
    items: dict[Key, Item] = {}
    for kind, options in wanted:
        item = kind.plan(state, options)
        require(item.preconditions, state)
        item = replace(item, after=predicted_by(state, item))
        if item.key is None or item.key in items:
            raise InvalidInput(f"two items are about {item.key}", advice="combine them into one")
        items[item.key] = item
        state.apply_prediction(item)
    return Plan(tuple(items.values()))
