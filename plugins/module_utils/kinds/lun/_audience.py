# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sees a LUN after some groups have been added, or taken away, and what of that would meet other hosts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...engine._membership import ADD, REMOVE
from ...engine._types import Record
from ...values._errors import PlanRefused
from ...values._names import shown
from ..san._protocols import EVERYTHING
from ._lu_numbers import unseen_groups
from ._table import LUN

_SHOWN = 10


def audience_after(membership: str, lun: Record | None, wanted: Record) -> Record:
    """Make the whole list of groups of those that are to be added, or taken away.

    Args:
        membership: `add` or `remove`.
        lun: the record of the LUN, `None` when it is to be made.
        wanted: the values that the user gave, with `initiator_groups`.

    Returns:
        The wanted values; without `initiator_groups` when nothing is to be sent for them.

    Raises:
        PlanRefused: hosts that nobody has named would see or lose the LUN.
    """
    given = set(wanted["initiator_groups"])
    others = {option: value for option, value in wanted.items() if option != "initiator_groups"}
    if lun is None:
        return wanted if membership == ADD else others
    present = set(lun["initiator_groups"])
    if membership == REMOVE:
        if not given:
            return others
        refuse_everybody(lun, sorted(given))
        return {**others, "initiator_groups": sorted(present - given)} if present & given else others
    if given:
        refuse_everybody(lun, sorted(given))
    if wanted.get("target_group", lun["target_group"]) != lun["target_group"]:
        refuse_other_targets(lun, wanted["target_group"], present - given)
    # A group that the LUN names and that does not see it is presented to once more; those of others are left alone.
    seeing = present - set(unseen_groups(lun))
    return others if given <= seeing else {**others, "initiator_groups": sorted(present | given)}


def refuse_everybody(lun: Record, groups: Sequence[str]) -> None:
    """Refuse a decision about all hosts: `default` stands alone, and what sees it cannot be told apart.

    Raises:
        PlanRefused: it would be one.
    """
    present = lun["initiator_groups"]
    if EVERYTHING in present and EVERYTHING not in groups:
        raise PlanRefused(
            f"{LUN.label(lun)} is presented to every initiator, by the group {EVERYTHING}, which cannot be combined with another",
            advice="set initiator_groups with zfssa_lun to those that shall see it, or to an empty list, first",
        )
    if EVERYTHING in groups and present not in ([], [EVERYTHING]):
        raise PlanRefused(
            f"{LUN.label(lun)} is presented to {some(present)}, and {EVERYTHING}, every initiator, cannot be combined with another group",
            advice=f"set initiator_groups with zfssa_lun to {EVERYTHING}",
        )


def refuse_other_targets(lun: Record, target_group: str, others: Iterable[str]) -> None:
    """Refuse to take a LUN away from other hosts by another target group.

    Raises:
        PlanRefused: it is presented to others.
    """
    names = sorted(others)
    if names:
        raise PlanRefused(
            f"{LUN.label(lun)} is presented to {some(names)} by the target group {lun['target_group']}, and "
            f"{target_group} would take it from there",
            advice="leave out target_group, or set it with zfssa_lun",
        )


def some(names: Sequence[str]) -> str:
    """Names for a message, of many only some."""
    return shown(names, _SHOWN) or "there is none"
