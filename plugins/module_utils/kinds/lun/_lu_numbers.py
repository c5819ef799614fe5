# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The LU numbers of a LUN: how it tells them, and the groups in which it has none; API reference 5.2, 12.1 and 14.8."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...engine._types import Record
from ...values._errors import InvalidInput, PlanRefused
from ...values._release import Release
from ...values._types import Misread, Whole
from ...values._wire import Wire, clear
from ..san._protocols import EVERYTHING, MASKED


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
