# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which items of a plan can be carried out at the same time.

A plan is made in an order in which it can be carried out. Two items may change places only when neither needs what the other
does. What an item needs of one of the same kind is what that gives up: a name, a LU number, room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..values._wire import clear
from ._plan import Item
from ._read import Effect
from ._unordered import Planned


def batches(planned: Iterable[Planned]) -> Iterator[list[Planned]]:
    """Divide the items of a plan into batches: those of one need none of each other, but perhaps those of the batches before.

    Args:
        planned: the items in order; those that have nothing to do and nothing to read are left out.
    """
    batch: list[Planned] = []
    for one in planned:
        if not one.item.changed and one.item.reread is None:
            continue
        if batch and not _go_together(batch[-1], one):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _go_together(before: Planned, after: Planned) -> bool:
    """Whether an item can be carried out while the one before it is."""
    if before.item.key is None or after.item.key is None or _frees(before.item):
        return False
    if after.item.reread is not None:
        # It may be changed by the one before it.
        return before.item.reread is not None
    same_kind = (
        before.item.key.kind == after.item.key.kind and before.turn == after.turn and _rank(before) == _rank(after)
    )
    return same_kind and _removes(before.item) == _removes(after.item)


def _rank(one: Planned) -> int:
    return one.wish.kind.rank(one.wish.options)


def _removes(item: Item) -> bool:
    return any(effect.after is None for effect in item.effects)


def _frees(item: Item) -> bool:
    """Whether an item may free what another one of its kind needs."""
    if not item.effects or any(effect.before is None for effect in item.effects[:1]):
        # What is made takes, and gives nothing.
        return False
    return len(item.effects) > 1 or _gives_up(item.effects[0])


def _gives_up(effect: Effect) -> bool:
    """Whether an object that is changed loses its name, a value that others may want, or size."""
    resource, before, after = effect.resource, effect.before, effect.after
    if before is None or after is None:
        return False
    if resource.identity_of(before) != resource.identity_of(after):
        return True
    for prop in resource.writable:
        old, new = clear(before.get(prop.option)), clear(after.get(prop.option))
        less = isinstance(old, int) and isinstance(new, int) and new < old
        if old != new and (prop.contended or less):
            return True
    return False
