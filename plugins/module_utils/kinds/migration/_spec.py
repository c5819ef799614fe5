# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `zfssa_lun_migration` takes, and that it deals with two appliances."""

from __future__ import annotations

from typing import Any

from ...engine._operation import Operation
from ._operations import STATES, act_on_migration, plan_migration

_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": list(STATES), "default": "surveyed"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "luns": {"type": "list", "elements": "str", "required": True},
    "target_pool": {"type": "str", "required": True},
    "target_project": {"type": "str", "required": True},
    "peer": {"type": "str", "required": True},
    "cutover": {"type": "bool", "default": True},
    "delete_source": {"type": "bool", "default": True},
    "groups": {"type": "dict", "default": {}},
    "full_again": {"type": "bool", "default": False},
    "other_replication": {"type": "str", "choices": ["refuse", "end"], "default": "refuse"},
    "take_over": {"type": "bool", "default": False},
    "warned": {"type": "bool", "default": False},
    "run": {"type": "str", "default": ""},
    "source_name": {"type": "str", "default": "the source"},
    "target_name": {"type": "str", "default": "the target"},
    "before": {"type": "dict"},
    "action_id": {"type": "str"},
    "targets": {"type": "list", "elements": "str"},
    "replica": {"type": "dict"},
    "copy_project": {"type": "str"},
    "was_severed": {"type": "bool", "default": True},
    "keep": {"type": "bool", "default": False},
}
OPERATION = Operation(
    spec=_SPEC,
    plan=plan_migration,
    act=act_on_migration,
    results=("migration",),
    diff=False,
    peer="target",
    # The role goes by them, and nothing has been written to the LUN when they come.
    legible=("surveyed", "claimed"),
)
