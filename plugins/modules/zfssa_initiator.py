#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage iSCSI initiators."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_initiator
short_description: Manage iSCSI initiators on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Makes the appliance know an initiator of a host, changes its alias and its CHAP credentials, and removes it.
  - Only the properties that are given are compared and changed.
options:
  state:
    description: Whether the appliance knows the initiator. One that is a member of a group is not removed.
    type: str
    choices: [present, absent]
    default: present
  initiator:
    description:
      - Name of the initiator, as its host has it, such as V(iqn.2020-01.com.example:host-a). The forms V(eui.) with 16 and
        V(naa.) with 16 or 32 hexadecimal digits are possible, too.
      - Upper and lower case are the same in it. The appliance keeps the spelling that it has; the C(iqn.), C(eui.) or
        C(naa.) of a new one is written in lower case.
    type: str
    required: true
  alias:
    description: Name for people. An empty one removes it.
    type: str
  chap_user:
    description:
      - User by which the initiator proves who it is. An empty one removes it.
      - When it changes, O(chap_secret) is needed, and sent with it.
    type: str
  chap_secret:
    description:
      - Secret of O(chap_user), from 12 to 16 ASCII characters. An empty one removes it.
      - The appliance never shows it, so it cannot be compared. O(update_secret) says when it is sent.
    type: str
  update_secret:
    description:
      - When O(chap_secret) is sent. V(on_create) sends it when the initiator is made, and when O(chap_user) changes.
      - V(always) sends it with every task, each of which counts as a change.
    type: str
    choices: [always, on_create]
    default: on_create
seealso:
  - module: zfssa.storage.zfssa_initiator_group
  - module: zfssa.storage.zfssa_lun_mapping
  - module: zfssa.storage.zfssa_target
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
- name: Make the appliance know a host
  zfssa.storage.zfssa_initiator:
    initiator: iqn.2020-01.com.example:db-1
    alias: db-1

- name: Make the appliance know a host that proves who it is
  zfssa.storage.zfssa_initiator:
    initiator: iqn.2020-01.com.example:db-2
    alias: db-2
    chap_user: db-2
    chap_secret: "{{ vault_db_2_secret }}"

- name: Give the host a new secret
  zfssa.storage.zfssa_initiator:
    initiator: iqn.2020-01.com.example:db-2
    chap_user: db-2
    chap_secret: "{{ vault_db_2_new_secret }}"
    update_secret: always

- name: Forget the host, which must be in no group
  zfssa.storage.zfssa_initiator:
    initiator: iqn.2020-01.com.example:db-1
    state: absent
"""

RETURN = r"""
---
initiator:
  description: The initiator after the task, V(null) when the appliance does not know it.
  returned: always
  type: dict
  contains:
    initiator: {description: "Name of the initiator.", type: str}
    alias: {description: "Name for people; empty when it has none.", type: str}
    chap_user: {description: "User by which it proves who it is; empty when it has none.", type: str}
  sample:
    initiator: iqn.2020-01.com.example:db-2
    alias: db-2
    chap_user: db-2
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
    message: initiator iqn.2020-01.com.example:db-1 is a member of initiator group db-hosts
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import INITIATOR
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(INITIATOR.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
