#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage snapshots."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_snapshot
short_description: Manage snapshots on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Takes, renames and destroys snapshots of a LUN, of a filesystem, or of a whole project with all its shares at one moment.
  - Rolls a LUN or filesystem back to a snapshot, and prunes old snapshots.
options:
  state:
    description:
      - V(present) takes the snapshot unless it exists.
      - V(absent) destroys it. The appliance destroys the clones of a snapshot with it and does not ask, so one with clones is
        refused unless O(force=true), and one with a clone that is
        protected by O(zfssa.storage.zfssa_lun#module:nodestroy) always.
      - V(restored) rolls the LUN or filesystem back to it. What was written since then is lost, and so are all newer snapshots;
        where there are any, it is refused unless O(force=true). No host must use the LUN meanwhile. It counts as a change
        each time, because the appliance cannot tell for certain that nothing was written since.
    type: str
    choices: [present, absent, restored]
    default: present
  pool:
    description:
      - Pool of the project. It must be there, with O(state=absent) too, and in a cluster it must belong to the node that O(host) names.
    type: str
    required: true
  project:
    description: Project of the LUN or filesystem, or the project to take as a whole.
    type: str
    required: true
  lun:
    description:
      - LUN that the snapshot is of.
      - Without O(lun) and O(filesystem) the snapshot is of the whole project; it shows on each of its shares under its name,
        and is renamed and destroyed there, too.
    type: str
  filesystem:
    description: Filesystem that the snapshot is of.
    type: str
  name:
    description:
      - Name of the snapshot. Names with a leading dot are those of the system; a snapshot V(.rr-) of replication is never
        renamed or destroyed. Names that O(zfssa.storage.zfssa_lun#module:source) gives to the snapshots that it takes for clones
        (C(zfssa-clone-) and 40 digits) are given to no other.
      - Needed unless O(keep_last) is given.
    type: str
  new_name:
    description:
      - Name that the snapshot shall have. When there is no snapshot O(name), one of this name must be there already; none is
        taken.
    type: str
  keep_last:
    description:
      - Prunes the snapshots whose names match O(match). The newest of them, so many (at least
        one), are kept, the others are destroyed. With O(name) that snapshot is taken first; it counts when it matches, and
        is never pruned.
      - Snapshots with clones are pruned only with O(force=true), and never when a clone is protected by
        O(zfssa.storage.zfssa_lun#module:nodestroy). Snapshots under a retention hold are kept.
    type: int
  match:
    description:
      - Pattern of the names that O(keep_last) is about, with V(*), V(?) and V([...]), such as V(daily-*).
      - The names of the system match only when the pattern begins with a dot, too; those of replication never do. Names of
        snapshots that were taken for clones match only when the pattern begins with V(zfssa-clone-).
    type: str
  force:
    description:
      - Permits that what depends on a snapshot is destroyed. With O(state=absent) and O(keep_last) these are its clones, with
        O(state=restored) all newer snapshots and their clones.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_lun
    description: Makes a LUN of a snapshot with its option O(zfssa.storage.zfssa_lun#module:source).
  - module: zfssa.storage.zfssa_project
  - module: zfssa.storage.zfssa_replication
  - module: zfssa.storage.zfssa_info
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
extends_documentation_fragment:
  - zfssa.storage.connection
  - zfssa.storage.connection.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
"""

EXAMPLES = r"""
---
- name: Take a snapshot of a LUN
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: before-upgrade

- name: Rename it
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: before-upgrade
    new_name: release-41

- name: Take a snapshot of all LUNs and filesystems of a project at one moment
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    name: before-move

- name: Take today's snapshot, and keep seven of the kind
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: "daily-{{ now(utc=true).strftime('%Y-%m-%d') }}"
    keep_last: 7
    match: daily-*

- name: Prune without taking one
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    keep_last: 2
    match: daily-*

- name: Roll a LUN back, although newer snapshots are destroyed
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: release-41
    state: restored
    force: true

- name: Make a LUN of a snapshot
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-1-test
    source:
      lun: redo-1
      snapshot: release-41

- name: Destroy a snapshot, and the LUNs that were made of it
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: release-41
    state: absent
    force: true
"""

RETURN = r"""
---
snapshot:
  description:
    - The snapshot after the task, V(null) when it does not exist or no O(name) is given. In check mode, what only the
      appliance can know is V(null).
  returned: always
  type: dict
  contains:
    name: {description: "Name.", type: str}
    pool: {description: "Pool.", type: str}
    project: {description: "Project.", type: str}
    lun: {description: "LUN that it is of; V(null) for one of a filesystem or a project.", type: str}
    filesystem: {description: "Filesystem that it is of; V(null) for one of a LUN or a project.", type: str}
    numclones: {description: "Number of clones that live on it.", type: int}
    isauto: {description: "Whether a schedule of the appliance took it.", type: bool}
    held: {description: "Whether a retention hold keeps it.", type: bool}
    space_data: {description: "Bytes of the data in it.", type: int}
    space_unique: {description: "Bytes that nothing else refers to.", type: int}
    canonical_name: {description: "Full name on the appliance.", type: str}
    creation: {description: "When it was made, in UTC.", type: str}
    id: {description: "Identifier of the snapshot.", type: str}
  sample:
    name: before-upgrade
    pool: tank
    project: databases
    lun: redo-1
    filesystem: null
    numclones: 0
    isauto: false
    held: false
    space_data: 16384
    space_unique: 0
    canonical_name: tank/local/databases/redo-1@before-upgrade
    creation: '2026-11-22T16:33:50Z'
    id: e5839def-af97-467a-0000-000000000000
pruned:
  description: Names of the snapshots that O(keep_last) pruned, or that were newer than the one that was rolled back to.
  returned: always
  type: list
  elements: str
  sample:
    - daily-2026-01-01
    - daily-2026-01-02
failure:
  description: What went wrong, for programs.
  returned: failure
  type: dict
  contains:
    status: {description: "HTTP status of the appliance's answer; V(null) when it gave none.", type: int}
    fault: {description: "The appliance's name of the fault; V(null) when it gave none.", type: str}
    message: {description: "The reason alone; RV(ignore:msg) says what to do next as well.", type: str}
    request: {description: "The request that failed; V(null) when it was none that did.", type: str}
    steps_done: {description: "What had been changed before.", type: list, elements: str}
  sample:
    status: null
    fault: null
    message: there is neither a snapshot tank/databases/redo-1@before-upgrade nor a snapshot tank/databases/redo-1@release-41
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._kind import SNAPSHOT
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(SNAPSHOT.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
