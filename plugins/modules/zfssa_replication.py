#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage replication actions."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_replication
short_description: Manage replication actions on the source Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Creates, changes and removes replication actions. An action sends a LUN or a whole project to a peer, which must be
    registered as a replication target.
  - An action is known by what it sends where. It sends nothing before M(zfssa.storage.zfssa_replication_update) is run, or
    O(continuous=true).
options:
  state:
    description:
      - Whether the action exists. Removing it leaves what it has sent on the peer.
    type: str
    choices: [present, absent]
    default: present
  pool:
    description:
      - Pool of what is sent. It must be there, with O(state=absent) too, and in a cluster it must belong to the node that O(host) names.
    type: str
    required: true
  project:
    description: Project of what is sent.
    type: str
    required: true
  lun:
    description: LUN that is sent; the whole project when not given.
    type: str
  target:
    description:
      - Label of the peer. Its ASN or host name is understood as well.
      - May be left out when only O(inherited) is to be set.
    type: str
  target_pool:
    description: Pool of the peer that receives the data. Needed to create an action, and when several go to one peer.
    type: str
  inherited:
    description:
      - Whether O(lun) takes part in the replication of its project. It must not when it has an action of its own.
    type: bool
  enabled:
    description: Whether the action may send updates.
    type: bool
  continuous:
    description: Whether the appliance sends updates one after the other by itself.
    type: bool
  include_snaps:
    description: Whether the snapshots are sent too.
    type: bool
  max_bandwidth:
    description: Bytes per second that an update may take at the most, such as V(100M); V(0) for no limit.
    type: str
  use_ssl:
    description: Whether the data is encrypted on its way.
    type: bool
  compression:
    description: Whether the data is compressed on its way.
    type: bool
  dedup:
    description: Whether equal blocks are sent once.
    type: bool
  schedules:
    description:
      - When the appliance sends updates by itself. These are all schedules that the action shall have; an empty list is none,
        and when it is not given they stay as they are.
      - An action with O(continuous=true) has no schedules. Times are in UTC.
    type: list
    elements: dict
    suboptions:
      frequency:
        description: How often an update is sent.
        type: str
        choices: [5min, halfhour, hour, day, week, month]
        required: true
      day:
        description:
          - Day of the week, such as V(Monday), for the frequency V(week), or of the month, from V(1) to V(31), for V(month).
            Needed there, and not possible for the others.
        type: str
      hour:
        description: Hour, from V(0) to V(23), for the frequencies V(day), V(week) and V(month). V(0) when not given.
        type: int
      minute:
        description:
          - Minute, from V(0) to V(59), for V(halfhour) to V(29). V(0) when not given, and not possible for V(5min).
        type: int
seealso:
  - module: zfssa.storage.zfssa_replication_target
  - module: zfssa.storage.zfssa_replication_update
  - module: zfssa.storage.zfssa_replication_package
  - module: zfssa.storage.zfssa_info
  - name: Migration
    link: https://github.com/zfssa-storage/zfssa.storage/blob/main/docs/migration.md
    description: What the role migrate_lun makes of replication.
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
- name: Replicate a LUN to the appliance that is registered as west
  zfssa.storage.zfssa_replication:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    target_pool: tank
    inherited: false

- name: Limit its bandwidth
  zfssa.storage.zfssa_replication:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    max_bandwidth: 100M

- name: Send an update every hour, and one each Sunday night
  zfssa.storage.zfssa_replication:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    schedules:
      - frequency: hour
      - frequency: week
        day: Sunday
        hour: 23
        minute: 30

- name: Send updates only when told to
  zfssa.storage.zfssa_replication:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    schedules: []

- name: Stop to replicate
  zfssa.storage.zfssa_replication:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    state: absent
"""

RETURN = r"""
---
action:
  description:
    - The action after the task, V(null) when it does not exist or no O(target) was given. In check mode, what only the
      appliance can know is V(null).
  returned: always
  type: dict
  contains:
    id: {description: "Identifier, which the package at the target has as well.", type: str}
    pool: {description: "Pool of what is sent.", type: str}
    project: {description: "Project of what is sent.", type: str}
    lun: {description: "LUN that is sent; V(null) for the whole project.", type: str}
    target: {description: "Label of the peer.", type: str}
    target_pool: {description: "Pool of the peer that receives the data.", type: str}
    enabled: {description: "Whether it may send updates.", type: bool}
    continuous: {description: "Whether updates are sent one after the other.", type: bool}
    include_snaps: {description: "Whether snapshots are sent too.", type: bool}
    max_bandwidth: {description: "Bytes per second that an update may take at the most; V(0) for no limit.", type: int}
    use_ssl: {description: "Whether the data is encrypted on its way.", type: bool}
    compression: {description: "Whether the data is compressed on its way.", type: bool}
    dedup: {description: "Whether equal blocks are sent once.", type: bool}
    schedules:
      description: When updates are sent by themselves; V(null) unless O(schedules) was given, because they are read only then.
      type: list
      elements: dict
      contains:
        frequency: {description: "How often.", type: str}
        day: {description: "Day of the week by name, or of the month by number; V(null) where there is none.", type: raw}
        hour: {description: "Hour in UTC; V(null) where there is none.", type: int}
        minute: {description: "Minute; V(null) where there is none.", type: int}
    state: {description: "What it does, such as V(idle) and V(sending).", type: str}
    state_description: {description: "The same for people.", type: str}
    last_result: {description: "How the last update ended, such as V(success); V(null) before the first.", type: str}
    last_sync: {description: "When the last successful update ended, in UTC.", type: str}
    last_try: {description: "When the last update ended, in UTC.", type: str}
    bytes_sent: {description: "Bytes that the last update has sent; V(null) if not reported.", type: int}
    estimated_size: {description: "Bytes that it has to send altogether; V(null) if not reported.", type: int}
    average_throughput: {description: "Bytes per second of the last update; V(null) if not reported.", type: int}
  sample:
    id: ef5f9a25-88f3-4b6c-8b02-31388497e008
    pool: tank
    project: databases
    lun: redo-1
    target: west
    target_pool: tank
    enabled: true
    continuous: false
    include_snaps: true
    max_bandwidth: 104857600
    use_ssl: true
    compression: true
    dedup: false
    schedules:
      - frequency: hour
        day: null
        hour: null
        minute: 0
      - frequency: week
        day: Sunday
        hour: 23
        minute: 30
    state: idle
    state_description: Idle (no update pending)
    last_result: null
    last_sync: null
    last_try: null
    bytes_sent: 0
    estimated_size: 0
    average_throughput: 0
inherited:
  description: Whether the LUN takes part in the replication of its project; V(null) unless O(inherited) was given.
  returned: always
  type: bool
  sample: false
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
    message: LUN tank/databases/redo-1 does not exist
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._action_kind import REPLICATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(REPLICATION.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
