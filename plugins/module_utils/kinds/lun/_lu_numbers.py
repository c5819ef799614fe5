# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which initiators see which LUN under which number, and when two LUNs cannot have the same: API reference 14.8.

Two LUNs may share a number only if no initiator can see both through the same target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from ...engine._read import read_list
from ...engine._resource import Resource
from ...engine._types import Pages, Record
from ...values._errors import InvalidInput, PlanRefused
from ...values._names import folded
from ...values._release import Release
from ...values._wire import clear, told_texts
from ..san._protocols import EVERYTHING, MASKED, PROTOCOLS, SAN
from ._views import Views, views_of

INITIATORS, TARGETS = "initiators", "targets"


def assigned_numbers(lun: Record) -> list[int]:
    """The LU numbers of a record as the appliance gives them: `lu_numbers` the other way round."""
    numbers = clear(lun["lu_numbers"]) or {}
    groups = clear(lun["initiator_groups"]) or []
    return [-1 if numbers.get(group) is None else numbers[group] for group in groups]


def unseen_groups(lun: Record) -> tuple[str, ...]:
    """The initiator groups that a LUN names, and that do not see it all the same, because it has no LU number in them.

    So it is after a sever or a reversal when a group was missing, or the number taken (API reference 10.5). A LUN that is
    offline shows itself to nobody, and may have no numbers for that reason: nothing is judged then.
    """
    if lun["status"] != "online":
        return ()
    return tuple(group for group in lun["initiator_groups"] or () if lun["lu_numbers"].get(group) is None)


def check_alone(option: str, groups: Sequence[str]) -> None:
    """Refuse a group that stands for every initiator, or for nobody, beside others.

    Raises:
        InvalidInput: there is one.
    """
    for name, meaning in ((EVERYTHING, "every initiator"), (MASKED, "no host")):
        if name in groups and len(set(groups)) > 1:
            raise InvalidInput(
                f"{option} has {name}, which stands for {meaning}, together with others",
                advice=f"leave out {name}, or the others",
            )


def refuse_several(label: str, groups: Sequence[str], release: Release) -> None:
    """Refuse several initiator groups where the appliance knows one only (API reference 12.1).

    Raises:
        PlanRefused: there are several.
    """
    if len(groups) > 1 and not release.has("several_groups"):
        raise PlanRefused(
            f"{label} cannot be presented to {', '.join(groups)}: this appliance's software presents a LUN to one initiator "
            "group only",
            advice="add the initiators to that one with zfssa_initiator_group, or remove the LUN from it first",
        )


class _Overlaps:
    """Whether two groups have a member in common; the groups are read when that matters.

    Args:
        pages: reads.
        kind: `initiators` or `targets`.
        changed: members of groups that are about to change.
    """

    def __init__(self, pages: Pages, kind: str, changed: Mapping[str, frozenset[str]]) -> None:
        self._pages, self._kind, self._changed = pages, kind, changed

    def between(self, first: str, second: str) -> bool:
        """Whether some member is in both groups."""
        if first == second or EVERYTHING in (first, second):
            return True
        return not self._members.get(first, frozenset()).isdisjoint(self._members.get(second, frozenset()))

    @cached_property
    def _members(self) -> dict[str, frozenset[str]]:
        paths = [f"{SAN}/{protocol}/{self._kind[:-1]}-groups" for protocol in PROTOCOLS]
        groups = {
            str(wire.get("name")): frozenset(map(folded, told_texts(wire, self._kind)))
            for path in paths
            for wire in read_list(self._pages, path, "groups")
        }
        changed = {name: frozenset(map(folded, members)) for name, members in self._changed.items()}
        return {**groups, **changed}


@dataclass(frozen=True)
class FreeNumber:
    """The LU number of a LUN is free in all the groups to which it is to be presented.

    Attributes:
        names: pool, project and name of the LUN.
        number: the number; `None` for the one that is set on the LUN, if there is one.
        groups: the initiator groups.
        target_group: the target group.
        luns: the table of LUNs.
    """

    # What a refusal is about.
    option: ClassVar[str] = "lu_number"
    names: tuple[str, str, str]
    number: int | None
    groups: tuple[str, ...]
    target_group: str
    luns: Resource

    def __call__(self, pages: Pages) -> None:
        views = views_of(pages, self.luns)
        own = views.of(self.names)
        number = own.setting if self.number is None and own else self.number
        if number is None:
            return
        initiators, targets = _Overlaps(pages, INITIATORS, {}), _Overlaps(pages, TARGETS, {})
        self._refuse_one_that_may_be_chosen(views, number, initiators, targets)
        for view in views.with_number(number):
            if view.names == self.names:
                continue
            for group in self.groups:
                taken = [
                    there
                    for there in view.numbers
                    if view.numbers[there] == number
                    and initiators.between(group, there)
                    and targets.between(self.target_group, view.target_group)
                ]
                if taken:
                    raise PlanRefused(
                        f"LU number {number} is taken in initiator group {group} by {view.label}"
                        + ("" if group in taken else f", which some of its initiators see through {taken[0]}"),
                        advice="choose another one, or auto, with lu_number of zfssa_lun",
                    )

    def _refuse_one_that_may_be_chosen(
        self, views: Views, number: int, initiators: _Overlaps, targets: _Overlaps
    ) -> None:
        """Refuse a number that the appliance may choose for a LUN before this one in the plan.

        It takes the one that is set, or the lowest free one, so that none is as large as the number of all LUNs (API
        reference 14.8).
        """
        for seats, luns in views.unnumbered(number):
            label = next((label for names, label in luns.items() if names != self.names), None)
            if label is None or not targets.between(self.target_group, seats.target_group):
                continue
            if any(initiators.between(group, there) for there in seats.groups for group in self.groups):
                raise PlanRefused(
                    f"LU number {number} may be the one that the appliance chooses for {label}, which comes before in this plan",
                    advice=f"give {label} a lu_number, too, or put it behind this one",
                )


@dataclass(frozen=True)
class DistinctNumbers:
    """No initiator sees two LUNs under one number when a group has got its new members.

    Attributes:
        kind: `initiators` or `targets`.
        group: the name of the group.
        members: all that it will have.
        luns: the table of LUNs.
    """

    kind: str
    group: str
    members: frozenset[str]
    luns: Resource

    def __call__(self, pages: Pages) -> None:
        views = views_of(pages, self.luns).all
        changed = {self.group: self.members}
        initiators = _Overlaps(pages, INITIATORS, changed if self.kind == INITIATORS else {})
        targets = _Overlaps(pages, TARGETS, changed if self.kind == TARGETS else {})
        for view in views:
            if self.group not in ((view.target_group,) if self.kind == TARGETS else view.numbers):
                continue
            for other in views:
                shared = {
                    view.numbers[here]
                    for here in view.numbers
                    for there in other.numbers
                    if other.names != view.names
                    and view.numbers[here] == other.numbers[there]
                    and initiators.between(here, there)
                    and targets.between(view.target_group, other.target_group)
                }
                if shared:
                    raise PlanRefused(
                        f"{view.label} and {other.label} would both have LU number {min(shared)} for one initiator",
                        advice="give one of them another lu_number with zfssa_lun first, or choose other members",
                    )
