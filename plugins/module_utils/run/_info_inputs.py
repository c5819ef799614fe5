# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is, put as the options that would make it: each item is a task for its module that changes nothing.

Secrets are not among them, because an appliance does not tell them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..engine._kind import Kind
from ..engine._types import Record
from ..kinds.lun._kind import LUN
from ..kinds.project._kind import PROJECT
from ..kinds.san._table import INITIATOR, INITIATOR_GROUPS, ISCSI, TARGET, TARGET_GROUPS
from ..kinds.schema._table import SCHEMA
from ..kinds.snapshot._export import exported_snapshots


def _without_protocol(records: list[Record], kind: Kind) -> list[Record]:
    """Groups of iSCSI, which their modules mean when nothing else is said."""
    return [{key: item[key] for key in item if key != "protocol"} for item in kind.export(records)]


_GROUPS = {"initiator_groups": Kind(INITIATOR_GROUPS[ISCSI]), "target_groups": Kind(TARGET_GROUPS[ISCSI])}
# Subset of `zfssa_info` -> what makes items of its records; in the order in which they can be made.
INPUTS: dict[str, Callable[[list[Any]], list[Record]]] = {
    "schema": Kind(SCHEMA).export,
    "projects": PROJECT.export,
    "initiators": Kind(INITIATOR).export,
    "initiator_groups": lambda records: _without_protocol(records, _GROUPS["initiator_groups"]),
    "targets": Kind(TARGET).export,
    "target_groups": lambda records: _without_protocol(records, _GROUPS["target_groups"]),
    "luns": LUN.export,
    "snapshots": exported_snapshots,
}


def exported(subset: str, found: Any, told: Any) -> list[Record]:
    """The items of a subset.

    Args:
        subset: its name.
        found: what the appliance gave.
        told: the records made of it.
    """
    # Which of the snapshots are somebody's wish, only the appliance's own words say.
    return INPUTS[subset](found if subset == "snapshots" else told)
