#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage services."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_service
short_description: Manage services of an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Enables and disables services of the appliance, such as C(iscsi) and C(replication), and sets their properties.
options:
  name:
    description: Name of the service, as the appliance has it.
    type: str
    required: true
  state:
    description: Whether the service runs. Left as it is when not given.
    type: str
    choices: [enabled, disabled]
  properties:
    description: Properties of the service under the appliance's own names. Those that are not given stay as they are.
    type: dict
seealso:
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
- name: Let the replication service run
  zfssa.storage.zfssa_service:
    name: replication
    state: enabled

- name: Switch the alerts for every update off
  zfssa.storage.zfssa_service:
    name: replication
    properties:
      enable_start_finish_alerts: false
"""

RETURN = r"""
---
service:
  description:
    - The service after the task. A service that is enabled and healthy has the status V(online); others are
      V(offline), V(disabled) and V(maintenance).
  returned: always
  type: dict
  sample:
    name: replication
    properties:
      enable_start_finish_alerts: true
    status: online
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
from ansible_collections.zfssa.storage.plugins.module_utils.operations._service import plan_service

SPEC = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["enabled", "disabled"]},
    "properties": {"type": "dict"},
}
TASK = Task(spec=SPEC, plan=plan_service, results=("service",))


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
