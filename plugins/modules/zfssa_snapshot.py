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
        refused unless O(force=true), and one with a clone that is protected by C(nodestroy) always.
      - V(restored) rolls the LUN or filesystem back to it. What was written since then is lost, and so are all newer snapshots;
        where there are any, it is refused unless O(force=true). No host must use the LUN meanwhile. It counts as a change
        each time, because the appliance cannot tell for certain that nothing was written since.
    type: str
    choices: [present, absent, restored]
    default: present
  pool:
    description: Pool of the project.
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
      - Name of the snapshot. Names with a leading dot are those of the system; a snapshot C(.rr-) of replication is never
        renamed or destroyed.
      - Needed unless O(keep_last) is given.
    type: str
  new_name:
    description:
      - Name that the snapshot shall have. When there is no snapshot O(name), one of this name must be there already; none is
        taken.
    type: str
  keep_last:
    description:
      - Prunes the snapshots whose names match O(match). The newest of them, so many, are kept, the others are destroyed.
        With O(name) that snapshot is taken first; it counts when it matches, and is never pruned.
      - Snapshots with clones are pruned only with O(force=true), and never when a clone is protected by C(nodestroy).
        Snapshots under a retention hold are kept.
    type: int
  match:
    description:
      - Pattern of the names that O(keep_last) is about, with V(*), V(?) and V([...]), such as V(daily-*).
      - The names of the system match only when the pattern begins with a dot, too; those of replication never do.
    type: str
  force:
    description:
      - Permits that what depends on a snapshot dies. With O(state=absent) and O(keep_last) these are its clones, with
        O(state=restored) all newer snapshots and their clones.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_lun
    description: Makes a LUN of a snapshot with its option O(zfssa.storage.zfssa_lun#module:source).
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

- name: Take a snapshot of all LUNs and filesystems of a project at one moment
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    name: before-upgrade

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
    keep_last: 7
    match: daily-*

- name: Rename a snapshot
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: before-upgrade
    new_name: release-41

- name: Roll a LUN back, although newer snapshots die by it
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: before-upgrade
    state: restored
    force: true

- name: Make a LUN of a snapshot
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-1-test
    source:
      lun: redo-1
      snapshot: before-upgrade

- name: Destroy a snapshot
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: before-upgrade
    state: absent
"""

RETURN = r"""
---
snapshot:
  description:
    - The snapshot after the task, V(null) when it does not exist or no O(name) is given. In check mode, what only the
      appliance can know is V(null).
    - C(lun) and C(filesystem) are both V(null) in a snapshot of a project. C(numclones) is the number of clones that live on
      it, C(isauto) whether a schedule of the appliance took it, and C(held) whether a retention hold keeps it.
  returned: always
  type: dict
  sample:
    canonical_name: tank/local/databases/redo-1@before-upgrade
    creation: 20261122T16:33:50
    filesystem: null
    held: false
    id: e5839def-af97-467a-0000-000000000000
    isauto: false
    lun: redo-1
    name: before-upgrade
    numclones: 0
    pool: tank
    project: databases
    space_data: 16384
    space_unique: 0
pruned:
  description: Names of the snapshots that O(keep_last) pruned, or that were newer than the one that was rolled back to.
  returned: always
  type: list
  elements: str
  sample: [daily-2026-11-14, daily-2026-11-15]
failure:
  description:
    - What went wrong, for programs. C(status) is the HTTP status of the appliance's answer and C(fault) its name of the fault,
      both V(null) when there was no answer; C(message) is its own reason, C(request) what was asked, and C(steps_done) what
      had been changed before.
  returned: failure
  type: dict
  sample:
    status: 409
    fault: ERR_STATE_CHANGED
    message: conflict in system state (no room for the snapshot)
    request: POST /api/storage/v1/pools/tank/projects/databases/luns/redo-1/snapshots
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils._module import run
from ansible_collections.zfssa.storage.plugins.module_utils._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.operations._snapshot import plan_snapshot

SPEC = {
    "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "lun": {"type": "str"},
    "filesystem": {"type": "str"},
    "name": {"type": "str"},
    "new_name": {"type": "str"},
    "keep_last": {"type": "int"},
    "match": {"type": "str"},
    "force": {"type": "bool", "default": False},
}
RULES = {
    "mutually_exclusive": [("lun", "filesystem"), ("new_name", "keep_last")],
    "required_one_of": [("name", "keep_last")],
    "required_together": [("keep_last", "match")],
    "required_by": {"new_name": "name"},
    "required_if": [("state", "absent", ["name"]), ("state", "restored", ["name"])],
}
TASK = Task(spec=SPEC, plan=plan_snapshot, results=("snapshot", "pruned"), rules=RULES)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
