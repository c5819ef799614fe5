# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a copy compares with its source; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Mapping

from ...engine._types import Record
from ...values._wire import Unreadable, cleared
from ._names import Before

# What a copy must have as its source.
_SAME = (
    "size", "volblocksize", "sparse", "compression", "checksum", "copies", "dedup", "logbias", "secondarycache", "writecache",
    "readlimit", "writelimit",
)  # fmt: skip


def require_comparable(lun: Record) -> None:
    """Refuse a migration at whose end the copy could not be compared with its source.

    Raises:
        NotUnderstood: what a copy must have as its source cannot be understood.
    """
    doubts: list[Unreadable] = []
    cleared([lun[key] for key in (*_SAME, "initiator_groups", "target_group")], doubts)
    for doubt in doubts:
        doubt.refuse()


def differences(lun: Record, copy: Record, before: Before, groups: Mapping[str, str]) -> list[str]:
    """Say what a copy has otherwise than its source had it; the status and `nodestroy` come later.

    Args:
        lun, copy: the records.
        before: what the source was before the migration.
        groups: those that have another name on the target.
    """
    wanted = {
        **{key: lun[key] for key in _SAME},
        "initiator_groups": sorted(groups.get(name, name) for name in before.initiator_groups),
        "target_group": groups.get(before.target_group, before.target_group),
    }
    wanted.update({f"custom:{name}": value for name, value in lun.get("custom", {}).items()})
    has = {**copy, **{f"custom:{name}": value for name, value in copy.get("custom", {}).items()}}
    return [f"{key} is {has.get(key)} instead of {value}" for key, value in wanted.items() if has.get(key) != value]


def unnumbered(copy: Record, numbered: bool) -> list[str]:
    """The groups in which a copy has no LU number, so that no host would see it there.

    Args:
        numbered: whether the source told its numbers while it was offline; an appliance that does not has told nothing here.
    """
    return [group for group in copy["initiator_groups"] if group not in copy["lu_numbers"]] if numbered else []
