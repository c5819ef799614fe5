#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look whether an appliance is ready for what a play will do."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_preflight
short_description: Look whether an Oracle ZFS Storage Appliance is ready for a play
version_added: 0.1.0
description:
  - Looks at all that a play will need, and says of each thing whether it is as it must be, with the cure where it is not.
  - It never stops at the first thing that is wrong, reads everything once, and writes nothing.
  - What is wrong is a result and no failure, and so is a login that the appliance refuses. RV(passed) says whether something
    is wrong. The role P(zfssa.storage.preflight#role) is made of it, and fails then.
  - Login, software release, and the services C(rest) and C(iscsi) are always looked at. The rest is what the options name.
options:
  pool:
    description: Pool that must exist, be well, and be served by the node that answers.
    type: str
  project:
    description: Project of O(pool) that must exist.
    type: str
  space:
    description: Room that new LUNs need in O(project), its quota included, or in O(pool).
    type: dict
    suboptions:
      thick:
        description: Size of all LUNs together that reserve it, such as V(200G).
        type: str
      thin:
        description:
          - Size of all sparse LUNs together. They take only what is written, so it may be more than what is left, but not more
            than the pool, or the quota of the project, can ever hold.
        type: str
  initiators:
    description: Initiators that must be known, by their names or aliases, of any protocol.
    type: list
    elements: str
  initiator_groups:
    description: Initiator groups that must exist, of any protocol.
    type: list
    elements: str
  targets:
    description:
      - iSCSI targets, by alias or IQN, that must be online, with all their interfaces up and an address that hosts can reach.
      - FC ports, by WWN, that must be in target mode.
    type: list
    elements: str
  peers:
    description:
      - Labels of replication targets that must be registered. The service C(replication) must be online then.
      - Whether one can be reached is what its last update tells; nothing is sent.
    type: list
    elements: str
  schema:
    description: Custom properties that must be defined.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the property.
        type: str
        required: true
      type:
        description: Type that it must have; any when not given.
        type: str
        choices: [String, Integer, PositiveInteger, Boolean, EmailAddress, Host]
  services:
    description: More services that must be online, such as V(replication).
    type: list
    elements: str
  purposes:
    description:
      - What the account must be allowed to do in O(pool) and O(project), as far as the appliance tells. Nothing is tried.
      - V(mapping) is to present LUNs; V(san) initiators, targets and their groups; V(peers) to register replication targets;
        V(replication) to send and V(replication_packages) to receive; V(provisioning) is the role
        P(zfssa.storage.provision_san#role); V(migration_source) and V(migration_target) are the two sides of the role
        P(zfssa.storage.migrate_lun#role), and V(migration) is both; V(services) is about O(services) where these are given.
      - V(image_cache) is to fill LUNs with images, take snapshots of them and clone these; V(adopt_lun) is the role
        P(zfssa.storage.adopt_lun#role), with other names and projects for LUNs.
      - It cannot be told for the token of a session, whose user the appliance does not name, and for a user who comes from a
        directory.
    type: list
    elements: str
    choices:
      - projects
      - luns
      - mapping
      - snapshots
      - san
      - schema
      - services
      - replication
      - replication_packages
      - peers
      - provisioning
      - migration_source
      - migration_target
      - migration
      - adopt_lun
      - image_cache
seealso:
  - module: zfssa.storage.zfssa_info
  - name: Preflight
    link: https://github.com/zfssa-storage/zfssa.storage/blob/main/docs/preflight.md
    description: All checks, with what makes them fail, and how a pipeline goes by them.
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
    details: It only looks.
"""

EXAMPLES = r"""
---
- name: Look whether new LUNs can be made
  zfssa.storage.zfssa_preflight:
    pool: tank
    project: databases
    space: {thick: 200G, thin: 1T}

- name: Look whether everything is there that a host needs, and go on whatever comes of it
  zfssa.storage.zfssa_preflight:
    initiators: [iqn.2020-01.com.example:db-1]
    initiator_groups: [db-hosts]
    targets: [db-target]
    peers: [west]
    schema:
      - {name: owner, type: String}
  register: found

- name: Show what is wrong
  ansible.builtin.debug:
    msg: "{{ found.problems }}"
"""

RETURN = r"""
---
preflight:
  description: One item for each check, in the order in which they are made.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description:
        - What was looked at, C(login), C(release), C(service), C(cluster), C(pool), C(pool_health), C(pool_served), C(project),
          C(space_thick), C(space_thin), C(initiator), C(initiator_group), C(target), C(portals), C(peer), C(peer_reached),
          C(schema) or C(authorization).
      type: str
    subject: {description: Which one of them., type: str}
    outcome:
      description: V(pass), V(fail), or V(unknown) where the appliance does not tell, or something else that fails hides it.
      type: str
    found: {description: What was found., type: str}
    cure: {description: What to do about it; empty where there is nothing to do., type: str}
  sample:
    - check: login
      subject: zs-east.example.com
      outcome: pass
      found: the appliance accepts the login of user 'ansible'
      cure: ''
    - check: release
      subject: zs-east.example.com
      outcome: pass
      found: its software is OS8.8.28, which is supported
      cure: ''
    - check: service
      subject: rest
      outcome: pass
      found: the REST service answers
      cure: ''
    - check: service
      subject: iscsi
      outcome: pass
      found: service iscsi is online
      cure: ''
    - check: cluster
      subject: zs-east.example.com
      outcome: pass
      found: the appliance is in no cluster
      cure: ''
    - check: pool
      subject: tank
      outcome: pass
      found: pool tank exists
      cure: ''
    - check: pool_health
      subject: tank
      outcome: pass
      found: pool tank is online
      cure: ''
    - check: pool_served
      subject: tank
      outcome: pass
      found: pool tank is served by this node, east
      cure: ''
    - check: project
      subject: tank/databases
      outcome: pass
      found: project tank/databases exists
      cure: ''
    - check: space_thick
      subject: tank/databases
      outcome: pass
      found: 200G would be reserved, and project tank/databases has 1T left
      cure: ''
    - check: space_thin
      subject: tank/databases
      outcome: pass
      found: sparse LUNs of 1T together would be written to project tank/databases, which has 824G left, so that it would be
        over-subscribed
      cure: ''
passed:
  description: Whether nothing has failed. Something unknown is no failure.
  returned: success
  type: bool
  sample: true
problems:
  description: A sentence with its cure for each check that has failed.
  returned: success
  type: list
  elements: str
  sample: []
summary:
  description: How many checks there were, and what came of them.
  returned: success
  type: str
  sample: '11 checks: 11 pass.'
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
    message: project is given without a pool
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight._operation import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
