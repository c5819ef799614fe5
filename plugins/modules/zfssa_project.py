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
    description:
      - Pool of the project. It must be there, with O(state=absent) too, and in a cluster it must belong to the node that O(host) names.
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
      - With O(state=absent), permits that the LUNs, filesystems and snapshots of the project are destroyed with it, with the
        clones of these, in other projects, too, and that its replication ends.
    type: bool
    default: false
  compression:
    description: Compression of the data in the project. V(lz4) needs OS8.6 or newer.
    type: str
    choices: ['off', lzjb, lz4, gzip-2, gzip, gzip-9]
  checksum:
    description: Checksum of the data in the project. V(sha256mac) needs OS8.8.
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
    description:
      - Space that the project may take at the most, such as V(500G); V(0) for no limit.
      - Units of all sizes are powers of 1024, however they are written - V(1G), V(1GB) and V(1GiB) are all 2^30 bytes.
    type: str
  reservation:
    description: Space that is set aside for the project, such as V(100G); V(0) for none.
    type: str
  readlimit:
    description:
      - Bytes that may be read per second in the whole project, such as V(100M), at least V(500K); V(0) for no limit.
      - Needs OS8.8. Before that a limit is refused, and V(0) is what there is.
    type: str
  writelimit:
    description:
      - Bytes that may be written per second in the whole project, such as V(100M), at least V(500K); V(0) for no limit.
      - Needs OS8.8. Before that a limit is refused, and V(0) is what there is.
    type: str
  nodestroy:
    description: Whether the appliance refuses to destroy the project.
    type: bool
  custom:
    description:
      - Custom properties and their values. They must be defined in the appliance's schema. Those that are not given stay
        as they are.
      - A value is taken in the form of its type, so that V("7") is a number and V("yes") a flag where one is meant.
      - For a text, what YAML takes for a number with a point or for a flag (V(1.10), V(no)) is refused, because the
        text that was written is lost; put it in quotes. Of a whole number (V(010) is 8) the task warns, with the
        text that is used.
    type: dict
seealso:
  - module: zfssa.storage.zfssa_lun
  - module: zfssa.storage.zfssa_snapshot
  - module: zfssa.storage.zfssa_replication
  - module: zfssa.storage.zfssa_schema
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

- name: Let all hosts of the project write no more than 200 MiB per second
  zfssa.storage.zfssa_project:
    pool: tank
    name: databases
    writelimit: 200M

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
  contains:
    name: {description: "Name.", type: str}
    pool: {description: "Pool.", type: str}
    compression: {description: "Compression of the data.", type: str}
    checksum: {description: "Checksum of the data.", type: str}
    logbias: {description: "What synchronous writes are served for.", type: str}
    recordsize: {description: "Block size of filesystems, in bytes.", type: int}
    default_volblocksize: {description: "Block size that new LUNs get, in bytes.", type: int}
    default_sparse: {description: "Whether new LUNs are thinly provisioned.", type: bool}
    quota: {description: "Bytes that it may take at the most; V(0) for no limit.", type: int}
    reservation: {description: "Bytes that are set aside for it.", type: int}
    readlimit: {description: "Bytes that may be read in it per second; V(0) for no limit.", type: int}
    writelimit: {description: "Bytes that may be written in it per second; V(0) for no limit.", type: int}
    nodestroy: {description: "Whether the appliance refuses to destroy it.", type: bool}
    custom: {description: "Custom properties that have a value.", type: dict}
    mountpoint: {description: "Where its filesystems are mounted.", type: str}
    copies: {description: "Copies of each block.", type: int}
    dedup: {description: "Whether equal blocks are stored once.", type: bool}
    secondarycache: {description: "What the cache devices hold of it.", type: str}
    space_available: {description: "Bytes that it can still take; V(null) if not reported.", type: int}
    space_data: {description: "Bytes that its data takes; V(null) if not reported.", type: int}
    space_total: {description: "Bytes that it takes with snapshots and reservations; V(null) if not reported.", type: int}
    canonical_name: {description: "Full name on the appliance.", type: str}
    creation: {description: "When it was made, in UTC.", type: str}
    id: {description: "Identifier of the project.", type: str}
  sample:
    name: databases
    pool: tank
    compression: lz4
    checksum: fletcher4
    logbias: latency
    recordsize: 131072
    default_volblocksize: 16384
    default_sparse: true
    quota: 536870912000
    reservation: 0
    readlimit: 0
    writelimit: 209715200
    nodestroy: false
    custom: {}
    mountpoint: /export/databases
    copies: 1
    dedup: false
    secondarycache: all
    space_available: 536870912000
    space_data: 0
    space_total: 0
    canonical_name: tank/local/databases
    creation: '2026-11-22T12:29:26Z'
    id: f017df77-bdd1-44c9-0000-000000000000
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
    status: 409
    fault: ERR_STATE_CHANGED
    message: the reservation takes 2T, and pool tank has 1T left
    request: POST /api/storage/v1/pools/tank/projects
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(PROJECT.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
