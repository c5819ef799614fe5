#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather information."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_info
short_description: Gather information about an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Reads what an appliance is and has. Changes nothing.
options:
  gather_subset:
    description:
      - What to read. Each subset costs one request, a few of them two.
      - V(system) when not given; with O(as_input=true) all that can be given so.
    type: list
    elements: str
    choices: [system, cluster, services, problems, users, interfaces, pools, projects, luns, filesystems, snapshots, schema,
              initiators, initiator_groups, targets, target_groups, replication_targets, replication_sources,
              replication_actions, replication_packages, inherited_replication]
  pool:
    description: Only objects of this pool. Wildcards as in a shell are understood, here and in O(project) and O(name).
    type: str
  project:
    description: Only objects of this project, and only this project.
    type: str
  name:
    description: Only objects of this name. For snapshots and replication actions, only those of a LUN of this name.
    type: str
  as_input:
    description:
      - Gives each object as the options of its module, so that a task with them changes nothing. Without secrets, which an
        appliance does not tell; and without what no option sets.
      - Possible for V(schema), V(projects), V(luns), V(snapshots) (those that somebody took), and for V(initiators),
        V(initiator_groups), V(targets) (those that have an alias) and V(target_groups) of iSCSI.
    type: bool
    default: false
  query:
    description:
      - A JMESPath expression over what was gathered. Its value is returned as RV(queried).
      - Needs the Python package jmespath.
    type: str
seealso:
  - module: zfssa.storage.zfssa_lun
  - module: zfssa.storage.zfssa_project
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
    details: Nothing is changed, so there is no difference to show.
"""

EXAMPLES = r"""
---
- name: Find out what the appliance is, and whether it is well
  zfssa.storage.zfssa_info:
    gather_subset: [system, cluster, services, pools]

- name: Read one LUN
  zfssa.storage.zfssa_info:
    gather_subset: [luns]
    pool: tank
    project: databases
    name: redo-1

- name: Keep what the appliance is configured to as a file
  zfssa.storage.zfssa_info:
    as_input: true
  register: east

- name: Write the file
  ansible.builtin.copy:
    content: "{{ east.config | to_nice_yaml }}"
    dest: east.yml
    mode: '0600'

- name: Name the LUNs of all projects that begin with db, with their sizes
  zfssa.storage.zfssa_info:
    gather_subset: [luns]
    project: db*
    query: "luns[].{name: name, size: size}"
"""

RETURN = r"""
---
system:
  description: Version and identity of the appliance, as it gives them. The sample is an excerpt.
  returned: when C(system) is in O(gather_subset)
  type: dict
  sample:
    ak_release: OS8.8.28
    ak_version: ak/SUNW,ankimo@2013.06.05.8.28,1-1.3
    asn: 2debc680-35a7-4631-babc-b76a73a3ca21
    mkt_product: Sun ZFS Storage Lab Appliance
    nodename: east
    product: Sun Storage Lab
    version: 2013.06.05.8.28,1-1.3
cluster:
  description: State of the cluster, as the appliance gives it. The sample is one of an appliance that stands alone.
  returned: when C(cluster) is in O(gather_subset)
  type: dict
  sample:
    description: Clustering is not configured
    peer_asn: ''
    peer_hostname: ''
    peer_state: ''
    resources: []
    state: AKCS_UNCONFIGURED
services:
  description: Services and their status.
  returned: when C(services) is in O(gather_subset)
  type: list
  elements: dict
  sample:
    - name: ad
      status: disabled
    - name: cifs
      status: disabled
problems:
  description: What the appliance has diagnosed and is not repaired, as it gives it.
  returned: when C(problems) is in O(gather_subset)
  type: list
  elements: dict
users:
  description: Users of the appliance, as it gives them, without passwords.
  returned: when C(users) is in O(gather_subset)
  type: list
  elements: dict
interfaces:
  description: Network interfaces, as the appliance gives them.
  returned: when C(interfaces) is in O(gather_subset)
  type: list
  elements: dict
pools:
  description: Pools, as the appliance gives them. The sample is an excerpt.
  returned: when C(pools) is in O(gather_subset)
  type: list
  elements: dict
  sample:
    - asn: 2debc680-35a7-4631-babc-b76a73a3ca21
      name: tank
      owner: east
      profile: mirror
      status: online
      usage:
        available: 1099511611392
        total: 1099512687104
        used: 1075712
projects:
  description: Projects, as in M(zfssa.storage.zfssa_project).
  returned: when C(projects) is in O(gather_subset)
  type: list
  elements: dict
luns:
  description: LUNs, as in M(zfssa.storage.zfssa_lun).
  returned: when C(luns) is in O(gather_subset)
  type: list
  elements: dict
