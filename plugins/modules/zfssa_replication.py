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
    description: Pool of what is sent.
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
    - C(schedules) is V(null) unless O(schedules) was given; they are read only then.
  returned: always
  type: dict
  sample:
    average_throughput: 0
    bytes_sent: 0
    compression: true
    continuous: false
    dedup: false
    enabled: true
    estimated_size: 0
    id: e5839def-af97-467a-b4e9-ed540806e7b1
    include_snaps: true
    last_result: null
    last_sync: null
    last_try: null
    lun: redo-1
    max_bandwidth: 0
    pool: tank
    project: databases
    schedules:
      - day: null
        frequency: hour
        hour: null
        minute: 0
      - day: Sunday
        frequency: week
        hour: 23
        minute: 30
    state: idle
    state_description: Idle (no update pending)
    target: west
    target_pool: tank
    use_ssl: true
inherited:
  description: Whether the LUN takes part in the replication of its project; V(null) unless O(inherited) was given.
  returned: always
  type: bool
  sample: false
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
from ansible_collections.zfssa.storage.plugins.module_utils.operations._replication import (
    plan_replication,
)
from ansible_collections.zfssa.storage.plugins.module_utils.operations._replication_schedules import (
    SPEC as SCHEDULES,
)
from ansible_collections.zfssa.storage.plugins.module_utils.resources._replication import ACTION

SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "lun": {"type": "str"},
    "target": {"type": "str"},
    "target_pool": {"type": "str"},
    "inherited": {"type": "bool"},
    **ACTION.argument_spec(),
    "schedules": SCHEDULES,
}
TASK = Task(spec=SPEC, plan=plan_replication, results=("action", "inherited"))


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
