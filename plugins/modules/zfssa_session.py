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
  - A task without a token opens a session of its own and closes it, so this module is optional; it saves each of the
    other tasks two requests.
  - A session is no configuration of the appliance, so this module never reports a change. In check mode no session is
    opened and the token is V(null). A task that is given no token logs in for itself, with the credentials that are given
    to it or stand in the environment.
  - A login whose answer is lost is tried up to three times. The task cannot end a session whose token did not arrive;
    it ends by itself when it has not been used for the time that the user's preferences on the appliance say.
  - The end of a session whose answer is lost, or that the appliance is too busy for, is tried again. A session
    that has ended by then counts as ended.
  - Set O(ignore:no_log=true) on the task that opens a session, because its result is a secret.
options:
  state:
    description: Whether to open a session (V(present)), or to end the one in O(session) (V(absent)).
    type: str
    choices: [present, absent]
    default: present
  keep:
    description:
      - Whether the session that is opened stays open when the run of Ansible ends, for another run that gets its token.
      - Without it, a session that no task has ended is ended with the run, also when it fails, is interrupted (SIGINT, SIGTERM,
        SIGHUP), or ends by C(end_play). See the page on account and sessions for what cannot be helped.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_info
  - module: zfssa.storage.zfssa_rest
  - name: Account and sessions
    link: https://github.com/zfssa-storage/zfssa.storage/blob/main/docs/appliance.md
    description: What the account needs, and how long sessions live.
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
extends_documentation_fragment:
  - zfssa.storage.connection
  - zfssa.storage.connection.attributes
attributes:
  check_mode:
    support: full
    details: No session is opened or ended, which counts as no change in a real run either.
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
      username: ansible
      password: "{{ vault_zfssa_password }}"
  block:
    - name: Open a session
      zfssa.storage.zfssa_session:
        state: present
      register: login
      no_log: true

    # In check mode there is no token, and the task logs in for itself.
    - name: Look at the pools
      zfssa.storage.zfssa_info:
        session: "{{ login.session.token | default(omit, true) }}"
        gather_subset: [pools]
  always:
    - name: End the session
      zfssa.storage.zfssa_session:
        session: "{{ login.session.token }}"
        state: absent
      when: login.session.token | default('', true) | length > 0
"""

RETURN = r"""
---
session:
  description: The session; V(null) when it has ended.
  returned: always
  type: dict
  contains:
    token: {description: "The token, a secret; V(null) in check mode.", type: str}
    username: {description: "Whose session it is.", type: str}
    host: {description: "The appliance that it is on.", type: str}
  sample:
    token: CmPTpnR9vTBSTCpOCmvoRIqt
    username: ansible
    host: zs-east.example.com
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
    status: 401
    fault: ERR_UNAUTHORIZED
    message: 'https://zs-east.example.com:215 refuses the login of user ''ansible'': this user is not authorized to
      execute command (authentication failed)'
    request: POST /api/access/v1
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.run._session import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
