# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an ordinary module: options in, one engine, one exit.

A module is its documentation and a task; everything that modules have in common is here.
"""

from __future__ import annotations

import signal
from typing import NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ._client import HAS_REQUESTS, REQUESTS_IMPORT_ERROR
from ._perform import Mode, perform
from ._task import Task


def run(task: Task) -> NoReturn:
    """Run a module from its options to its exit."""
    module = AnsibleModule(
        argument_spec=task.argument_spec(),
        supports_check_mode=True,
        **dict(task.rules or {}),
    )
    if not HAS_REQUESTS:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    # Whoever ends a task early, by a time limit for one, must not leave its session on the appliance.
    signal.signal(signal.SIGTERM, _end)
    mode = Mode(check=module.check_mode, diff=module._diff, verbosity=module._verbosity)
    result = perform(task, module.params, mode)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(1)
