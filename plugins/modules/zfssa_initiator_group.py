#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage groups of initiators."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_initiator_group
short_description: Manage initiator groups on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Makes groups of initiators to which LUNs are presented, changes their members, and removes them.
  - The last initiator of a group is not taken out while LUNs are presented to it.
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
  initiators:
    description:
      - Initiators that the appliance knows, in any order. Those of iSCSI are given by alias or by name, and RV(group) has their
        names. An empty list with O(membership=exact) leaves no member.
      - A group that is made without them has no member.
    type: list
    elements: str
  membership:
    description:
      - V(exact) makes O(initiators) all members that the group has.
      - V(add) adds them to those that it has, and makes the group when it does not exist. V(remove) takes them out. Both need
        O(initiators), and leave all other members alone.
      - The appliance accepts whole lists only. With V(add) and V(remove) the task checks after its write whether it has been
        overwritten meanwhile, and repeats it if so, so that tasks at the same time do not undo each other's work. That
        makes such a change half a second longer, and more where the appliance is slow.
    type: str
    choices: [exact, add, remove]
    default: exact
seealso:
  - module: zfssa.storage.zfssa_initiator
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
- name: Make a group of all hosts of a cluster
  zfssa.storage.zfssa_initiator_group:
    name: db-hosts
    initiators:
      - iqn.2020-01.com.example:db-1
      - iqn.2020-01.com.example:db-2

- name: Add a host and leave the others alone
  zfssa.storage.zfssa_initiator_group:
    name: db-hosts
    initiators: [iqn.2020-01.com.example:db-3]
    membership: add

- name: Take a host out
  zfssa.storage.zfssa_initiator_group:
    name: db-hosts
    initiators: [iqn.2020-01.com.example:db-1]
    membership: remove

- name: Make a group of Fibre Channel ports
  zfssa.storage.zfssa_initiator_group:
    name: esx-hosts
    protocol: fc
    initiators: [wwn.2100001B32000001, wwn.2100001B32000002]

- name: Remove the group, which no LUN may use
  zfssa.storage.zfssa_initiator_group:
    name: db-hosts
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
    initiators: {description: "Names of the members.", type: list, elements: str}
  sample:
    name: db-hosts
    protocol: iscsi
    initiators:
      - iqn.2020-01.com.example:db-1
      - iqn.2020-01.com.example:db-2
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
    message: initiator group db-hosts cannot be removed, because it is in use by LUN tank/databases/redo-1
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import INITIATOR_GROUP
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(INITIATOR_GROUP.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
