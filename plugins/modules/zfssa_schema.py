#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage custom properties."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_schema
short_description: Manage custom properties on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Defines, describes and removes the custom properties of the appliance's schema. Projects, LUNs and filesystems can then
    have values of them.
options:
  state:
    description: Whether the custom property is defined.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the custom property, with or without the C(custom:) that the appliance puts in front.
    type: str
    required: true
  type:
    description: Type of its values, fixed when it is defined; V(String) when not given then.
    type: str
    choices: [String, Integer, PositiveInteger, Boolean, EmailAddress, Host]
  description:
    description: What it is for.
    type: str
  force:
    description:
      - With O(state=absent), permits that values are lost. Without it a custom property of which a project, LUN or filesystem
        has a value is not removed.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_project
    description: Sets values with its option O(zfssa.storage.zfssa_project#module:custom).
  - module: zfssa.storage.zfssa_lun
    description: Sets values with its option O(zfssa.storage.zfssa_lun#module:custom).
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
- name: Define a custom property
  zfssa.storage.zfssa_schema:
    name: cost_center
    type: PositiveInteger
    description: Who pays for it

- name: Set it on a LUN
  zfssa.storage.zfssa_lun:
    pool: tank
    project: databases
    name: redo-1
    custom:
      cost_center: 4711

- name: Remove it with all its values
  zfssa.storage.zfssa_schema:
    name: cost_center
    state: absent
    force: true
"""

RETURN = r"""
---
property:
  description: The custom property after the task, V(null) when it does not exist.
  returned: always
  type: dict
  contains:
    name: {description: "Name, without C(custom:).", type: str}
    type: {description: "Type of its values.", type: str}
    description: {description: "What it is for.", type: str}
  sample:
    name: cost_center
    type: PositiveInteger
    description: Who pays for it
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
    message: 'type of custom property cost_center is ''String'' and cannot become ''Integer'': it is fixed at creation'
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.schema._kind import SCHEMA
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(SCHEMA.operation())


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
