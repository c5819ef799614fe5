#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage groups of targets."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_target_group
short_description: Manage target groups on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Makes groups of targets through which LUNs are presented, changes their members, and removes them.
  - The last target of a group is not taken out while LUNs use it, and a target can be in one group only.
options:
  state:
    description:
      - Whether the group exists. One that LUNs use is not removed.
      - While the other node of a cluster has pools, no group is removed or left without members, because this one does not see
        the LUNs in them.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the group. The groups that the appliance itself has, such as V(default), cannot be managed.
    type: str
    required: true
  protocol:
    description: Protocol of the group and its members.
    type: str
    choices: [iscsi, fc, srp]
    default: iscsi
  targets:
    description:
      - The targets, in any order. Those of iSCSI are given by alias or by IQN, and RV(group) has their IQNs.
      - An empty list with O(membership=exact) leaves no member. A group that is made without them has no member.
      - What O(membership=remove) is to take out need not exist any more.
    type: list
    elements: str
  membership:
    description:
      - V(exact) makes O(targets) all members that the group has.
      - V(add) adds them to those that it has, and makes the group when it does not exist. V(remove) takes them out. Both need
        O(targets), and leave all other members alone.
      - The appliance accepts whole lists only. With V(add) and V(remove) the task checks after its write whether it has been
        overwritten meanwhile, and repeats it if so, so that tasks at the same time do not undo each other's work. That
        makes such a change half a second longer, and more where the appliance is slow.
    type: str
    choices: [exact, add, remove]
    default: exact
seealso:
  - module: zfssa.storage.zfssa_target
  - module: zfssa.storage.zfssa_lun
  - module: zfssa.storage.zfssa_lun_mapping
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
- name: Make a group of two targets
  zfssa.storage.zfssa_target_group:
    name: db-targets
    targets: [db-target-1, db-target-2]

- name: Add a target by its IQN, and leave the others alone
  zfssa.storage.zfssa_target_group:
    name: db-targets
    targets: ["iqn.1986-03.com.sun:02:5c1c6ffa-40c5-4c43-b6ff-1e3f1d39a0f7"]
    membership: add

- name: Take a target out
  zfssa.storage.zfssa_target_group:
    name: db-targets
    targets: [db-target-1]
    membership: remove

- name: Make a group of Fibre Channel ports of the appliance
  zfssa.storage.zfssa_target_group:
    name: fc-ports
    protocol: fc
    targets: [wwn.2101001B32A11639]

- name: Remove the group, which no LUN may use
  zfssa.storage.zfssa_target_group:
    name: db-targets
    state: absent
"""

RETURN = r"""
---
group:
  description: The group after the task, V(null) when it does not exist.
  returned: always
  type: dict
  contains:
    name: {description: "Name.", type: str}
    protocol: {description: "Protocol of the group and its members.", type: str}
    targets: {description: "IQNs, or names on other protocols, of the members.", type: list, elements: str}
  sample:
    name: db-targets
    protocol: iscsi
    targets:
      - iqn.1986-03.com.sun:02:9cce12d5-0bbb-4ca2-95f9-be231426f0fb
      - iqn.1986-03.com.sun:02:ef5f9a25-88f3-4b6c-8b02-31388497e008
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
    message: target group db-targets cannot be removed, because it is in use by LUN tank/databases/redo-1
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import TARGET_GROUP
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(TARGET_GROUP.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
