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
  - A task of M(zfssa.storage.zfssa_lun) for the same LUN leaves O(zfssa.storage.zfssa_lun#module:initiator_groups) out, so that
    a new LUN is presented to nobody until it is mapped, and one that exists keeps its mappings. An empty list would hide the
    LUN from all hosts in every run.
  - A group in which the LUN has no LU number although it is online does not see it. That can happen after a sever or a reversal.
    The LUN is presented to it once more, and the task fails when that does not help.
  - A LUN is presented to initiator groups. Hosts that are given by their initiators are found in their groups; none is made
    silently.
options:
  state:
    description:
      - With V(present) the LUN is presented to the hosts, with V(absent) it is hidden from them. When no host is left,
        the LUN is hidden from all.
      - Both are refused for a LUN that is presented to every initiator, by the group V(default), because no host can be added to
        that or removed from it; O(all_hosts=true) hides it from all of them.
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
  lun:
    description: Name of the LUN.
    type: str
    required: true
  initiators:
    description:
      - Names, such as IQNs, or aliases of the initiators of the hosts. Either this or O(initiator_groups) is needed, unless
        O(all_hosts=true), and an empty list is refused, because it names no host.
      - The LUN is presented to the group that holds the initiator, and so to all initiators of that group. When several hold it,
        the one is taken that sees the LUN already, or in which there is nobody else; otherwise the task is refused.
      - With O(state=absent), a group in which there are others as well is not taken from the LUN. An alias must be one that an
        initiator has, because it may be mistyped; the name of an initiator that is no longer defined is possible.
      - Hosts may be in different groups. An initiator that is in none is refused with O(state=present).
    type: list
    elements: str
  initiator_groups:
    description: Initiator groups of the hosts. V(default) is every initiator, and cannot be combined with another group.
    type: list
    elements: str
  all_hosts:
    description:
      - With O(state=absent), hides the LUN from every host in one write, whoever sees it, the group V(default) and groups that no
        longer exist included. A host that another task attaches meanwhile is detached again.
      - V(true) is refused with O(state=present), and together with O(initiators) or O(initiator_groups).
    type: bool
  target_group:
    description:
      - Target group through which the LUN is presented. When not given, it stays as it is.
      - A LUN that other hosts see already keeps the one that it has; another one is refused.
    type: str
notes:
  - A change is looked at again after a moment, so that it takes half a second longer than the appliance needs.
  - Software 2013.1 presents a LUN to one initiator group only. To attach a second host there, add its initiator to that group with
    M(zfssa.storage.zfssa_initiator_group).
  - For a live migration the LUN is attached to the second host while the first one still has it. The two must see to it that only
    one of them writes; the appliance does not.
seealso:
  - module: zfssa.storage.zfssa_lun
  - module: zfssa.storage.zfssa_initiator
  - module: zfssa.storage.zfssa_initiator_group
  - module: zfssa.storage.zfssa_target
  - module: zfssa.storage.zfssa_target_group
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
- name: Make a LUN that nobody sees yet
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-2
    size: 10G

- name: Attach it to all hosts of a cluster; run again, neither task changes anything
  zfssa.storage.zfssa_lun_mapping:
    pool: tank
    project: databases
    lun: redo-2
    initiator_groups: [db-hosts]

- name: Attach a LUN to a host
  zfssa.storage.zfssa_lun_mapping:
    pool: tank
    project: databases
    lun: redo-1
    initiators: [iqn.2020-01.com.example:db-1]
  register: attached

- name: Log in from the host
  community.general.open_iscsi:
    portal: "{{ attached.connection.portals[0] | split(':') | first }}"
    target: "{{ attached.connection.targets[0] }}"
    login: true
  delegate_to: db-1.example.com

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

- name: Before a live migration, attach the disk of the guest to the new host as well
  zfssa.storage.zfssa_lun_mapping:
    pool: tank
    project: databases
    lun: guest-1
    initiators: [iqn.2020-01.com.example:kvm-2]
  register: arriving

- name: Show what the new host needs for its log-in
  ansible.builtin.debug:
    msg: "LU number {{ arriving.connection.hosts[0].lu_number }} at {{ arriving.connection.portals | join(', ') }}"

- name: After it, detach the disk from the old host; the new one goes on undisturbed
  zfssa.storage.zfssa_lun_mapping:
    pool: tank
    project: databases
    lun: guest-1
    initiators: [iqn.2020-01.com.example:kvm-1]
    state: absent

- name: Detach it from everybody, before it is destroyed
  zfssa.storage.zfssa_lun_mapping:
    pool: tank
    project: databases
    lun: guest-1
    all_hosts: true
    state: absent
"""

RETURN = r"""
---
connection:
  description:
    - How the hosts reach the LUN; V(null) when they do not see it.
    - For hosts on Fibre Channel and SRP, RV(connection.targets) and RV(connection.portals) are not meaningful.
  returned: always
  type: dict
  contains:
    lun:
      description: The LUN.
      type: dict
      contains:
        pool: {description: "Pool.", type: str}
        project: {description: "Project.", type: str}
        name: {description: "Name.", type: str}
        size: {description: "Size in bytes.", type: int}
        guid: {description: "GUID by which hosts recognise it.", type: str}
    initiators: {description: "Initiators that the task is about.", type: list, elements: str}
    initiator_groups: {description: "Initiator groups that the task is about.", type: list, elements: str}
    hosts:
      description: What differs from host to host, for each of these initiators. Secrets are told by no appliance.
      type: list
      elements: dict
      contains:
        initiator: {description: "Initiator.", type: str}
        lu_number:
          description: >-
            LU number by which it sees the LUN through these groups; V(null) where the appliance has yet to choose it, or it has
            several.
          type: int
        chap_user: {description: "CHAP user that the appliance knows it by; V(null) where it has none.", type: str}
    lu_numbers:
      description: >-
        LU number for each of these groups; V(null) in check mode where the appliance has yet to choose it.
      type: dict
    target_group: {description: "Target group through which the LUN is presented.", type: str}
    targets: {description: "IQNs of the targets of it that are online.", type: list, elements: str}
    portals: {description: "Where these are, as address and port.", type: list, elements: str}
    auth: {description: "V(chap) when one of these targets asks for CHAP, else V(none).", type: str}
    chap_user:
      description: >-
        CHAP user that the initiators are known by; V(null) when they have none, or several.
      type: str
    target_chap_user:
      description: >-
        CHAP user by which targets that ask for CHAP make themselves known; V(null) when there is none of these, or they have
        several.
      type: str
  sample:
    lun:
      pool: tank
      project: databases
      name: redo-1
      size: 1073741824
      guid: 600144F0CCB95A1335E4B53DBFD0C2DC
    initiators:
      - iqn.2020-01.com.example:db-1
    initiator_groups:
      - db-1
    hosts:
      - initiator: iqn.2020-01.com.example:db-1
        lu_number: 1
        chap_user: null
    lu_numbers:
      db-1: 1
    target_group: default
    targets:
      - iqn.1986-03.com.sun:02:9cce12d5-0bbb-4ca2-95f9-be231426f0fb
      - iqn.1986-03.com.sun:02:ef5f9a25-88f3-4b6c-8b02-31388497e008
    portals:
      - 192.0.2.10:3260
      - 192.0.2.11:3260
    auth: none
    chap_user: null
    target_chap_user: null
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
    message: LUN tank/databases/redo-1 is presented to every initiator, by the group default, which cannot be combined with another
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._mapping import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
