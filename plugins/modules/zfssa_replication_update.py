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
      - Seconds, up to 31622400. When the last successful update is younger, nothing is sent and nothing has changed.
      - Compares the time of the update with the appliance's own clock where its answers have a C(Date), else with the clock of the
        host that runs the task. An update that seems to be in the future does not count as recent, so keep the clocks in step.
    type: int
  wait:
    description: Whether to wait for the end of the update; it must be successful then.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at the most, from 1 to 31622400. The update is not cancelled when they are over.
    type: int
    default: 3600
  poll_interval:
    description: Seconds between two looks at the most, from 1 to 3600; the first ones are closer together.
    type: int
    default: 10
seealso:
  - module: zfssa.storage.zfssa_replication
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

- name: Send an update and do something else meanwhile
  zfssa.storage.zfssa_replication_update:
    pool: tank
    project: databases
    lun: redo-1
    target: west
    wait: false

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
  description: The action after the task. In check mode, what only the appliance can know is V(null).
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
    schedules: {description: "V(null); they are not read.", type: list, elements: dict}
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
    max_bandwidth: 0
    use_ssl: true
    compression: true
    dedup: false
    schedules: null
    state: idle
    state_description: Idle (no update pending)
    last_result: success
    last_sync: '2026-11-22T19:18:12Z'
    last_try: '2026-11-22T19:18:12Z'
    bytes_sent: 16384
    estimated_size: 16384
    average_throughput: 1077107785
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
    message: 'the update of the replication of LUN tank/databases/redo-1 to west ended with: failed: connection to the
      target was lost'
    request: null
    steps_done:
      - send update of replication of LUN tank/databases/redo-1 to west
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._update import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
