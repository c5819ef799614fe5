# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for several objects at once: each is planned on what those before it will have made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from ..values._errors import InvalidInput
from ._kind import Kind
from ._operation import Options
from ._plan import Item, Key, Plan
from ._preconditions import require
from ._predicted import predicted_by
from ._read import Reader, read
from ._resource import Resource
from ._state import Overlay
from ._types import Pages, Record, Results


def plan_many(reader: Reader, wanted: Iterable[tuple[Kind, Options]]) -> Plan:
    """Plan for several objects; what stands against any of them is refused before the first write.

    What the appliance has yet to choose is not guessed. The iqn of a target that an item makes is awaited: a group that names it
    by its alias gets it when it is known. A LU number that the appliance may choose for a LUN is refused for one after that. Room
    is judged so that what is refused certainly does not fit: what is given back counts as free. Each object is one item, so that
    a name that one object leaves and another gets is refused when both have it in the end.

    Args:
        reader: asks the appliance; each list is read once.
        wanted: the kind and the options of each object, in the order in which they can be carried out.

    Raises:
        InvalidInput: an option can never be right, or two items are about the same object.
        PlanRefused: one of the changes is not possible or not safe, given those before it.
    """
    making = Making(reader)
    for kind, options in wanted:
        making.add(kind, options)
    return making.plan


class Making:
    """A plan for several objects while it is made, one object after the other.

    Args:
        reader: asks the appliance; each list is read once.

    Attributes:
        state: what there is, and what the plan will have made of it so far.
    """

    def __init__(self, reader: Reader) -> None:
        self.state = Overlay(reader)
        self._items: dict[Key, Item] = {}

    @property
    def plan(self) -> Plan:
        """The plan so far."""
        return Plan(tuple(self._items.values()))

    def add(self, kind: Kind, options: Options) -> Item:
        """Plan for one more object; when that is refused, the plan stays as it is.

        Raises:
            InvalidInput: an option can never be right, or the plan has an item for the object already.
            PlanRefused: the change is not possible or not safe, given those before it.
        """
        state = self.state
        item = kind.plan(state, options)
        require(item.preconditions, state)
        predicted = predicted_by(state, item)
        if predicted is not item.after:
            item = replace(item, after=predicted)
        resource = kind.meant(options).table_of(options)
        item = _seen_again(state, resource, _unsure_of_content(state, resource, item))
        if item.key is None or item.key in self._items:
            raise InvalidInput(f"two items are about {item.key}", advice="combine them into one")
        self._items[item.key] = item
        state.apply_prediction(item)
        record = item.after.get(resource.kind)
        if record and kind.renames(options):
            here, there = kind.names_of(options)
            if here != there:
                state.give(resource, record)
        return item


def _unsure_of_content(state: Overlay, resource: Resource, item: Item) -> Item:
    """An item that changes its object; where those before it change what is in there, nobody knows what that comes to."""
    record, before = item.after.get(resource.kind), item.before.get(resource.kind)
    if not (item.changed and record and before and resource.of_content):
        return item
    if not any(state.is_stirred(resource.path(resource.identity_of(one))) for one in (before, record)):
        return item
    return replace(item, after={**item.after, resource.kind: {**record, **dict.fromkeys(resource.of_content)}})


def _seen_again(state: Overlay, resource: Resource, item: Item) -> Item:
    """An item that has nothing to do; where those before it change its object, its results are read after them."""
    record = item.after.get(resource.kind)
    if item.changed or not record or not state.is_touched(resource, record):
        return item
    return replace(item, reread=partial(_read_again, resource=resource, record=record))


def _read_again(reader: Pages, resource: Resource, record: Record) -> Results:
    return {resource.kind: read(reader, resource, resource.identity_of(record))}
