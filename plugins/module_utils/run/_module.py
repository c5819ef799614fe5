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
import sys
from functools import partial
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

# Before all that an old Python cannot read.
from ansible_collections.zfssa.storage.plugins.module_utils.values import _python  # noqa: F401  # pylint: disable=unused-import

from ..client._client import HAS_REQUESTS, REQUESTS_IMPORT_ERROR, Client
from ..client._kept import UntilTold
from ..values._legible import legible
from ..values._mask import Mask
from ._perform import Clients, Mode, perform
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
        self.given: dict[str, Any] = {}
        self.mask = Mask(())
        self.told = False
        ordinary: Any = super()
        ordinary.__init__(**arguments)

    def fail_json(self, msg: str, **facts: Any) -> NoReturn:
        """Fail, and say more of options that are missing; Ansible's words may have in them what the user gave."""
        ordinary: Any = super()
        ordinary.fail_json(msg=legible(self.mask.text(explained_missing(msg))), **facts)
        raise AssertionError("a failure ends the module")

    def _load_params(self) -> None:
        ordinary: Any = super()
        ordinary._load_params()
        # Ansible makes texts of what the specification says is one.
        self.given = copy.deepcopy(self.params)
        self.mask = self._task.mask(self.params)
        self.no_log_values.update(self._task.secrets(self.params))

    def _shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.mask.result({"module_args": self._task.shown(self.params)})["module_args"]
        return shown

    def _log_invocation(self) -> None:
        # Into the log of the system, which more people read than may know what the task was given.
        given, self.params = self.params, self._shown()
        ordinary: Any = super()
        try:
            ordinary._log_invocation()
        finally:
            self.params = given

    def _return_formatted(self, kwargs: dict[str, Any]) -> None:
        # What Ansible reports as the invocation.
        self.params = self._shown()
        ordinary: Any = super()
        ordinary._return_formatted(self._task.masked(kwargs, self.mask))
        # Whether somebody listens shows only when it has left this process.
        sys.stdout.flush()
        self.told = True


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
    kept = UntilTold()
    try:
        _carry_out(task, module, partial(Client, keeper=kept) if task.own_client else Client)
    finally:
        if not module.told:
            kept.end()


def _carry_out(task: Task, module: _Module, clients: Clients) -> NoReturn:
    """Do what the task asks for, and tell it."""
    options = task.settled(module.given, module.params)
    module.mask = task.mask(options)
    mode = Mode(check=module.check_mode, diff=module._diff, verbosity=module._verbosity)
    result = perform(task, options, mode, clients, module.given, module.mask)
    for warning in result.pop("warnings", ()):
        module.warn(module.mask.text(warning))
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(1)
