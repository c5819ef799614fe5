#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Open and end sessions."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_session
short_description: Open and end a session on an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Opens a session whose token other tasks can share, and ends it.
  - A task without a token opens a session of its own and closes it, so this module is never needed; it saves each of the
    other tasks two requests.
  - A session is no configuration of the appliance, so this module never reports a change. In check mode no session is
    opened, the token is V(null), and tasks that are given it log in for themselves.
  - Set C(no_log) to V(true) on the task that opens a session, because its result is a secret.
options:
  state:
    description: Whether to open a session (V(present)), or to end the one in O(session) (V(absent)).
    type: str
    choices: [present, absent]
    default: present
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
    support: none
    details: A session is no configuration, so there is no difference to show.
"""

EXAMPLES = r"""
---
- name: Work in one session
  module_defaults:
    group/zfssa.storage.zfssa:
      host: zs-east.example.com
  block:
    - name: Open a session
      zfssa.storage.zfssa_session:
        username: ansible
        password: "{{ zfssa_password }}"
      register: login
      no_log: true

    - name: Look at the pools
      zfssa.storage.zfssa_info:
        session: "{{ login.session.token }}"
        gather_subset: [pools]
  always:
    - name: End the session
      zfssa.storage.zfssa_session:
        session: "{{ login.session.token }}"
        state: absent
      when: login is success
"""

RETURN = r"""
---
session:
  description: The session; V(null) when it has ended.
  returned: always
  type: dict
  contains:
    token:
      description: The token, a secret; V(null) in check mode.
      type: str
    username:
      description: Whose session it is.
      type: str
    host:
      description: The appliance that it is on.
      type: str
  sample:
    token: CmPTpnR9vTBSTCpOCmvoRIqt
    username: ansible
    host: zs-east.example.com
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
from ansible_collections.zfssa.storage.plugins.module_utils.operations._session import (
    act_on_session,
    plan_session,
)

SPEC = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}
TASK = Task(spec=SPEC, plan=plan_session, act=act_on_session, results=("session",), diff=False, own_client=True)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
