# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the collection's modules inside the controller's own process, where the task is a local one.

meta/runtime.yml routes every module here. A task on the controller itself then needs no new Python process, and the items
of a loop share one connection and one session. All other tasks - on another host, as another user, in the background -
go the ordinary way. The result is the same: both ways end in `perform()`.

Every module has a file of its name beside this one. Ansible looks for it when it comes to a task, before it starts the
worker: all that is imported here is there already in each worker, and not read and compiled for every single task.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
from collections.abc import Iterator, Mapping
from functools import partial
from multiprocessing.util import Finalize
from types import FrameType
from typing import Any, NoReturn

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as OrdinaryAction

from ansible_collections.zfssa.storage.plugins.module_utils._client import HAS_REQUESTS, Client, Connection
from ansible_collections.zfssa.storage.plugins.module_utils._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils._task import Task

_MODULES = "ansible_collections.zfssa.storage.plugins.modules"
_HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
_SIGNALS = (signal.SIGTERM, signal.SIGINT)

# The clients of the task that this worker process runs; a worker has one task, and the parent none.
_clients: dict[Connection, Client] = {}


class ActionModule(OrdinaryAction):
    """One task of any module of the collection."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Run the module here if the task allows it, else where and how Ansible would."""
        if not self._is_here():
            ordinary: Any = super()
            return dict(ordinary.run(tmp, task_vars))
        result = dict(ActionBase.run(self, tmp, task_vars))
        self._close_clients_with_the_task()
        with _surroundings(self._environment()), _closing_on_signals():
            return {**result, **self._perform(_reports_invocation(task_vars))}

    def _is_here(self) -> bool:
        """Whether the module would run on the controller, as this user, and not in the background."""
        return bool(
            HAS_REQUESTS
            and self._connection.transport in ("local", "ansible.builtin.local")
            and self._connection.become is None
            and not self._task.async_val
        )

    def _environment(self) -> dict[str, str]:
        """The variables that the task's `environment` sets."""
        variables: dict[str, Any] = {}
        action: Any = super()
        action._compute_environment_string(variables)
        return {name: str(value) for name, value in variables.items()}

    def _close_clients_with_the_task(self) -> None:
        """Log out when the executor closes the task's connection, which it does once, after the last item of a loop."""
        connection = self._connection
        # An unconnected one would be replaced with every item.
        connection._connect()
        if "close" not in vars(connection):
            vars(connection)["close"] = partial(_close_clients, connection.close)

    def _perform(self, with_invocation: bool) -> dict[str, Any]:
        name = self._task.action.rpartition(".")[2]
        task: Task = importlib.import_module(f"{_MODULES}.{name}").TASK
        spec = task.argument_spec()
        # Values get the form in which a module gets them: plain, whatever Ansible has attached to them.
        arguments = json.loads(json.dumps(self._task.args, default=str))
        outcome = ModuleArgumentSpecValidator(spec, **dict(task.rules or {})).validate(arguments)
        options = outcome.validated_parameters
        if outcome.error_messages:
            message = outcome.errors.msg
            if isinstance(outcome.errors[0], UnsupportedError):
                message = f"Unsupported parameters for ({self._task.action}) module: {message}"
            result: dict[str, Any] = {"failed": True, "msg": message}
        else:
            mode = Mode(self._task.check_mode, self._task.diff, self._display.verbosity)
            result = perform(task, options, mode, Client if task.own_client else _kept)
        if with_invocation:
            result["invocation"] = {"module_args": _shown(spec, options)}
        secrets = {str(options[option]) for option in _secret(spec) if options.get(option)}
        plain: dict[str, Any] = json.loads(json.dumps(remove_values(result, secrets)))
        return plain


def _reports_invocation(variables: Any) -> bool:
    """Whether modules report their options; before ansible-core 2.21 they always do."""
    try:
        return bool(C.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:
        return True


def _secret(spec: Mapping[str, Any]) -> list[str]:
    return [option for option, rules in spec.items() if rules.get("no_log")]


def _shown(spec: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options as a module reports them."""
    return {**options, **{option: _HIDDEN for option in _secret(spec) if options.get(option) is not None}}


@contextlib.contextmanager
def _kept(connection: Connection) -> Iterator[Client]:
    """A client that lives as long as the task: the next item of a loop goes on with its session."""
    if connection not in _clients:
        if not _clients:
            # Should nobody close the task's connection, the worker's end does it.
            Finalize(None, _close_clients, exitpriority=1)
        _clients[connection] = Client(connection)
    yield _clients[connection]


def _close_clients(then: Any = None) -> None:
    """Log out of every appliance, then go on with what else is to be closed."""
    while _clients:
        _clients.popitem()[1].close()
    if then is not None:
        then()


@contextlib.contextmanager
def _surroundings(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a time, as they are set for a module's process."""
    # Only those are put back: to write the whole environment anew costs more than all else that is done for an item here.
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Ended(BaseException):
    """A signal to end came."""


@contextlib.contextmanager
def _closing_on_signals() -> Iterator[None]:
    """Log out before the worker obeys a signal to end."""

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        raise _Ended(number)

    before = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    except _Ended as ended:
        _close_clients()
        os.kill(os.getpid(), ended.args[0])
        raise
