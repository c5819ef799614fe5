# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that tasks and documents describe, and the modules that this floor has for them and for more."""

from __future__ import annotations

from collections.abc import Mapping

from ..engine._kind import Kind
from ..engine._operation import Operation
from .lun import _mapping as mapping
from .lun._kind import LUN
from .migration import _spec as migration
from .project._kind import PROJECT
from .replication import _package as package
from .replication import _update as update
from .replication._action_kind import REPLICATION
from .replication._target import PEERS
from .san._kind import INITIATOR, INITIATOR_GROUP, TARGET, TARGET_GROUP
from .schema._kind import SCHEMA
from .service import _operations as service
from .snapshot._kind import SNAPSHOT

# By the names of their subsets of `zfssa_info`. Each may need those before it, and none of those after it.
KINDS: Mapping[str, Kind] = {
    "schema": SCHEMA,
    "projects": PROJECT,
    "initiators": INITIATOR,
    "initiator_groups": INITIATOR_GROUP,
    "targets": TARGET,
    "target_groups": TARGET_GROUP,
    "luns": LUN,
    "snapshots": SNAPSHOT,
    "replication_targets": PEERS,
    "replication_actions": REPLICATION,
}
# By the names of their modules.
OPERATIONS: Mapping[str, Operation] = {
    "zfssa_schema": SCHEMA.operation(),
    "zfssa_project": PROJECT.operation(),
    "zfssa_initiator": INITIATOR.operation(),
    "zfssa_initiator_group": INITIATOR_GROUP.operation(),
    "zfssa_target": TARGET.operation(),
    "zfssa_target_group": TARGET_GROUP.operation(),
    "zfssa_lun": LUN.operation(),
    "zfssa_snapshot": SNAPSHOT.operation(),
    "zfssa_replication_target": PEERS.operation(),
    "zfssa_lun_mapping": mapping.OPERATION,
    "zfssa_lun_migration": migration.OPERATION,
    "zfssa_replication": REPLICATION.operation(),
    "zfssa_replication_package": package.OPERATION,
    "zfssa_replication_update": update.OPERATION,
    "zfssa_service": service.OPERATION,
}
