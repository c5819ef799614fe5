#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage projects."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_project
short_description: Manage projects on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Creates, changes, renames and destroys projects. A project holds LUNs and filesystems, which inherit its properties.
  - Only the properties that are given are compared and changed.
options:
  state:
    description:
      - Whether the project exists. A project that holds anything is destroyed only with O(force=true).
    type: str
    choices: [present, absent]
    default: present
  pool:
    description: Pool of the project.
    type: str
    required: true
  name:
    description: Name of the project.
    type: str
    required: true
  new_name:
    description:
      - Name that the project shall have. When there is no project O(name), the project of this name is meant.
    type: str
  force:
    description:
      - With O(state=absent), permits that the LUNs, filesystems and snapshots of the project are destroyed with it.
    type: bool
    default: false
  compression:
    description: Compression of the data in the project.
    type: str
    choices: ['off', lzjb, lz4, gzip-2, gzip, gzip-9]
  checksum:
    description: Checksum of the data in the project.
    type: str
    choices: [fletcher2, fletcher4, sha256, sha256mac]
  logbias:
    description: Whether synchronous writes are served for low latency or for high throughput.
    type: str
    choices: [latency, throughput]
  recordsize:
    description: Block size of filesystems in the project, a power of two from 512 bytes to 1M, such as V(128k).
    type: str
  default_volblocksize:
    description: Block size that new LUNs get, a power of two from 512 bytes to 1M, such as V(8k).
    type: str
  default_sparse:
    description: Whether new LUNs are thinly provisioned.
    type: bool
  quota:
    description: Space that the project may take at the most, such as V(500G); V(0) for no limit.
    type: str
  reservation:
    description: Space that is set aside for the project, such as V(100G); V(0) for none.
    type: str
  nodestroy:
    description: Whether the appliance refuses to destroy the project.
    type: bool
  custom:
    description:
      - Custom properties and their values. They must be defined in the appliance's schema. Those that are not given stay
        as they are.
    type: dict
seealso:
  - module: zfssa.storage.zfssa_lun
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
- name: Create a project for thin LUNs with 16k blocks
  zfssa.storage.zfssa_project:
    pool: tank
    name: databases
    default_sparse: true
    default_volblocksize: 16k
    compression: lz4

- name: Limit the space of the project
  zfssa.storage.zfssa_project:
    pool: tank
    name: databases
    quota: 500G

- name: Rename the project
  zfssa.storage.zfssa_project:
    pool: tank
    name: databases
    new_name: databases-old

- name: Destroy the project, which must be empty
  zfssa.storage.zfssa_project:
    pool: tank
    name: databases-old
    state: absent
"""

RETURN = r"""
---
project:
  description:
    - The project after the task, V(null) when it does not exist. In check mode, what only the appliance can know is
      V(null).
  returned: always
  type: dict
  sample:
    canonical_name: tank/local/databases
    checksum: fletcher4
    compression: lz4
    copies: 1
    creation: 20261122T12:29:26
    custom: {}
    dedup: false
    default_sparse: true
    default_volblocksize: 16384
    id: f017df77-bdd1-44c9-0000-000000000000
    logbias: latency
    mountpoint: /export/databases
    name: databases
    nodestroy: false
    pool: tank
    quota: 0
    recordsize: 131072
    reservation: 0
    secondarycache: all
    space_available: 1099511627776
    space_data: 0
    space_total: 0
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
from ansible_collections.zfssa.storage.plugins.module_utils.resources._project import PROJECT

TASK = Task(spec=object_spec(PROJECT), plan=partial(plan_object, PROJECT), results=("project",))


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
