#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage who sees a LUN."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_lun_mapping
short_description: Attach a LUN of an Oracle ZFS Storage Appliance to hosts, and detach it
version_added: 0.1.0
description:
  - Presents a LUN to some hosts, or hides it from them. Other hosts keep or lack the LUN as before, also when several tasks map
    one LUN at the same time. Where the whole list of hosts is to be set, use O(zfssa.storage.zfssa_lun#module:initiator_groups).
  - Returns what a host needs to log in.
  - A LUN is presented to initiator groups. Hosts that are given by their initiators are found in their groups; none is made
    silently.
options:
  state:
    description:
      - With V(present) the LUN is presented to the hosts, with V(absent) it is hidden from them. A LUN of which nobody is left
        is hidden from all.
      - Both are refused for a LUN that is presented to every initiator, by the group V(default), because nobody can be added to
        that or taken out of it.
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
  lun:
    description: Name of the LUN.
    type: str
    required: true
  initiators:
    description:
      - Names, such as IQNs, or aliases of the initiators of the hosts. Either this or O(initiator_groups) is needed.
      - The LUN is presented to the group that holds the initiator, and so to all initiators of that group. When several hold it,
        the one is taken that sees the LUN already, or in which there is nobody else; otherwise the task is refused.
      - With O(state=absent), a group in which there are others as well is not taken from the LUN.
    type: list
    elements: str
  initiator_groups:
    description: Initiator groups of the hosts. V(default) is every initiator, and stands alone.
    type: list
    elements: str
  target_group:
    description:
      - Target group through which the LUN is presented. When not given, it stays as it is.
      - A LUN that other hosts see already keeps the one that it has; another one is refused.
    type: str
notes:
  - A change is looked at again after a moment, so that it takes half a second longer than the appliance needs.
  - Software 2013.1 presents a LUN to one initiator group only.
seealso:
  - module: zfssa.storage.zfssa_lun
  - module: zfssa.storage.zfssa_initiator_group
  - module: zfssa.storage.zfssa_target_group
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
- name: Attach a LUN to a host
  zfssa.storage.zfssa_lun_mapping:
    pool: tank
    project: databases
    lun: redo-1
    initiators: [iqn.1998-01.com.example:db1]
  register: attached

- name: Log in from the host
  community.general.open_iscsi:
    portal: "{{ attached.connection.portals[0] | split(':') | first }}"
    target: "{{ attached.connection.targets[0] }}"
    login: true
  delegate_to: db1.example.com

- name: Attach a LUN to all hosts of a cluster, through a target group
  zfssa.storage.zfssa_lun_mapping:
    pool: tank
    project: databases
    lun: data-1
    initiator_groups: [db-hosts]
    target_group: db-targets

- name: Detach a LUN from one of the groups that see it
  zfssa.storage.zfssa_lun_mapping:
    pool: tank
    project: databases
    lun: data-1
    initiator_groups: [db-hosts]
    state: absent
"""

RETURN = r"""
---
connection:
  description:
    - How the hosts reach the LUN; V(null) when they do not see it. In check mode, LU numbers that the appliance has yet to
      choose are V(null).
    - C(initiators) and C(initiator_groups) are those of the hosts that the task is about, and C(lu_numbers) has the LU number
      for each of these groups.
    - C(targets) are the IQNs of the targets that are online, and C(portals) where they are. C(auth) is V(chap) when one of them
      asks for CHAP, and C(chap_user) is what the initiators are known by, V(null) when they have none or several.
    - For hosts on Fibre Channel and SRP, C(targets) and C(portals) mean nothing.
  returned: always
  type: dict
  sample:
    auth: chap
    chap_user: db1
    initiator_groups:
      - db-hosts
    initiators:
      - iqn.1998-01.com.example:db1
    lu_numbers:
      db-hosts: 0
    lun:
      guid: 600144F0CCB95A1335E4B53DBFD0C2DC
      name: redo-1
      pool: tank
      project: databases
      size: 10737418240
    portals:
      - 192.0.2.10:3260
    target_group: db-targets
    targets:
      - iqn.1986-03.com.sun:02:ef5f9a25-88f3-4b6c-8b02-31388497e008
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
from ansible_collections.zfssa.storage.plugins.module_utils.operations._mapping import act_on_mapping, plan_mapping

SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "lun": {"type": "str", "required": True},
    "initiators": {"type": "list", "elements": "str"},
    "initiator_groups": {"type": "list", "elements": "str"},
    "target_group": {"type": "str"},
}
RULES = {
    "mutually_exclusive": [("initiators", "initiator_groups")],
    "required_one_of": [("initiators", "initiator_groups")],
}
TASK = Task(spec=SPEC, plan=plan_mapping, results=("connection",), act=act_on_mapping, rules=RULES)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
