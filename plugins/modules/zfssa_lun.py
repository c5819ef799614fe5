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
      - After a clone that was made without O(source.snapshot) the snapshot goes that was taken for it, as long as nothing else lives
        on that and no retention hold keeps it. A task that broke off in between is gone on with when it has O(source).
    type: str
    choices: [present, absent]
    default: present
  pool:
    description:
      - Pool of the LUN. It must be there, with O(state=absent) too, and in a cluster it must belong to the node that O(host) names.
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
      - Units are powers of 1024, as on the appliance, however they are written - V(1G), V(1GB) and V(1GiB) are all 2^30 bytes.
      - A larger size grows the LUN, a clone in the task that makes it; a smaller one is refused unless O(allow_shrink=true).
    type: str
  volblocksize:
    description:
      - Block size, a power of two from 512 bytes to 1M, such as V(8k). Fixed at creation; a clone has that of its origin.
    type: str
  sparse:
    description:
      - Whether the LUN is thinly provisioned, so that its size is not reserved in the pool. The task warns of one that is larger
        than its whole pool.
    type: bool
  compression:
    description: Compression of the data. V(lz4) needs OS8.6 or newer.
    type: str
    choices: ['off', lzjb, lz4, gzip-2, gzip, gzip-9]
  checksum:
    description: Checksum of the data. V(sha256mac) needs OS8.8.
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
  readlimit:
    description:
      - Bytes that may be read from the LUN per second, such as V(50M), at least V(500K); V(0) for no limit of its own, which a
        new LUN has. It never gets more than its project may have.
      - Needs OS8.8. Before that a limit is refused, and V(0) is what there is.
    type: str
  writelimit:
    description:
      - Bytes that may be written to the LUN per second, such as V(50M), at least V(500K); V(0) for no limit of its own, which a
        new LUN has. It never gets more than its project may have.
      - Needs OS8.7. Before that a limit is refused, and V(0) is what there is.
    type: str
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
      - Initiator groups to which the LUN is presented. An empty list is no host. V(default) is every initiator, and goes with
        no other group.
      - When this is not given, a new LUN, a clone too, is presented to nobody, and one that exists keeps its groups. Leave it
        out where M(zfssa.storage.zfssa_lun_mapping) decides who sees the LUN. An empty list hides the LUN from all hosts,
        those that were mapped included, in every run.
      - A group that is listed, and in which the LUN has no LU number although it is online, counts as different, because no
        host of it sees the LUN. That can happen after a sever or a reversal. The groups are sent again then, and the task fails
        when that does not help.
      - More than one group needs OS8.6 or newer; 2013.1 presents a LUN to one group only.
    type: list
    elements: str
  membership:
    description:
      - Whether O(initiator_groups) are all to which the LUN is presented (V(exact)), are presented to as well (V(add)), or no longer
        (V(remove)). With V(add) and V(remove) the other groups of the LUN keep it, also when somebody else changes them meanwhile.
      - V(add) refuses an O(target_group) that would take the LUN from other groups. A LUN that is presented to V(default), every
        initiator, cannot be presented to single groups by V(add), nor hidden from them by V(remove).
      - With V(remove) a LUN that does not exist is not made.
    type: str
    choices: [exact, add, remove]
    default: exact
  target_group:
    description: Target group through which the LUN is presented; V(default) is every target.
    type: str
  lu_number:
    description:
      - LU number under which hosts see the LUN, from 0 to 16383, or V(auto) when the appliance shall choose. V(auto) does not
        change a number that hosts see.
    type: str
  custom:
    description:
      - Custom properties and their values. They must be defined in the appliance's schema. Those that are not given stay
        as they are.
      - A value is taken in the form of its type, so that V("7") is a number and V("yes") a flag where one is meant.
      - For a text, what YAML takes for a number with a point or for a flag (V(1.10), V(no)) is refused, because the
        text that was written is lost; put it in quotes. Of a whole number (V(010) is 8) the task warns, with the
        text that is used.
    type: dict
  source:
    description:
      - LUN, or snapshot of one, that the LUN is a clone of. A LUN that does not exist is made of it instead of empty, with the
        settings of its origin where the task gives none. One that exists must be a clone of that LUN or snapshot, else the task
        is refused.
      - Without O(source.snapshot), the task takes a snapshot for the clone, whose name begins with C(zfssa-clone-). It belongs to
        the clone, under whatever name this is by then, and goes with it. It is removed again when the clone is refused. Where a
        task has broken off after it, the next one goes on with it; one that is older than a day is taken anew.
      - A clone has the size that its origin had at the time of the snapshot. Of a snapshot that the user names, only the making of
        the clone shows that size. When O(size) turns out to be smaller then, or the clone cannot be grown, it is removed again.
      - A clone is presented to nobody unless O(initiator_groups) says otherwise, whoever sees its origin.
      - With O(state=absent), and without O(source.snapshot), a snapshot is removed that was taken for a clone of this name, and that
        nothing lives on any more, as when somebody has destroyed the clone by other means. Otherwise ignored then, and in
        documents of M(zfssa.storage.zfssa_san), too.
    type: dict
    suboptions:
      project:
        description: Project of the LUN that is cloned, in the same pool. O(project) when not given.
        type: str
      lun:
        description: LUN that is cloned.
        type: str
        required: true
      snapshot:
        description: Name of the snapshot of it. When not given, the task takes one, of what the LUN has at that moment.
        type: str
  allow_shrink:
    description: Permits a O(size) below the present one. Data beyond the new end is lost.
    type: bool
    default: false
  force:
    description:
      - With O(state=absent), permits that snapshots of the LUN and clones of them are destroyed with it. A clone that is
        protected by its own O(nodestroy) is not, and neither is the LUN then.
      - With O(state=absent), permits as well that the replication of the LUN ends with it; M(zfssa.storage.zfssa_replication)
        ends it without the LUN.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_project
  - module: zfssa.storage.zfssa_snapshot
  - module: zfssa.storage.zfssa_lun_mapping
    description: Presents a LUN to some hosts and leaves the others alone.
  - module: zfssa.storage.zfssa_initiator_group
  - module: zfssa.storage.zfssa_target_group
  - module: zfssa.storage.zfssa_schema
  - module: zfssa.storage.zfssa_info
  - name: Provisioning
    link: https://github.com/zfssa-storage/zfssa.storage/blob/main/docs/provisioning.md
    description: From nothing to a LUN that a host sees, by tasks and by a playbook.
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

