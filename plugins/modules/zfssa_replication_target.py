#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage replication targets."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_replication_target
short_description: Manage the peers that an Oracle ZFS Storage Appliance replicates to
version_added: 0.1.0
description:
  - Registers another appliance as a replication target, changes its address, and removes it.
  - M(zfssa.storage.zfssa_replication) refers to a target by its O(label). To replicate in both directions, register each
    appliance on the other one.
options:
  state:
    description:
      - Whether the peer is registered. One that replication actions use is not removed.
    type: str
    choices: [present, absent]
    default: present
  label:
    description: Name under which the peer is registered.
    type: str
    required: true
    aliases: [name]
  hostname:
    description:
      - Host name or address of the peer's replication service. Needed to register it.
      - A peer that has got another name or address is given the new one here. It must be the same appliance; what its actions
        have sent to one appliance cannot go on to another.
    type: str
  root_password:
    description:
      - Password of the user V(root) of the peer. Needed to register it, and not used afterwards.
    type: str
  host_match:
    description:
      - Whether the certificate of the peer must bear O(hostname). Needs OS8.8.
    type: bool
  auto_accept_cert:
    description:
      - Whether the certificate of the peer is trusted without a check. Needs OS8.8.
    type: bool
seealso:
  - module: zfssa.storage.zfssa_replication
  - module: zfssa.storage.zfssa_replication_package
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
- name: Register the appliance in the other data centre
  zfssa.storage.zfssa_replication_target:
    label: west
    hostname: zs-west.example.com
    root_password: "{{ vault_west_root }}"

- name: Accept its certificate though it is not signed by a known authority
  zfssa.storage.zfssa_replication_target:
    label: west
    auto_accept_cert: true

- name: Let replication take another network
  zfssa.storage.zfssa_replication_target:
    label: west
    hostname: zs-west-repl.example.com

- name: Remove it
  zfssa.storage.zfssa_replication_target:
    label: west
    state: absent
"""

RETURN = r"""
---
target:
  description:
    - The target after the task, V(null) when it is not registered. In check mode, what only the appliance can know is
      V(null).
  returned: always
  type: dict
  contains:
    label: {description: "Name under which the peer is registered.", type: str}
    hostname: {description: "Its host name or address, as it was given.", type: str}
    address: {description: "Its address and port.", type: str}
    asn: {description: "Its serial number, by which appliances know each other.", type: str}
    actions: {description: "Number of replication actions that send to it.", type: int}
    host_match: {description: "Whether its certificate must bear its name; V(null) before OS8.8.", type: bool}
    auto_accept_cert:
      description: >-
        Whether its certificate is trusted without a check; V(null) before OS8.8.
      type: bool
  sample:
    label: west
    hostname: zs-west.example.com
    address: 192.0.2.20:216
    asn: f936fb1c-6581-4c48-877b-dd41a38804c4
    actions: 0
    host_match: true
    auto_accept_cert: false
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
    message: replication target west has 1 action, of LUN tank/databases/redo-1
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._target import PEERS
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(PEERS.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
