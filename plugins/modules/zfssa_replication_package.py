#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage replication packages."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_replication_package
short_description: Manage replication packages on the target Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Severs, reverses, clones, enables, disables and destroys replication packages. A package is what a replication action of
    another appliance has sent here; it has the id of that action.
options:
  state:
    description:
      - V(present) sets O(enabled) on a package that must be there already.
      - V(absent) destroys the package with the data in it.
      - V(severed) cuts it from its action for good, and makes its content the local project O(project).
      - V(reversed) makes its content the local project O(project), too, and makes a replication action that sends that project
        back to where it came from, which must be registered here as a replication target. What was written on the old source
        since the last update is lost when the new action sends its first update.
      - V(cloned) makes the writable clone O(project) of the last whole update; the package stays, and goes on receiving. A
        package that has been cloned is destroyed with its clones.
    type: str
    choices: [present, absent, severed, reversed, cloned]
    default: present
  id:
    description: Id of the package, which is that of its action.
    type: str
    required: true
  source:
    description:
      - Name or ASN of the appliance that the package comes from. Saves requests on releases before OS8.8, which keep
        packages below their sources.
    type: str
  project:
    description:
      - With O(state=severed), O(state=reversed) and O(state=cloned), name of the new local project. There must be no other
        project of that name.
    type: str
  enabled:
    description: Whether the package accepts updates.
    type: bool
seealso:
  - module: zfssa.storage.zfssa_replication
  - module: zfssa.storage.zfssa_replication_update
  - module: zfssa.storage.zfssa_replication_target
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
- name: Make what has been received a local project
  zfssa.storage.zfssa_replication_package:
    host: zs-west.example.com
    id: 7d8f1c52-9a64-4e0c-8a44-3c6f0e1b2a90
    state: severed
    project: databases-copy

- name: Try out an upgrade on a copy while replication goes on
  zfssa.storage.zfssa_replication_package:
    host: zs-west.example.com
    id: 7d8f1c52-9a64-4e0c-8a44-3c6f0e1b2a90
    state: cloned
    project: databases-try

- name: Work at the other site from now on, and replicate back
  zfssa.storage.zfssa_replication_package:
    host: zs-west.example.com
    id: 7d8f1c52-9a64-4e0c-8a44-3c6f0e1b2a90
    state: reversed
    project: databases
  register: reversal

- name: Let the new action send, which some releases make disabled
  zfssa.storage.zfssa_replication:
    host: zs-west.example.com
    pool: "{{ reversal.action.pool }}"
    project: databases
    lun: "{{ reversal.action.lun or omit }}"
    target: "{{ reversal.action.target }}"
    enabled: true
    continuous: true

- name: Destroy what has been received
  zfssa.storage.zfssa_replication_package:
    host: zs-west.example.com
    id: 7d8f1c52-9a64-4e0c-8a44-3c6f0e1b2a90
    state: absent
"""

RETURN = r"""
---
package:
  description: The package after the task, V(null) when it does not exist, or does not any more.
  returned: always
  type: dict
  sample:
    enabled: true
    id: e5839def-af97-467a-b4e9-ed540806e7b1
    last_result: success
    last_sync: '2026-11-22T12:29:34Z'
    last_try: '2026-11-22T12:29:34Z'
    project: databases
    state: idle
    state_description: Idle (no update in progress)
action:
  description:
    - With O(state=reversed) the action that replicates back, as in M(zfssa.storage.zfssa_replication); V(null) otherwise. In
      check mode, what only the appliance can know is V(null).
  returned: always
  type: dict
  sample: null
project:
  description:
    - Name of the local project that the package became, or was cloned into; V(null) with O(state=present) and O(state=absent).
  returned: always
  type: str
  sample: databases-copy
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
from ansible_collections.zfssa.storage.plugins.module_utils.operations._replication_package import (
    plan_package,
)
from ansible_collections.zfssa.storage.plugins.module_utils.resources._replication import PACKAGE

SPEC = {
    "state": {
        "type": "str",
        "choices": ["present", "absent", "severed", "reversed", "cloned"],
        "default": "present",
    },
    "id": {"type": "str", "required": True},
    "source": {"type": "str"},
    "project": {"type": "str"},
    **PACKAGE.argument_spec(),
}
RULES = {"required_if": [("state", state, ["project"]) for state in ("severed", "reversed", "cloned")]}
TASK = Task(spec=SPEC, plan=plan_package, results=("package", "action", "project"), rules=RULES)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
