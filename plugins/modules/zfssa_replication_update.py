#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send and cancel replication updates."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_replication_update
short_description: Send or cancel an update of a replication action
version_added: 0.1.0
description:
  - Sends an update of a replication action and waits until it has arrived, or cancels the one that is running.
  - With O(state=sent), every run sends an update, unless O(max_age) says that a recent one will do. An update that is
    running already ends first, because it may lack the latest data.
options:
  state:
    description: Whether an update shall be sent, or the running one be cancelled.
    type: str
    choices: [sent, cancelled]
    default: sent
  id:
    description: The action. Otherwise O(pool), O(project), O(lun) and O(target) say which.
    type: str
  pool:
    description: Pool of what is sent.
    type: str
  project:
    description: Project of what is sent.
    type: str
  lun:
    description: LUN that is sent; the whole project when not given.
    type: str
  target:
    description: Label of the peer; its ASN or host name is understood as well.
    type: str
  target_pool:
    description: Pool of the peer that receives the data; needed when several actions go to one peer.
    type: str
  max_age:
    description:
      - Seconds. When the last successful update is younger, nothing is sent and nothing has changed.
      - Compares the clock of the appliance with that of the host that runs the task.
    type: int
  wait:
    description: Whether to wait for the end of the update; it must be successful then.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at the most. The update is not cancelled when they are over.
    type: int
    default: 3600
  poll_interval:
    description: Seconds between two looks at the most; the first ones are closer together.
    type: int
    default: 10
seealso:
  - module: zfssa.storage.zfssa_replication
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
- name: Send an update and wait for up to six hours
  zfssa.storage.zfssa_replication_update:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    wait_timeout: 21600

- name: Send an update unless the last one is younger than a quarter of an hour
  zfssa.storage.zfssa_replication_update:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    max_age: 900

- name: Cancel the update that is running
  zfssa.storage.zfssa_replication_update:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    state: cancelled
"""

RETURN = r"""
---
action:
  description:
    - The action after the task, as in M(zfssa.storage.zfssa_replication). In check mode, what only the appliance can know
      is V(null).
  returned: always
  type: dict
  sample:
    average_throughput: 1077107785
    bytes_sent: 16384
    compression: true
    continuous: false
    dedup: false
    enabled: true
    estimated_size: 16384
    id: e5839def-af97-467a-b4e9-ed540806e7b1
    include_snaps: true
    last_result: success
    last_sync: '2026-11-22T12:29:34Z'
    last_try: '2026-11-22T12:29:34Z'
    lun: redo-1
    max_bandwidth: 0
    pool: tank
    project: databases
    schedules: null
    state: idle
    state_description: Idle (no update pending)
    target: west
    target_pool: tank
    use_ssl: true
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
from ansible_collections.zfssa.storage.plugins.module_utils.operations._replication_update import (
    plan_update,
)

SPEC = {
    "state": {"type": "str", "choices": ["sent", "cancelled"], "default": "sent"},
    "id": {"type": "str"},
    "pool": {"type": "str"},
    "project": {"type": "str"},
    "lun": {"type": "str"},
    "target": {"type": "str"},
    "target_pool": {"type": "str"},
    "max_age": {"type": "int"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
    "poll_interval": {"type": "int", "default": 10},
}
RULES = {
    "required_one_of": [("id", "pool")],
    "mutually_exclusive": [("id", "pool")],
    "required_together": [("pool", "project", "target")],
}
TASK = Task(spec=SPEC, plan=plan_update, results=("action",), rules=RULES)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
