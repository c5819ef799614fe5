#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a migration, and do those of its acts that must look at both appliances."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_lun_migration
short_description: Look at the migration of LUNs between two Oracle ZFS Storage Appliances, and secure it
version_added: 0.1.0
description:
  - Tells where LUNs stand between two appliances and what stands in the way of their migration, and does those acts of a
    migration that must look at both appliances.
  - The role P(zfssa.storage.migrate_lun#role) is made of it, and is what you want to use. By itself, only O(state=surveyed)
    is useful; it changes nothing.
  - The options of the connection are those of the source; O(target) has those of the target.
  - That a LUN of the target is the copy of one of the source is proved by its GUID, by the replication package, or by a
    snapshot C(zfssa-migration-ID) that both have. An equal name proves nothing.
options:
  state:
    description:
      - V(surveyed) reads where each LUN stands. It fails when something stands in the way of the migration of any of
        them, with all that was found in one message.
      - V(claimed) does the same for one LUN. Then it gives the LUN and its copy their names back, if a run had renamed one of
        them to destroy it, and leaves a sign on the source, an empty project C(zfssa-migration-of-...), that keeps other
        runs away and says what the LUN was before the migration.
        When a run of the same controller could not undo everything, RV(migration.luns) names what it has left in C(left), provided
        that the sign proves that it is that run's own and that no host has seen it. It no longer stands in the way.
      - V(released) removes that sign.
      - V(copy_masked) makes the LUN in the replication package one that no host sees, so that nobody sees it when the package
        is severed. An appliance that cannot do it is not a failure, see RV(migration.masked).
      - V(copy_unmasked) gives that LUN the groups back that O(replica) says, where the package has not been severed. It fails
        where the appliance refuses, and says what is left to do.
      - V(verified) compares the copy with the LUN, and fails unless it is the same and no host sees either. It fails as
        well when a group on the target that O(groups) does not name would show the copy to initiators that the group on the
        source does not have, or through targets that O(targets) does not have.
      - V(source_destroyed) destroys the LUN on the source if the copy stands, and V(copy_destroyed) the copy if the LUN stands.
        What is to be destroyed is renamed first; then the other side is looked at; then it is destroyed under the new name,
        or gets its own name back. So two runs can never destroy both.
      - V(restored) lets the source present the LUN as O(before) says. It fails while the copy can be seen, or cannot be
        looked for.
    type: str
    choices: [surveyed, claimed, released, copy_masked, copy_unmasked, verified, source_destroyed, copy_destroyed, restored]
    default: surveyed
  target:
    description:
      - Connection to the target. What is not given there may come from the environment, save C(host) and C(session).
    type: dict
    required: true
    suboptions:
      host:
        description: Host name or address.
        type: str
        required: true
      port:
        description: TCP port of the REST service.
        type: int
        default: 215
      username:
        description: User of the appliance.
        type: str
      password:
        description: Password of that user.
        type: str
      session:
        description: Token of an open session.
        type: str
      validate_certs:
        description: Whether the certificate must verify.
        type: bool
        default: true
      ca_path:
        description: File or folder of certificate authorities.
        type: path
      timeout:
        description: Seconds to wait for the answer to one request.
        type: int
        default: 120
  pool:
    description: Pool of the LUNs on the source.
    type: str
    required: true
  project:
    description: Project of the LUNs on the source.
    type: str
    required: true
  luns:
    description: Names of the LUNs; one, unless O(state=surveyed).
    type: list
    elements: str
    required: true
  target_pool:
    description: Pool on the target.
    type: str
    required: true
  target_project:
    description: Project on the target.
    type: str
    required: true
  peer:
    description: Label of the target among the source's replication targets.
    type: str
    required: true
  cutover:
    description: Whether the LUNs are to move, or only to be copied.
    type: bool
    default: true
  delete_source:
    description: Whether the LUNs are destroyed on the source in the end.
    type: bool
    default: true
  groups:
    description: Initiator and target groups that have another name on the target, by their name on the source.
    type: dict
    default: {}
  full_again:
    description: Whether all may be sent once more where the base of the next update is gone.
    type: bool
    default: false
  other_replication:
    description: What becomes of the replication of a LUN to somewhere else, which ends with its migration.
    type: str
    choices: [refuse, end]
    default: refuse
  take_over:
    description: Whether you know that the run whose sign is on the source is no longer running.
    type: bool
    default: false
  warned:
    description: With O(state=claimed), whether O(state=surveyed) has warned of the LUN before, so that it is not done again.
    type: bool
    default: false
  run:
    description:
      - What the run calls itself, a text that no other run has. All of its tasks must give the same, so that they know its sign.
    type: str
    default: ''
  source_name:
    description: What messages call the source.
    type: str
    default: the source
  target_name:
    description: What messages call the target.
    type: str
    default: the target
  before:
    description:
      - What the LUN was before, as RV(migration.luns) says it; needed for O(state=verified), O(state=source_destroyed) and
        O(state=restored).
    type: dict
  action_id:
    description:
      - Id of the replication action; needed for O(state=copy_masked) and O(state=copy_unmasked), optional for O(state=restored).
      - With O(state=released) and O(keep=true), the action that could not be removed although it was the run's own.
    type: str
  targets:
    description:
      - With O(state=verified), what the target group on the target held when the migration began, as C(targets) in
        RV(migration.luns) says it. What it holds is not compared where this is not given.
    type: list
    elements: str
  replica:
    description: What O(state=copy_masked) returned in RV(migration.replica); needed for O(state=copy_unmasked).
    type: dict
  copy_project:
    description: With O(state=copy_destroyed), the project that the sever made, while the copy is there.
    type: str
  was_severed:
    description: With O(state=restored), whether there may be a copy outside of the replication package.
    type: bool
    default: true
  keep:
    description: With O(state=released), whether what the LUN was before stays written down, because not all could be undone.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_replication
  - module: zfssa.storage.zfssa_replication_package
  - name: Migration
    link: https://github.com/zfssa-storage/zfssa.storage/blob/main/docs/migration.md
    description: What the role migrate_lun does, and what happens when something fails.
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
extends_documentation_fragment:
  - zfssa.storage.connection
  - zfssa.storage.connection.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    details: It looks, or does one act of a migration; RV(migration) says which.
"""

EXAMPLES = r"""
---
- name: Find out what stands in the way of a migration
  zfssa.storage.zfssa_lun_migration:
    host: zs-east.example.com
    username: ansible
    password: "{{ vault_zfssa_password }}"
    target:
      host: zs-west.example.com
      username: ansible
      password: "{{ vault_zfssa_password }}"
    pool: tank
    project: databases
    luns: [redo-1]
    target_pool: tank
    target_project: databases
    peer: west
  register: found
"""

RETURN = r"""
---
migration:
  description: What was found or done; V(null) for all that O(state) does not ask for.
  returned: success
  type: dict
  contains:
    luns:
      description:
        - Where each LUN stands, with O(state=surveyed) and O(state=claimed).
        - C(targets) is what its target group on the target holds; V(null) where that is no group, or one that O(groups) names.
        - The names of its markers are C(marker_prefix) and C(sync_marker_prefix), each with the id of the action behind it.
      returned: success
      type: list
      elements: dict
    masked:
      description:
        - Whether no host will see the copy when its package is severed, with O(state=copy_masked) and O(state=copy_unmasked).
        - V(null) when there is no such package any more.
      returned: success
      type: bool
    replica:
      description:
        - The C(initiator_groups) and the C(target_group) that the LUN in the package had, with O(state=copy_masked).
        - V(null) when nobody saw it before, or the appliance does not tell.
      returned: success
      type: dict
    reason:
      description: Why the appliance could not mask it.
      returned: success
      type: str
    lun:
      description: The record of the LUN on the source, with O(state=verified) and O(state=restored).
      returned: success
      type: dict
    target_lun:
      description: The record of the copy, with O(state=verified).
      returned: success
      type: dict
    destroyed:
      description: What was destroyed; V(null) when it was not there.
      returned: success
      type: str
  sample:
    luns:
      - name: redo-1
        state: source
        action_id: null
        old_action_id: null
        had_action: false
        inherited: true
        before:
          status: online
          initiator_groups: [db-hosts]
          target_group: default
          lu_number: null
          lu_numbers: {db-hosts: 0}
          is_seen: true
        taken: []
        others: []
        left: null
        targets: null
        marker_prefix: zfssa-migration-
        sync_marker_prefix: zfssa-migration-sync-
        markers: []
        lun:
          name: redo-1
          pool: tank
          project: databases
          size: 10737418240
          volblocksize: 8192
          sparse: false
          compression: 'off'
          checksum: fletcher4
          copies: 1
          dedup: false
          logbias: latency
          secondarycache: all
          readlimit: 0
          writelimit: 0
          writecache: false
          nodestroy: false
          status: online
          initiator_groups: [db-hosts]
          target_group: default
          lu_number: 0
          lu_numbers: {db-hosts: 0}
          lunguid: 600144F0CCB95A1335E4B53DBFD0C2DC
          origin: null
          custom: {}
          space_data: 16384
          space_total: 11078205440
          canonical_name: tank/local/databases/redo-1
          creation: '2026-11-22T19:18:11Z'
          id: 007c0452-79a6-4e23-0000-000000000000
        target_lun: null
    masked: null
    replica: null
    reason: null
    lun: null
    target_lun: null
    destroyed: null
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
    message: 'LUN tank/databases/redo-1 is protected by nodestroy; set nodestroy to false with zfssa_lun, or
      migrate_lun_delete_source to false to keep the LUN'
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._spec import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
