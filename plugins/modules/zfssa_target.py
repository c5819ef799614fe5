#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage iSCSI targets."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_target
short_description: Manage iSCSI targets on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Makes, changes and removes the iSCSI targets by which hosts reach the LUNs of the appliance.
  - Only the properties that are given are compared and changed.
options:
  state:
    description: Whether the target exists. One that is a member of a target group is not removed.
    type: str
    choices: [present, absent]
    default: present
  alias:
    description: Name for people, by which the target is found.
    type: str
    required: true
    aliases: [name]
  iqn:
    description: Name by which hosts know the target. The appliance makes one when none is given. Fixed at creation.
    type: str
  interfaces:
    description:
      - Network interfaces at which the target can be reached. An empty list, and none given at creation, stands for all of
        them. The order does not matter.
    type: list
    elements: str
  auth:
    description:
      - Whether initiators must prove who they are. Where that is not so yet, V(chap) needs O(chap_secret), and O(chap_user)
        when the target has no user yet.
    type: str
    choices: [none, chap]
  chap_user:
    description:
      - User by which the target proves who it is. An empty one removes it.
      - When it changes, or O(auth) does, O(chap_secret) is sent with it.
    type: str
  chap_secret:
    description:
      - Secret of O(chap_user), from 12 to 16 ASCII characters. An empty one removes it.
      - The appliance never shows it, so it cannot be compared. O(update_secret) says when it is sent.
    type: str
  update_secret:
    description:
      - When O(chap_secret) is sent. V(on_create) sends it when the target is made, and when O(chap_user) or O(auth) changes.
      - V(always) sends it with every task, each of which counts as a change.
    type: str
    choices: [always, on_create]
    default: on_create
seealso:
  - module: zfssa.storage.zfssa_target_group
  - module: zfssa.storage.zfssa_initiator
  - module: zfssa.storage.zfssa_service
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
- name: Make a target on two interfaces
  zfssa.storage.zfssa_target:
    alias: db-target
    interfaces: [ixgbe0, ixgbe1]
  register: made

- name: Show the name that hosts need
  ansible.builtin.debug:
    var: made.target.iqn

- name: Let only those in who can prove who they are
  zfssa.storage.zfssa_target:
    alias: db-target
    auth: chap
    chap_user: db-target
    chap_secret: "{{ vault_target_secret }}"

- name: Offer the target on all interfaces
  zfssa.storage.zfssa_target:
    alias: db-target
    interfaces: []

- name: Remove the target, which must be in no group
  zfssa.storage.zfssa_target:
    alias: db-target
    state: absent
"""

RETURN = r"""
---
target:
  description: The target after the task, V(null) when it does not exist.
  returned: always
  type: dict
  contains:
    alias: {description: "Name for people.", type: str}
    iqn: {description: "Name for hosts; in check mode V(null) when the appliance is to choose it.", type: str}
    interfaces:
      description: >-
        Network interfaces at which it can be reached; empty for all of them.
      type: list
      elements: str
    auth: {description: "Whether initiators must prove who they are, V(none) or V(chap).", type: str}
    chap_user: {description: "User by which it proves who it is; empty when it has none.", type: str}
    state: {description: "Whether it serves, V(online) or V(offline).", type: str}
  sample:
    alias: db-target
    iqn: iqn.1986-03.com.sun:02:9cce12d5-0bbb-4ca2-95f9-be231426f0fb
    interfaces:
      - ixgbe0
      - ixgbe1
    auth: none
    chap_user: ''
    state: online
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
    message: target db-target is a member of target group db-targets
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import TARGET
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(TARGET.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
