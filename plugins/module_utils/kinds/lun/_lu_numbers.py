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
from typing import Any

from ...engine._read import effects_of, is_planning, read_all, read_list, read_wires
from ...engine._resource import Resource
from ...engine._types import Pages, Record
from ...values._errors import InvalidInput, PlanRefused
from ...values._names import folded
from ...values._release import Release
from ...values._types import Misread, Whole
from ...values._wire import Wire, clear, told_texts
from ..pool._pools import STORAGE
from ..san._protocols import EVERYTHING, MASKED, PROTOCOLS, SAN

LUNS = f"{STORAGE}/luns"
INITIATORS, TARGETS = "initiators", "targets"


def lu_numbers(wire: Wire) -> dict[str, int]:
    """The LU number in each initiator group to which the LUN is presented.

    The appliance gives two lists that are aligned by position, or two scalars (API reference 5.2 and 12.1).

    Raises:
        ValueError: it gives something else.
    """
    given, numbers = wire.get("initiatorgroup", []), wire.get("assignednumber")
    groups = [given] if isinstance(given, str) else given
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise Misread("initiatorgroup")
    numbers = numbers if isinstance(numbers, list) else [numbers] * len(groups)
    found = {}
    for group, number in zip(groups, numbers, strict=False):
        # Where nobody sees the LUN the number is -1, or there is none.
        taken = None if number in (-1, "-1") else _number(number, "assignednumber")
        if group and group != MASKED and taken is not None:
            found[group] = taken
    return found


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


def lu_setting(wire: Wire) -> int | None:
    """The LU number that somebody has set, `None` when the appliance chooses.

    Raises:
        ValueError: it is neither a number nor a word for that.
    """
    name = next((name for name in ("lunumber", "lunnumber") if name in wire), "")
    return None if wire.get(name) in (None, "", "auto", -1, "-1") else _number(wire[name], name)


def _number(value: Any, key: str) -> int | None:
    try:
        number: int | None = Whole().from_wire(value)
    except ValueError:
        raise Misread(key) from None
    return number


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


@dataclass(frozen=True)
class _View:
    """A LUN as hosts see it."""

    label: str
    names: tuple[str, str, str]
    numbers: Mapping[str, int]
    target_group: str
    setting: int | None


def _read_views(pages: Pages, luns: Resource) -> list[_View]:
    views = []
    for wire in read_wires(pages, luns, {}):
        names = (str(wire.get("pool")), str(wire.get("project")), str(wire.get("name")))
        target_group = str(wire.get("targetgroup") or EVERYTHING)
        try:
            numbers, setting = lu_numbers(wire), lu_setting(wire)
        except ValueError:
            # A precondition says why an appliance refuses. Where nobody can tell, the appliance alone does.
            continue
        views.append(_View(f"LUN {'/'.join(names)}", names, numbers, target_group, setting))
    return views


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

    names: tuple[str, str, str]
    number: int | None
    groups: tuple[str, ...]
    target_group: str
    luns: Resource

    def __call__(self, pages: Pages) -> None:
        views = _read_views(pages, self.luns)
        number = self.number
        if number is None:
            number = next((view.setting for view in views if view.names == self.names), None)
        initiators, targets = _Overlaps(pages, INITIATORS, {}), _Overlaps(pages, TARGETS, {})
        if number is not None:
            self._refuse_one_that_may_be_chosen(pages, number, len(views), initiators, targets)
        for view in views:
            if view.names == self.names or number not in view.numbers.values():
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
        self, pages: Pages, number: int, luns: int, initiators: _Overlaps, targets: _Overlaps
    ) -> None:
        """Refuse a number that the appliance may choose for a LUN before this one in the plan.

        It takes the one that is set, or the lowest free one, so that none is as large as the number of all LUNs (API
        reference 14.8).
        """
        kept = {
            str(self.luns.identity_of(effect.after))
            for effect in effects_of(pages)
            if effect.resource is self.luns and effect.after and (effect.before or {}).get("lu_number") == number
        }
        for record in read_all(pages, self.luns, {}) if is_planning(pages) else ():
            if number >= luns and str(self.luns.identity_of(record)) not in kept:
                continue
            names = (record["pool"], record["project"], record["name"])
            numbers = clear(record["lu_numbers"]) or {}
            if names == self.names or not targets.between(self.target_group, str(clear(record["target_group"]))):
                continue
            if any(
                numbers[there] is None and initiators.between(group, there)
                for there in numbers
                for group in self.groups
            ):
                label = self.luns.label(record)
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
        views = _read_views(pages, self.luns)
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
