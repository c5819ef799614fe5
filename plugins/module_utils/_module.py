# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an ordinary module: options in, one engine, one exit.

A module is its documentation and a task; everything that modules have in common is here.
"""

from __future__ import annotations

import copy
import signal
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import remove_values

from . import _python  # noqa: F401 - before all that an old Python cannot read
from ._client import HAS_REQUESTS, REQUESTS_IMPORT_ERROR
from ._legible import legible
from ._perform import Mode, perform
from ._task import Task, explained_missing


class _Module(AnsibleModule):
    """A module that knows the secrets of its task before anything of its options is logged or reported.

    Args:
        task: what the module does.
        arguments: those of `AnsibleModule`.

    Attributes:
        given: its options as the user wrote them.
    """

    def __init__(self, task: Task, **arguments: Any) -> None:
        self._task = task
        ordinary: Any = super()
        ordinary.__init__(**arguments)

    def fail_json(self, msg: str, **facts: Any) -> NoReturn:
        """Fail, and say more of options that are missing; Ansible's words may have in them what the user gave."""
        ordinary: Any = super()
        ordinary.fail_json(msg=legible(remove_values(explained_missing(msg), self.no_log_values)), **facts)
        raise AssertionError("a failure ends the module")

    def _load_params(self) -> None:
        ordinary: Any = super()
        ordinary._load_params()
        # Ansible makes texts of what the specification says is one.
        self.given: dict[str, Any] = copy.deepcopy(self.params)
        self.no_log_values.update(self._task.secrets(self.params))


def run(task: Task) -> NoReturn:
    """Run a module from its options to its exit."""
    module = _Module(
        task,
        argument_spec=task.argument_spec(),
        supports_check_mode=True,
        **dict(task.rules or {}),
    )
    if not HAS_REQUESTS:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    # Whoever ends a task early, by a time limit for one, must not leave its session on the appliance.
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Who is to survive a signal goes on surviving it.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    mode = Mode(check=module.check_mode, diff=module._diff, verbosity=module._verbosity)
    result = perform(task, module.params, mode, given=module.given)
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    # What Ansible reports as the invocation.
    module.params = task.shown(module.params)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(1)