filesystems:
  description: Filesystems, as the appliance gives them.
  returned: when C(filesystems) is in O(gather_subset)
  type: list
  elements: dict
snapshots:
  description: Snapshots, as the appliance gives them. The sample is an excerpt.
  returned: when C(snapshots) is in O(gather_subset)
  type: list
  elements: dict
  sample:
    - creation: 20261122T12:29:37
      href: /api/storage/v1/pools/tank/projects/databases/luns/redo-1/snapshots/before-upgrade
      name: before-upgrade
      numclones: 0
      pool: tank
      project: databases
      share: redo-1
      space_data: 16384
schema:
  description: Custom properties that are defined, as the appliance gives them.
  returned: when C(schema) is in O(gather_subset)
  type: list
  elements: dict
  sample:
    - description: Who answers for it
      href: /api/storage/v1/schema/owner
      property: owner
      type: String
initiators:
  description: iSCSI initiators, as the appliance gives them, without secrets.
  returned: when C(initiators) is in O(gather_subset)
  type: list
  elements: dict
initiator_groups:
  description: iSCSI initiator groups, as the appliance gives them.
  returned: when C(initiator_groups) is in O(gather_subset)
  type: list
  elements: dict
  sample:
    - href: /api/san/v1/iscsi/initiator-groups/db-hosts
      initiators:
        - iqn.1998-01.com.example:db1
      name: db-hosts
targets:
  description: iSCSI targets, as the appliance gives them, without secrets.
  returned: when C(targets) is in O(gather_subset)
  type: list
  elements: dict
  sample:
    - alias: db
      auth: none
      href: /api/san/v1/iscsi/targets/iqn.1986-03.com.sun:02:ef5f9a25-88f3-4b6c-8b02-31388497e008
      interfaces:
        - ixgbe0
      iqn: iqn.1986-03.com.sun:02:ef5f9a25-88f3-4b6c-8b02-31388497e008
      state: online
      targetchapuser: ''
target_groups:
  description: iSCSI target groups, as the appliance gives them.
  returned: when C(target_groups) is in O(gather_subset)
  type: list
  elements: dict
  sample:
    - href: /api/san/v1/iscsi/target-groups/db-targets
      name: db-targets
      targets:
        - iqn.1986-03.com.sun:02:ef5f9a25-88f3-4b6c-8b02-31388497e008
replication_targets:
  description: Peers that are registered as replication targets, as the appliance gives them.
  returned: when C(replication_targets) is in O(gather_subset)
  type: list
  elements: dict
  sample:
    - actions: 1
      address: 192.0.2.20:216
      asn: f936fb1c-6581-4c48-877b-dd41a38804c4
      auto_accept_cert: false
      host_match: true
      hostname: west
      href: /api/storage/v1/replication/targets/west
      label: west
      target: target-000
replication_sources:
  description: Appliances that replicate to this one, as the appliance gives them.
  returned: when C(replication_sources) is in O(gather_subset)
  type: list
  elements: dict
replication_actions:
  description: Replication actions, as in M(zfssa.storage.zfssa_replication).
  returned: when C(replication_actions) is in O(gather_subset)
  type: list
  elements: dict
replication_packages:
  description: Replication packages, as in M(zfssa.storage.zfssa_replication_package).
  returned: when C(replication_packages) is in O(gather_subset)
  type: list
  elements: dict
inherited_replication:
  description:
    - Whether the LUN that O(pool), O(project) and O(name) give takes part in the replication of its project; V(null) when
      there is no such LUN, or the appliance does not tell.
  returned: when C(inherited_replication) is in O(gather_subset)
  type: bool
  sample: true
config:
  description:
    - All subsets together, each item as the options of its module. The subsets themselves have the same form then.
  returned: when O(as_input=true)
  type: dict
  sample:
    initiator_groups:
      - initiators:
          - iqn.1998-01.com.example:db1
        name: db-hosts
    schema:
      - description: Who answers for it
        name: owner
        type: String
queried:
  description: The value of O(query).
  returned: when O(query) is given
  type: raw
  sample:
    - name: redo-1
      size: 10737418240
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

from ansible_collections.zfssa.storage.plugins.module_utils._module import run
from ansible_collections.zfssa.storage.plugins.module_utils._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.operations._info import (
    SUBSETS,
    plan_info,
)

SPEC = {
    "gather_subset": {
        "type": "list",
        "elements": "str",
        "choices": list(SUBSETS),
    },
    "pool": {"type": "str"},
    "project": {"type": "str"},
    "name": {"type": "str"},
    "as_input": {"type": "bool", "default": False},
    "query": {"type": "str"},
}
TASK = Task(spec=SPEC, plan=plan_info, results=(), diff=False)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
