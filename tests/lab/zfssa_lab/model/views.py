"""LU numbers: who sees which LUN under which number (API reference 14.8)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from zfssa_lab.model.errors import InvalidArgument, StateConflict, bad_value, expecting
from zfssa_lab.model.tables import ALL_INITIATORS, ALL_TARGETS, HIGHEST_LU_NUMBER, MASK_ALL

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.lun import Lun
    from zfssa_lab.model.san import San


class View(NamedTuple):
    """One way in which a LUN is seen."""

    lun: Lun
    initiators: str
    targets: str
    number: int


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


def _overlap(first: str, second: str, everything: str, members: dict[str, frozenset[str]]) -> bool:
    if first == second or everything in (first, second):
        return True
    return bool(members.get(first, frozenset()) & members.get(second, frozenset()))


def views(appliance: Appliance) -> list[View]:
    """Return every view of the appliance."""
    return [
        View(lun, group, lun.values["targetgroup"], number)
        for lun in appliance.luns()
        for group, number in lun.numbers.items()
    ]


def assign_numbers(appliance: Appliance, lun: Lun, wanted: dict[str, Any], keep: dict[str, int]) -> dict[str, int]:
    """Return the number of ``lun`` for each of its groups that exists.

    ``wanted`` holds initiatorgroup, targetgroup and lunumber; ``keep`` the numbers it has so far.
    StateConflict when a number asked for is taken.
    """
    san = appliance.san
    if wanted["targetgroup"] not in san.target_group_names():
        return {}
    initiators, targets = san.initiator_members(), san.target_members()
    others = [
        view
        for view in views(appliance)
        if view.lun is not lun and _overlap(view.targets, wanted["targetgroup"], ALL_TARGETS, targets)
    ]
    numbers: dict[str, int] = {}
    for group in wanted["initiatorgroup"]:
        if group == MASK_ALL or group not in san.initiator_group_names():
            continue
        taken = {view.number for view in others if _overlap(view.initiators, group, ALL_INITIATORS, initiators)}
        numbers[group] = _pick(wanted["lunumber"], taken, keep.get(group))
    return numbers


def _pick(wanted: str | int, taken: set[int], present: int | None) -> int:
    if isinstance(wanted, int):
        if wanted in taken:
            raise StateConflict(f"LU number {wanted} is in use by another LUN that the host sees")
        return wanted
    if present is not None and present not in taken:
        return present
    number = 0
    while number in taken:
        number += 1
    if number > HIGHEST_LU_NUMBER:
        raise StateConflict("no LU number is free")
    return number


def check_views(appliance: Appliance) -> None:
    """Refuse when two LUNs have one number for an initiator that sees both."""
    san = appliance.san
    initiators, targets = san.initiator_members(), san.target_members()
    by_number: dict[int, list[View]] = defaultdict(list)
    for view in views(appliance):
        for other in by_number[view.number]:
            if (
                other.lun is not view.lun
                and _overlap(other.targets, view.targets, ALL_TARGETS, targets)
                and _overlap(other.initiators, view.initiators, ALL_INITIATORS, initiators)
            ):
                raise StateConflict(
                    f'LUNs "{other.lun.path}" and "{view.lun.path}" would both have LU number '
                    f"{view.number} for one initiator"
                )
        by_number[view.number].append(view)
