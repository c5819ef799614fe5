# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a LUN that was to be migrated compares with what it was before, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..module_utils.values._units import format_size

# What somebody may have changed meanwhile, or a migration could not change back.
_PROPERTIES = (
    "size", "sparse", "compression", "checksum", "copies", "dedup", "logbias", "secondarycache", "writecache", "nodestroy", "custom",
)  # fmt: skip

Facts = Mapping[str, Any]


def lun_since(now: Facts, before: Facts, lun: Facts, where: str, stays: Sequence[str] = ()) -> str:
    """Say what is otherwise, and what stays there that was not there.

    Args:
        now: the record of the LUN.
        before: who saw it before the migration.
        lun: its record from before.
        where: the appliance.
        stays: what stays there.
    """
    changes = "; ".join([*_of_presentation(now, before), *_of_properties(now, lun)])
    if changes:
        left = f" There stays: {', '.join(stays)}." if stays else ""
        return f"The LUN is on {where}, but {changes}.{left}"
    left = f", but for what stays there: {', '.join(stays)}" if stays else ""
    return f"The LUN is on {where} as it was before{left}."


def _of_presentation(now: Facts, before: Facts) -> Iterator[str]:
    groups, were = sorted(now["initiator_groups"]), sorted(before["initiator_groups"])
    if (now["status"], groups) != (before["status"], were):
        yield (
            f"it is {now['status']} and presented to {', '.join(groups) or 'nobody'}, and was {before['status']} and presented to "
            f"{', '.join(were) or 'nobody'}"
        )
    # A LUN that is offline need not tell its numbers.
    elif now["lu_numbers"] != before["lu_numbers"]:
        yield f"its LU numbers are {_told(now['lu_numbers'])}, and were {_told(before['lu_numbers'])}"
    if now["target_group"] != before["target_group"]:
        yield f"its target group is {now['target_group']}, and was {before['target_group']}"


def _of_properties(now: Facts, lun: Facts) -> Iterator[str]:
    for key in _PROPERTIES:
        if key in lun and key in now and now[key] != lun[key]:
            yield f"its {key} is {_told(now[key])}, and was {_told(lun[key])}"


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in value.items()) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return format_size(value) if isinstance(value, int) and value > 1 << 10 else "none" if value is None else str(value)
