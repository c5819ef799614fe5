# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for several objects of which nobody says in which order they can be carried out.

They are planned in the order in which that goes well most of the time. What is refused waits until the others have been planned:
one of them may free what it needs, be it a name, a LU number, or room. What is still refused when nothing else is left to plan is
refused for good.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..values._errors import InvalidInput, NotUnderstood, PlanRefused, ZfssaError
from ._kind import Kind
from ._many import Making
from ._operation import Options
from ._plan import Item


@dataclass(frozen=True)
class Wish:
    """One object as somebody wants it.

    Attributes:
        place: where that is said, for messages (`luns[3]`).
        kind: its kind.
        options: what is wanted, as the options of its module.
        optional: whether all stays as it is where it is refused.
    """

    place: str
    kind: Kind
    options: Options
    optional: bool = False

    @cached_property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names by which it calls the object, and those that it shall have in the end, as they are compared."""
        return self.kind.names_of(self.options)


@dataclass(frozen=True)
class Planned:
    """What comes of one wish.

    Attributes:
        wish: it.
        item: its item in the plan.
        turn: how often it had to wait for others; what has waited needs some of those that have not.
    """

    wish: Wish
    item: Item
    turn: int


@dataclass(frozen=True)
class Refused:
    """What stands against one wish.

    Attributes:
        wish: it.
        error: why.
    """

    wish: Wish
    error: ZfssaError


def plan_unordered(making: Making, wishes: Iterable[Wish], turn: int = 0) -> tuple[list[Planned], list[Refused]]:
    """Plan for several objects in an order in which it can be carried out.

    Args:
        making: the plan that gets their items.
        wishes: the objects, in the order in which they are tried.
        turn: the first one; above those of what the plan has already.

    Returns:
        The items in order, and what is refused.

    Raises:
        ZfssaError: the appliance cannot be asked.
    """
    planned: list[Planned] = []
    waiting = list(wishes)
    while waiting:
        refused: list[Refused] = []
        for wish in waiting:
            try:
                planned.append(Planned(wish, making.add(wish.kind, wish.options), turn))
            except (InvalidInput, PlanRefused, NotUnderstood) as error:
                refused.append(Refused(wish, error))
        if len(refused) == len(waiting):
            return planned, refused
        waiting, turn = [one.wish for one in refused], turn + 1
    return planned, []
