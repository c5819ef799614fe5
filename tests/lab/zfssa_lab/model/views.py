"""LU numbers: who sees which LUN under which number (API reference 14.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from zfssa_lab.model.errors import InvalidArgument, StateConflict, bad_value, expecting
from zfssa_lab.model.tables import ALL_INITIATORS, ALL_TARGETS, HIGHEST_LU_NUMBER, MASK_ALL

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.lun import Lun
    from zfssa_lab.model.san import San


class Audience(NamedTuple):
    """Who sees: an initiator group, through a target group."""

    initiators: str
    targets: str


@dataclass
class Numbers:
    """The LUNs that one audience sees, by number; ``taken`` has a bit for each number."""

    luns: dict[int, Lun] = field(default_factory=dict)
    taken: int = 0

    def add(self, number: int, lun: Lun) -> None:
        """Show ``lun`` under ``number``."""
        self.luns[number] = lun
        self.taken |= 1 << number

    def remove(self, number: int) -> None:
        """Free a number."""
        del self.luns[number]
        self.taken &= ~(1 << number)


class ViewIndex:
    """The views of a pool's LUNs by audience, kept up to date by the LUNs themselves.

    A number is found with a few operations on bit masks, however many LUNs there are.
    """

    def __init__(self) -> None:
        self.audiences: dict[Audience, Numbers] = {}
        self._shown: dict[Lun, dict[Audience, int]] = {}

    def put(self, lun: Lun) -> None:
        """Enter the views that ``lun`` has now, in place of those that it had."""
        self.drop(lun)
        shown = {Audience(group, lun.values["targetgroup"]): number for group, number in lun.numbers.items()}
        for audience, number in shown.items():
            self.audiences.setdefault(audience, Numbers()).add(number, lun)
        if shown:
            self._shown[lun] = shown

    def drop(self, lun: Lun) -> None:
        """Forget the views of ``lun``."""
        for audience, number in self._shown.pop(lun, {}).items():
            self.audiences[audience].remove(number)
            if not self.audiences[audience].luns:
                del self.audiences[audience]

    def shown(self, lun: Lun) -> dict[Audience, int]:
        """Return the views of one LUN."""
        return self._shown.get(lun, {})


def check_references(san: San, wanted: dict[str, Any]) -> None:
    """Refuse groups that do not exist, naming those that do (API reference 14.5)."""
    known = san.initiator_group_names()
    groups = wanted.get("initiatorgroup", [])
    for group in groups:
        if group not in (*known, MASK_ALL):
            raise bad_value("initiatorgroup", group, expecting(known))
    if len(groups) > 1 and {ALL_INITIATORS, MASK_ALL} & set(groups):
        raise InvalidArgument(
            f'bad property value "{", ".join(groups)}" (expecting "{ALL_INITIATORS}" and "{MASK_ALL}" to stand alone)'
        )
    if "targetgroup" in wanted and wanted["targetgroup"] not in san.target_group_names():
        raise bad_value("targetgroup", wanted["targetgroup"], expecting(san.target_group_names()))


class _Overlaps:
    """Says which audiences have an initiator and a target in common."""

    def __init__(self, san: San) -> None:
        self._initiators = san.initiator_members()
        self._targets = san.target_members()

    def between(self, first: Audience, second: Audience) -> bool:
        """Say whether some initiator may see the LUNs of both."""
        return _overlap(first.targets, second.targets, ALL_TARGETS, self._targets) and _overlap(
            first.initiators, second.initiators, ALL_INITIATORS, self._initiators
        )


def _overlap(first: str, second: str, everything: str, members: dict[str, frozenset[str]]) -> bool:
    if first == second or everything in (first, second):
        return True
    return bool(members.get(first, frozenset()) & members.get(second, frozenset()))


def _audiences(appliance: Appliance) -> Iterator[tuple[Audience, Numbers]]:
    # After a takeover one head serves the LUNs of both.
    for pool in [pool for head in appliance.heads for pool in head.pools.values()]:
        yield from pool.views.audiences.items()


def assign_numbers(appliance: Appliance, lun: Lun, wanted: dict[str, Any], keep: dict[str, int]) -> dict[str, int]:
    """Return the number of ``lun`` for each of its groups that exists.

    ``wanted`` holds initiatorgroup, targetgroup and lunumber; ``keep`` the numbers it has so far.
    StateConflict when a number asked for is taken.
    """
    san = appliance.san
    if wanted["targetgroup"] not in san.target_group_names():
        return {}
    known = san.initiator_group_names()
    overlaps = _Overlaps(san)
    own = lun.project.pool.views.shown(lun)
    numbers: dict[str, int] = {}
    for group in wanted["initiatorgroup"]:
        if group == MASK_ALL or group not in known:
            continue
        audience = Audience(group, wanted["targetgroup"])
        taken = 0
        for other, shown in _audiences(appliance):
            if overlaps.between(other, audience):
                # What the LUN has itself is free to it, unless another has it, too, for another audience.
                taken |= shown.taken & ~(1 << own[other]) if other in own else shown.taken
        numbers[group] = _pick(wanted["lunumber"], taken, keep.get(group), appliance.fleet.plane.lowest_lu_number)
    return numbers


def _pick(wanted: str | int, taken: int, present: int | None, floor: int) -> int:
    if isinstance(wanted, int):
        if taken >> wanted & 1:
            raise StateConflict(f"LU number {wanted} is in use by another LUN that the host sees")
        return wanted
    if present is not None and not taken >> present & 1:
        return present
    taken |= (1 << floor) - 1
    lowest = (~taken & (taken + 1)).bit_length() - 1
    if lowest > HIGHEST_LU_NUMBER:
        raise StateConflict("no LU number is free")
    return lowest


def check_views(appliance: Appliance, changed: str | None = None) -> None:
    """Refuse when two LUNs have one number for an initiator that sees both.

    ``changed`` limits the check to audiences in which the group of that name has a part.
    """
    overlaps = _Overlaps(appliance.san)
    seen = list(_audiences(appliance))
    part = [entry for entry in seen if changed is None or changed in entry[0]]
    for (first, one), (second, other) in product(part, seen):
        if one is not other and one.taken & other.taken and overlaps.between(first, second):
            _check_same(one, other)


def _check_same(one: Numbers, other: Numbers) -> None:
    """Refuse a number behind which there are two LUNs, not one LUN in two groups."""
    for number in sorted(one.luns.keys() & other.luns.keys()):
        first, second = one.luns[number], other.luns[number]
        if first is not second:
            raise StateConflict(
                f'LUNs "{first.path}" and "{second.path}" would both have LU number {number} for one initiator'
            )