- name: Keep the hosts of the LUN from crowding out others, at 50 MiB per second
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-1
    readlimit: 50M
    writelimit: 50M

- name: Create a LUN that nobody sees until zfssa_lun_mapping presents it
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: data-1
    size: 100G
    sparse: true

- name: Create a LUN that every initiator sees
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: software
    size: 10G
    sparse: true
    initiator_groups: [default]

- name: Take a snapshot of the first one
  zfssa.storage.zfssa_snapshot:
    pool: tank
    project: databases
    lun: redo-1
    name: before-upgrade

- name: Make a writable copy of the snapshot, and show it to one host
  zfssa.storage.zfssa_lun:
    pool: tank
    project: test
    name: redo-1-copy
    source:
      project: databases
      lun: redo-1
      snapshot: before-upgrade
    initiator_groups: [test-host]

- name: Make a writable copy of the LUN as it is now, twice as large
  zfssa.storage.zfssa_lun:
    pool: tank
    project: test
    name: redo-1-now
    size: 40G
    source:
      project: databases
      lun: redo-1

- name: Destroy the copy, with the snapshot that was taken for it
  zfssa.storage.zfssa_lun:
    pool: tank
    project: test
    name: redo-1-now
    state: absent

- name: Present the LUN to one more group, whoever else sees it
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: data-1
    initiator_groups: [db-hosts]
    membership: add

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

- name: Destroy the LUN with its snapshots and their clones
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
  returned: always
  type: dict
  contains:
    name: {description: "Name.", type: str}
    pool: {description: "Pool.", type: str}
    project: {description: "Project.", type: str}
    size: {description: "Size in bytes.", type: int}
    volblocksize: {description: "Block size in bytes.", type: int}
    sparse: {description: "Whether it is thinly provisioned.", type: bool}
    compression: {description: "Compression of the data.", type: str}
    checksum: {description: "Checksum of the data.", type: str}
    copies: {description: "Copies of each block.", type: int}
    dedup: {description: "Whether equal blocks are stored once.", type: bool}
    logbias: {description: "What synchronous writes are served for.", type: str}
    secondarycache: {description: "What the cache devices hold of it.", type: str}
    readlimit: {description: "Bytes that may be read from it per second; V(0) for no limit of its own.", type: int}
    writelimit: {description: "Bytes that may be written to it per second; V(0) for no limit of its own.", type: int}
    writecache: {description: "Whether the LUN reports a write cache to hosts.", type: bool}
    nodestroy: {description: "Whether the appliance refuses to destroy it.", type: bool}
    status: {description: "Whether hosts can reach it, V(online) or V(offline).", type: str}
    initiator_groups: {description: "Initiator groups to which it is presented; empty for nobody.", type: list, elements: str}
    target_group: {description: "Target group through which it is presented.", type: str}
    lu_number: {description: "LU number that all groups share, else what was set, a number or V(auto).", type: raw}
    lu_numbers: {description: "LU number for each initiator group that sees it.", type: dict}
    lunguid: {description: "GUID by which hosts recognise it.", type: str}
    origin: {description: "C(pool), C(project), C(share) and C(snapshot) of which it is a clone, or V(null).", type: dict}
    custom: {description: "Custom properties that have a value.", type: dict}
    space_data: {description: "Bytes that its data takes; V(null) if not reported.", type: int}
    space_total: {description: "Bytes that it takes with snapshots and reservation; V(null) if not reported.", type: int}
    canonical_name: {description: "Full name on the appliance.", type: str}
    creation: {description: "When it was made, in UTC.", type: str}
    id: {description: "Identifier of the LUN.", type: str}
  sample:
    name: redo-1
    pool: tank
    project: databases
    size: 21474836480
    volblocksize: 16384
    sparse: true
    compression: 'off'
    checksum: fletcher4
    copies: 1
    dedup: false
    logbias: latency
    secondarycache: all
    readlimit: 52428800
    writelimit: 52428800
    writecache: false
    nodestroy: false
    status: online
    initiator_groups: [db-hosts]
    target_group: db-targets
    lu_number: 0
    lu_numbers: {db-hosts: 0}
    lunguid: 600144F0CCB95A1335E4B53DBFD0C2DC
    origin: null
    custom: {}
    space_data: 16384
    space_total: 16384
    canonical_name: tank/local/databases/redo-1
    creation: '2026-11-22T19:18:11Z'
    id: 007c0452-79a6-4e23-0000-000000000000
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
    message: it takes 10T, and project tank/databases has 1T left
    request: POST /api/storage/v1/pools/tank/projects/databases/luns
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(LUN.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
