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
  - Enables and disables services of the appliance, such as V(iscsi) and V(replication), and sets their properties.
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
    description:
      - Properties of the service under the appliance's own names. Those that are not given stay as they are, and one that the
        service does not have is refused.
      - A value is taken in the form of the one that is there, so that V("2222") is the number and V("yes") the flag that a
        template meant. What no appliance takes, such as the port V(70000), is refused.
      - For a text, what YAML takes for a number with a point or for a flag (V(1.10), V(no)) is refused, unless the text
        that is there is a flag itself, such as C(on); put it in quotes.
      - A property whose name says that it is a secret, such as C(proxy_password), is shown in no result. Where the appliance
        shows asterisks in its place, it cannot be compared, and what is given is not sent. To change it, give an
        empty one first, or use M(zfssa.storage.zfssa_rest).
    type: dict
seealso:
  - module: zfssa.storage.zfssa_info
  - module: zfssa.storage.zfssa_rest
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
  description: The service after the task.
  returned: always
  type: dict
  contains:
    name: {description: "Name.", type: str}
    status:
      description: >-
        V(online) when it is enabled and healthy, else V(offline), V(disabled) or V(maintenance).
      type: str
    properties: {description: "Its properties under the appliance's own names, of which each service has others.", type: dict}
  sample:
    name: replication
    status: online
    properties:
      enable_start_finish_alerts: false
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
    message: service replication has no property start_alerts
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.service._operations import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
