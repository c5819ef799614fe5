#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage LUNs."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_lun
short_description: Manage LUNs on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Creates, clones, changes, grows, presents, renames, moves and destroys LUNs.
  - Only the properties that are given are compared and changed. What is not given at creation comes from the project.
options:
  state:
    description:
      - Whether the LUN exists. A LUN with snapshots is destroyed only with O(force=true), one with
        O(nodestroy=true) never.
    type: str
    choices: [present, absent]
    default: present
  pool:
    description: Pool of the LUN.
    type: str
    required: true
  project:
    description: Project of the LUN.
    type: str
    required: true
  name:
    description: Name of the LUN.
    type: str
    required: true
  new_name:
    description: Name that the LUN shall have. When there is no LUN O(name), the LUN of this name is meant.
    type: str
  new_project:
    description:
      - Project of the same pool that the LUN shall be in. When O(project) has no such LUN, the one in this project is
        meant.
    type: str
  size:
    description:
      - Size of the LUN in bytes, or with a unit, such as V(10G). Needed to create it, but not as a clone.
      - A larger size grows the LUN; a smaller one is refused unless O(allow_shrink=true).
    type: str
  volblocksize:
    description:
      - Block size, a power of two from 512 bytes to 1M, such as V(8k). Fixed at creation; a clone has that of its origin.
    type: str
  sparse:
    description: Whether the LUN is thinly provisioned, so that its size is not reserved in the pool.
    type: bool
  compression:
    description: Compression of the data.
    type: str
    choices: ['off', lzjb, lz4, gzip-2, gzip, gzip-9]
  checksum:
    description: Checksum of the data.
    type: str
    choices: [fletcher2, fletcher4, sha256, sha256mac]
  copies:
    description: Number of copies of each block, from 1 to 3.
    type: int
  dedup:
    description: Whether equal blocks are stored once.
    type: bool
  logbias:
    description: Whether synchronous writes are served for low latency or for high throughput.
    type: str
    choices: [latency, throughput]
  secondarycache:
    description: What the cache devices hold of the LUN.
    type: str
    choices: [all, metadata, none]
  writecache:
    description: Whether the LUN tells its hosts that it has a write cache.
    type: bool
  nodestroy:
    description: Whether the appliance refuses to destroy the LUN.
    type: bool
  status:
    description: Whether hosts can reach the LUN.
    type: str
    choices: [online, offline]
  initiator_groups:
    description:
      - Initiator groups to which the LUN is presented. V(default) is every initiator, an empty list is nobody.
      - A LUN for which this is not given at creation is presented to every initiator by the appliance.
    type: list
    elements: str
  target_group:
    description: Target group through which the LUN is presented; V(default) is every target.
    type: str
  lu_number:
    description: LU number under which hosts see the LUN, from 0 to 16383, or V(auto) when the appliance shall choose.
    type: str
  custom:
    description:
      - Custom properties and their values. They must be defined in the appliance's schema. Those that are not given stay
        as they are.
    type: dict
  source:
    description:
      - Snapshot that the LUN is a clone of. A LUN that does not exist is made of it instead of empty, with the size and the
        settings of its origin where the task gives none; a larger O(size) grows it afterwards. One that exists must be a
        clone of that snapshot, else the task is refused.
      - A clone is presented to the hosts that see its origin, under a LU number of its own, unless O(initiator_groups) says
        otherwise.
      - With O(state=absent) it means nothing.
    type: dict
    suboptions:
      project:
        description: Project of the LUN that the snapshot is of, in the same pool. O(project) when not given.
        type: str
      lun:
        description: LUN that the snapshot is of.
        type: str
        required: true
      snapshot:
        description: Name of the snapshot.
        type: str
        required: true
  allow_shrink:
    description: Permits a O(size) below the present one. Data beyond the new end is lost.
    type: bool
    default: false
  force:
    description:
      - With O(state=absent), permits that snapshots of the LUN and clones of them are destroyed with it. A clone that is
        protected by C(nodestroy) is not, and neither is the LUN then.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_project
  - module: zfssa.storage.zfssa_snapshot
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
- name: Create a thin LUN and present it to one initiator group
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-1
    size: 10G
    volblocksize: 16k
    sparse: true
    initiator_groups: [db-hosts]
    target_group: db-targets

- name: Grow the LUN
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-1
    size: 20G

- name: Make a writable copy of a snapshot, and show it to one host
  zfssa.storage.zfssa_lun:
    pool: tank
    project: test
    name: redo-1-copy
    source:
      project: databases
      lun: redo-1
      snapshot: before-upgrade
    initiator_groups: [test-host]

- name: Hide the LUN from every host
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-1
    initiator_groups: []

- name: Move the LUN to another project and rename it
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-1
    new_project: archive
    new_name: redo-old

- name: Destroy the LUN with its snapshots
  zfssa.storage.zfssa_lun:
    pool: tank
    project: archive
    name: redo-old
    state: absent
    force: true
"""

RETURN = r"""
---
lun:
  description:
    - The LUN after the task, V(null) when it does not exist. In check mode, what only the appliance can know is V(null).
    - C(lu_numbers) has the LU number for each initiator group that sees the LUN.
  returned: always
  type: dict
  sample:
    canonical_name: tank/local/databases/redo-1
    checksum: fletcher4
    compression: lz4
    copies: 1
    creation: 20261122T12:29:29
    custom: {}
    dedup: false
    id: 007c0452-79a6-4e23-0000-000000000000
    initiator_groups:
      - default
    logbias: latency
    lu_number: 0
    lu_numbers:
      default: 0
    lunguid: 600144F0CCB95A1335E4B53DBFD0C2DC
    name: redo-1
    nodestroy: false
    origin: null
    pool: tank
    project: databases
    secondarycache: all
    size: 10737418240
    space_data: 16384
    space_total: 16384
    sparse: true
    status: online
    target_group: default
    volblocksize: 16384
    writecache: false
failure:
  description:
    - What went wrong, for programs. C(status) is the HTTP status of the appliance's answer and C(fault) its name of the fault,
      both V(null) when there was no answer; C(message) is its own reason, C(request) what was asked, and C(steps_done) what
      had been changed before.
  returned: failure
  type: dict
  sample:
    status: 400
    fault: ERR_INVALID_ARG
    message: invalid input argument
    request: POST /api/storage/v1/pools/tank/projects/proj-a/luns
    steps_done: []
"""

from functools import partial

from ansible_collections.zfssa.storage.plugins.module_utils._module import run
from ansible_collections.zfssa.storage.plugins.module_utils._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.operations._crud import (
    object_spec,
    plan_object,
)
from ansible_collections.zfssa.storage.plugins.module_utils.resources._lun import LUN

SPEC = {
    **object_spec(LUN),
    "new_project": {"type": "str"},
    "source": {
        "type": "dict",
        "options": {
            "project": {"type": "str"},
            "lun": {"type": "str", "required": True},
            "snapshot": {"type": "str", "required": True},
        },
    },
    "allow_shrink": {"type": "bool", "default": False},
}
TASK = Task(spec=SPEC, plan=partial(plan_object, LUN), results=("lun",))


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
