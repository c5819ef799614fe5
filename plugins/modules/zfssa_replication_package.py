#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage replication packages."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_replication_package
short_description: Manage replication packages on the target Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Severs, reverses, clones, enables, disables and destroys replication packages. A package is what a replication action of
    another appliance has sent here; it has the id of that action.
options:
  state:
    description:
      - V(present) sets O(enabled) on a package that must be there already.
      - V(absent) destroys the package with the data in it. Clones of it are destroyed with it, which needs O(force).
        In a cluster, run it at the node that has the pool of the package; the other one does not find it.
      - V(severed) separates it from its action, which cannot be undone, and makes its content the local project O(project).
      - V(reversed) makes its content the local project O(project), too, and makes a replication action that sends that project
        back to where it came from, which must be registered here as a replication target. What was written on the old source
        since the last update is lost when the new action sends its first update.
      - V(cloned) makes the writable clone O(project) of the last whole update; the package stays, and goes on receiving.
      - A package that is severed or reversed is gone, and its id with it. A second run can only infer from what is there that
        it has been done. After V(severed) it takes a project O(project) with something in it, and warns, unless
        that has the O(id) for its name; with O(replica_of) of one share, that share must be in it. After V(reversed) it asks
        for an action that replicates O(project) back to O(source), or to any appliance that has replicated to this one.
    type: str
    choices: [present, absent, severed, reversed, cloned]
    default: present
  id:
    description: Id of the package, which is that of its action. Either this, or O(source) with O(replica_of), says which is meant.
    type: str
  source:
    description:
      - Name or ASN of the appliance that the package comes from. Saves requests on releases before OS8.8, which keep
        packages below their sources. After a reversal it says where the new action must lead.
    type: str
  replica_of:
    description:
      - What the package is a replica of, as the appliance shows it, such as V(databases) for a whole project and
        V(databases/redo-1) for one share of it. Needs O(source).
      - When several packages are from there and of that, the task is refused and names them; O(id) says which is meant. The
        task is refused as well when the appliance does not say what a package is a replica of, and its content does not show
        it, as one share does not for a whole project.
      - When there is none, V(absent) has nothing to do. Other states are refused, unless it is seen that V(severed) or
        V(reversed) has been done before.
    type: str
  project:
    description:
      - With O(state=severed), O(state=reversed) and O(state=cloned), name of the new local project. There must be no other
        project of that name.
    type: str
  enabled:
    description: Whether the package accepts updates.
    type: bool
  force:
    description:
      - With O(state=absent), whether the clones of the package may be destroyed with it. A clone with
        O(zfssa.storage.zfssa_project#module:nodestroy) is never destroyed so.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_replication
  - module: zfssa.storage.zfssa_replication_update
  - module: zfssa.storage.zfssa_replication_target
  - module: zfssa.storage.zfssa_info
  - name: Migration
    link: https://github.com/zfssa-storage/zfssa.storage/blob/main/docs/migration.md
    description: What the role migrate_lun makes of replication.
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
# All of these run on the appliance that receives.
- name: See which packages there are, and what tells one from another
  zfssa.storage.zfssa_info:
    gather_subset: [replication_packages]
    query: "replication_packages[].[id, source, replica_of, source_pool, target_pool, last_sync]"
  register: received

- name: Try out an upgrade on a copy while replication goes on
  zfssa.storage.zfssa_replication_package:
    source: east
    replica_of: databases
    state: cloned
    project: databases-try

- name: Accept no more updates
  zfssa.storage.zfssa_replication_package:
    source: east
    replica_of: databases
    enabled: false

- name: Make what has been received a local project
  zfssa.storage.zfssa_replication_package:
    source: east
    replica_of: databases
    state: severed
    project: databases-copy

- name: Work at this site from now on, and replicate back
  zfssa.storage.zfssa_replication_package:
    source: east
    replica_of: mail
    state: reversed
    project: mail
  register: reversal

- name: Let the new action send, which some releases make disabled
  zfssa.storage.zfssa_replication:
    pool: "{{ reversal.action.pool }}"
    project: mail
    lun: "{{ reversal.action.lun or omit }}"
    target: "{{ reversal.action.target }}"
    enabled: true
    continuous: true

# Were there several of one source and project, the task would be refused and name them; an id says which one is meant.
- name: Destroy what has been received
  zfssa.storage.zfssa_replication_package:
    source: east
    replica_of: scratch
    state: absent
"""

RETURN = r"""
---
package:
  description: The package after the task, V(null) when it does not exist, or does not any more.
  returned: always
  type: dict
  contains:
    id: {description: "Identifier, which is that of its action.", type: str}
    source: {description: "Name of the appliance that it comes from; V(null) when it is not known.", type: str}
    source_asn: {description: "ASN of that appliance; V(null) when it is not known.", type: str}
    source_pool: {description: "Pool there; V(null) when the appliance does not report it.", type: str}
    target_pool: {description: "Pool that it is in; V(null) when it is not known.", type: str}
    replica_of:
      description: >-
        What it is a replica of, a project or a project and a share, such as V(databases/redo-1). Where the appliance does not
        tell it, what is in the package does, and one share may stand for its project; V(null) when it is not known.
      type: str
    project: {description: "Project at the source that it comes from.", type: str}
    share: {description: "Share that is replicated alone; V(null) for a whole project.", type: str}
    enabled: {description: "Whether it accepts updates.", type: bool}
    state: {description: "What it does, such as V(idle) and V(receiving).", type: str}
    state_description: {description: "The same for people.", type: str}
    last_result: {description: "How the last update ended, such as V(success); V(null) before the first.", type: str}
    last_sync: {description: "When the last successful update ended, in UTC.", type: str}
    last_try: {description: "When the last update ended, in UTC.", type: str}
  sample:
    id: ef5f9a25-88f3-4b6c-8b02-31388497e008
    source: east
    source_asn: 2debc680-35a7-4631-babc-b76a73a3ca21
    source_pool: tank
    target_pool: tank
    replica_of: databases
    project: databases
    share: null
    enabled: true
    state: idle
    state_description: Idle (no update in progress)
    last_result: success
    last_sync: '2026-11-22T19:18:12Z'
    last_try: '2026-11-22T19:18:12Z'
action:
  description:
    - With O(state=reversed) the action that replicates back, as in M(zfssa.storage.zfssa_replication); V(null) otherwise.
      In check mode, what only the appliance can know is V(null).
  returned: always
  type: dict
  contains:
    id: {description: "Identifier, which the package at the target has as well.", type: str}
    pool: {description: "Pool of what is sent.", type: str}
    project: {description: "Project of what is sent.", type: str}
    lun: {description: "LUN that is sent; V(null) for the whole project.", type: str}
    target: {description: "Label of the peer.", type: str}
    target_pool: {description: "Pool of the peer that receives the data.", type: str}
    enabled: {description: "Whether it may send updates.", type: bool}
    continuous: {description: "Whether updates are sent one after the other.", type: bool}
    include_snaps: {description: "Whether snapshots are sent too.", type: bool}
    max_bandwidth: {description: "Bytes per second that an update may take at the most; V(0) for no limit.", type: int}
    use_ssl: {description: "Whether the data is encrypted on its way.", type: bool}
    compression: {description: "Whether the data is compressed on its way.", type: bool}
    dedup: {description: "Whether equal blocks are sent once.", type: bool}
    schedules: {description: "V(null); they are not read.", type: list, elements: dict}
    state: {description: "What it does, such as V(idle) and V(sending).", type: str}
    state_description: {description: "The same for people.", type: str}
    last_result: {description: "How the last update ended, such as V(success); V(null) before the first.", type: str}
    last_sync: {description: "When the last successful update ended, in UTC.", type: str}
    last_try: {description: "When the last update ended, in UTC.", type: str}
    bytes_sent: {description: "Bytes that the last update has sent; V(null) if not reported.", type: int}
    estimated_size: {description: "Bytes that it has to send altogether; V(null) if not reported.", type: int}
    average_throughput: {description: "Bytes per second of the last update; V(null) if not reported.", type: int}
  sample:
    id: 4ad7dad1-1280-432b-9a22-b85c7d9ee7df
    pool: tank
    project: mail
    lun: null
    target: east
    target_pool: tank
    enabled: false
    continuous: false
    include_snaps: true
    max_bandwidth: 0
    use_ssl: true
    compression: true
    dedup: false
    schedules: null
    state: idle
    state_description: Idle (no update pending)
    last_result: null
    last_sync: null
    last_try: null
    bytes_sent: 0
    estimated_size: 0
    average_throughput: 0
project:
  description:
    - Name of the local project that the package became, or was cloned into; V(null) with O(state=present) and
      O(state=absent).
  returned: always
  type: str
  sample: databases-copy
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
    message: replication package ef5f9a25-88f3-4b6c-8b02-31388497e008 does not exist
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._package import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
