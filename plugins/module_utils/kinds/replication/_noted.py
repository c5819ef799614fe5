# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan says of actions and flags, for what is planned after it; `_planned` follows them."""

from __future__ import annotations

from dataclasses import replace

from ...engine._plan import Awaited, Item
from ...engine._read import Effect
from ...engine._resource import Property, Resource
from ...values._types import Flag
from ._planned import NOTED_ACTIONS, NOTED_FLAGS
from ._scope import Scope
from ._table import ACTION

_NOTED_ACTION = replace(ACTION, collection=NOTED_ACTIONS)
_NOTED_FLAG = Resource(
    kind="flag",
    plural="flags",
    title="inherited replication",
    collection=NOTED_FLAGS,
    scope=("pool", "project"),
    key="lun",
    wire_key="lun",
    properties=(Property("inherited", "inherited", Flag()),),
)


def effects_on_replication(scope: Scope, plan: Item) -> tuple[Effect, ...]:
    """What becomes of an action, and of the flag of its LUN, by a plan; for what is planned after it."""
    if not plan.changed:
        return ()
    found = []
    if plan.before["inherited"] != plan.after["inherited"]:
        # It comes first: an item that changes the flag may free what others of its LUN need, even if it makes an action as well.
        names = {"pool": scope.pool, "project": scope.project, "lun": scope.lun}
        flags = ({**names, "inherited": results["inherited"]} for results in (plan.before, plan.after))
        found.append(Effect(_NOTED_FLAG, *flags))
    before, after = plan.before["action"], plan.after["action"]
    if after is not None and before is None and plan.key is not None:
        after = {**after, "id": Awaited.of(plan.key, "action", "id")}
    if before is not None or after is not None:
        found.append(Effect(_NOTED_ACTION, before, after))
    return tuple(found)
