# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the collection's modules inside the controller's own process, where the task is a local one.

meta/runtime.yml routes every module here. A task on the controller itself then needs no new Python process, and the items
of a loop share one connection and one session. All other tasks - on another host, as another user, in the background -
go the ordinary way. The result is the same: both ways end in `perform()`.

Every module has a file of its name beside this one. Ansible looks for it when it comes to a task, before it starts the
worker: all that is imported there, the module among it, is there already in each worker, and not read and compiled for
every single task.
"""

from __future__ import annotations

import datetime
import gc
import importlib
import json
import multiprocessing
import os
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator, ValidationResult
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as OrdinaryAction
from ansible.plugins.loader import module_loader

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import HAS_REQUESTS, Client
from ansible_collections.zfssa.storage.plugins.module_utils.client._progress import Report, Tell
from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task, connection_of, explained_missing
from ansible_collections.zfssa.storage.plugins.module_utils.values._legible import legible, legible_result
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask
from ansible_collections.zfssa.storage.plugins.plugin_utils._drift_record import note_for_drift
from ansible_collections.zfssa.storage.plugins.plugin_utils._folders import folder_of_the_user, with_absolute_ca_path
from ansible_collections.zfssa.storage.plugins.plugin_utils._run_sessions import run_sessions
from ansible_collections.zfssa.storage.plugins.plugin_utils._sessions import Sessions
from ansible_collections.zfssa.storage.plugins.plugin_utils._surroundings import surroundings

_MODULES = "ansible_collections.zfssa.storage.plugins.modules"
_LOCAL = ("local", "ansible.builtin.local")

# Those of the task that this worker process runs; a worker has one task, and the parent none.
_sessions = Sessions()


class ActionModule(OrdinaryAction):
    """One task of any module of the collection."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Run the module here if the task allows it, else where and how Ansible would."""
        result = self._run(tmp, task_vars)
        note_for_drift(self._task, task_vars or {}, result)
        return result

    def _run(self, tmp: Any, task_vars: Any) -> dict[str, Any]:
        if not self._is_here():
            self._settle_ca_path()
            ordinary: Any = super()
            return self._noted(dict(ordinary.run(tmp, task_vars)))
        result = dict(ActionBase.run(self, tmp, task_vars))
        self._close_clients_with_the_task()
        host = (task_vars or {}).get("inventory_hostname", "localhost")
        _keep_what_is_there()
        with _sessions.guarded(self._environment()):
            return {**result, **self._perform(host, _reports_invocation(task_vars))}

    def _is_here(self) -> bool:
        """Whether the module would run on the controller, as this user, and not in the background."""
        return bool(
            HAS_REQUESTS
            and self._connection.transport in _LOCAL
            and self._connection.become is None
            and not self._task.async_val
        )

    def _description(self) -> Task:
        """What the module does that the task names."""
        name = str(self._task.action)
        try:
            module = importlib.import_module(f"{_MODULES}.{name.rpartition('.')[2]}")
        except ModuleNotFoundError:
            # Another collection may have given it a name of its own.
            found = module_loader.find_plugin_with_context(name, collection_list=self._task.collections)
            module = importlib.import_module(f"{_MODULES}.{str(found.resolved_fqcn).rpartition('.')[2]}")
        task: Task = module.TASK
        return task

    def _environment(self) -> dict[str, str]:
        """The variables that the task's `environment` sets."""
        variables: dict[str, Any] = {}
        action: Any = super()
        action._compute_environment_string(variables)
        return {name: str(value) for name, value in variables.items()}

    def _folder(self) -> str:
        """Where relative paths begin."""
        return folder_of_the_user(self._loader.get_basedir())

    def _settle_ca_path(self) -> None:
        """Make paths absolute for a module that is run on the controller, but in the folder of the collection's playbooks."""
        folder = self._folder()
        if self._connection.transport not in _LOCAL or folder == self._loader.get_basedir():
            return
        named = {**os.environ, **self._environment()}.get("ZFSSA_CA_PATH")
        self._task.args = with_absolute_ca_path(self._task.args, self._description().peer, named, folder)

    def _close_clients_with_the_task(self) -> None:
        """Log out when the executor closes the task's connection, which it does once, after the last item of a loop."""
        connection = self._connection
        # An unconnected one would be replaced with every item.
        connection._connect()
        if "close" not in vars(connection):
            vars(connection)["close"] = partial(_log_out_and, connection.close)

    def _noted(self, result: dict[str, Any]) -> dict[str, Any]:
        """The result of an ordinary module, once a session that it has opened or ended is noted for the end of the run."""
        kept = run_sessions()
        task = self._description() if kept and not result.get("failed") else None
        if not kept or not task or not task.own_client:
            return result
        told = result.get("session")
        if isinstance(told, dict) and told.get("token"):
            options = self._options(task)[1].validated_parameters
            with surroundings(self._environment()):
                kept.keep(connection_of(options), told["token"], lasting=options["keep"])
        else:
            kept.ended(str(self._task.args.get("session")))
        return result

    def _options(self, task: Task) -> tuple[dict[str, Any], ValidationResult]:
        """The options as the user wrote them, and what Ansible makes of them."""
        # Values get the form in which a module gets them: plain, whatever Ansible has attached to them.
        arguments = json.loads(json.dumps(self._task.args, default=_as_text))
        validator = ModuleArgumentSpecValidator(task.argument_spec(), **dict(task.rules or {}))
        return arguments, validator.validate(arguments)

    def _perform(self, host: str, with_invocation: bool) -> dict[str, Any]:
        task = self._description()
        arguments, outcome = self._options(task)
        settled = task.settled(arguments, outcome.validated_parameters)
        options = with_absolute_ca_path(settled, task.peer, None, self._folder())
        mask = task.mask(options)
        if outcome.error_messages:
            message = explained_missing(outcome.errors.msg)
            if isinstance(outcome.errors[0], UnsupportedError):
                message = f"Unsupported parameters for ({self._task.action}) module: {message}"
            result: dict[str, Any] = legible_result({"failed": True, "msg": message}, mask.text)
        else:
            mode = Mode(self._task.check_mode, self._task.diff, self._display.verbosity)
            _sessions.tell = self._shows(host, mask)
            own = partial(Client, tell=_sessions.tell, keeper=run_sessions())
            clients = own if task.own_client else _sessions.client
            result = perform(task, options, mode, clients, arguments, mask)
        if with_invocation:
            result["invocation"] = {"module_args": task.shown(options)}
        plain: dict[str, Any] = json.loads(json.dumps(task.masked(result, mask)))
        return plain

    def _shows(self, host: str, mask: Mask) -> Tell | None:
        """What shows the user what is waited for, while it lasts; nothing where the task is not to be seen."""
        if self._task.no_log:
            return None

        def show(text: str) -> None:
            # Not among the results, because those may be read by a program.
            word = "DONE" if isinstance(text, Report) else "WAITING"
            plain = legible(mask.text(f"{word}: [{host}]: {text}"))
            self._display.display(plain, color=C.config.get_config_value("COLOR_DEBUG"), stderr=True)

        return show


@cache
def _keep_what_is_there() -> None:
    """Let the garbage collector of a worker leave alone what it has from its parent, once.

    It is nearly all that Ansible has in memory, none of it is garbage, and to look at an object copies its page.
    """
    if multiprocessing.parent_process() is not None:
        gc.freeze()


def _as_text(value: Any) -> str:
    """A value for which JSON has no form, as Ansible hands it to a module."""
    return str(value.isoformat() if isinstance(value, datetime.date) else value)


def _log_out_and(close: Callable[[], None]) -> None:
    """Log out of every appliance, then close what Ansible wants closed."""
    _sessions.close()
    close()


def _reports_invocation(variables: Any) -> bool:
    """Whether modules report their options; before ansible-core 2.21 they always do."""
    try:
        return bool(C.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:
        return True
