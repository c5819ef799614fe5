# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task files that are run in check mode to find drift: nothing in them may leave check mode and change something."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.playbook.task import Task

from ansible_collections.zfssa.storage.plugins.plugin_utils._task_files import TaskFiles, is_template, short_action

# Modules that only look, so that they may run outside of check mode.
_READS = frozenset(
    (
        "assert", "debug", "fail", "find", "gather_facts", "getent", "include_vars", "ping", "set_fact", "set_stats", "setup",
        "slurp", "stat", "validate_argument_spec", "wait_for", "zfssa_info", "zfssa_session",
    )
)  # fmt: skip
_INCLUDES = ("include_tasks", "import_tasks", "include_role", "import_role")
_OWN = "zfssa.storage."
_PLAYBOOKS = os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, "playbooks", "tasks", "drift")


def refused_tasks(loader: Any, path: str, variables: Mapping[str, Any]) -> list[str]:
    """Return a clause for each thing in a task file that keeps it from being run for drift.

    Args:
        loader: Ansible's.
        path: the file, absolute.
        variables: for what is worked out while a role is loaded.
    """
    return _CheckedTasks(loader, os.path.realpath(_PLAYBOOKS), variables).problems(path)


class _CheckedTasks(TaskFiles):
    """Looks through task files that are to run in check mode."""

    def _task(self, task: Any, node: yaml.Node | None, inside: Any) -> Iterator[str]:
        yield from super()._task(task, node, inside)
        if isinstance(task, Mapping):
            yield from self._left(task, inside)

    def _left(self, given: Mapping[str, Any], inside: Any) -> Iterator[str]:
        """Tell of a task that would leave check mode."""
        if "block" in given:
            if _leaves(given):
                yield "check_mode of a block must be true or left out, because all is run in check mode"
            return
        try:
            task = Task.load({"collections": list(inside.collections), **given}, loader=self._loader)
        except AnsibleError:
            # That has been told of already.
            return
        action = short_action(task.action).removeprefix(_OWN)
        if action in _INCLUDES:
            yield from _left_by_include(action, given, task.args)
        elif is_template(task.action):
            yield "the module is a template, so that nobody knows beforehand whether it keeps to check mode"
        elif _leaves(given) and not _only_reads(action, task.args):
            yield (
                f"{action} has a check_mode of its own and may change something, and all is run in check mode; leave out check_mode"
            )

    def _tasks_of_role(self, role: Any, main: str) -> None:
        # `check_mode` may stand where a role names those that it depends on.
        if role.check_mode not in (None, True):
            self._problems.append(f"role {role.get_name()}: check_mode must be true or left out")
        super()._tasks_of_role(role, main)


def _left_by_include(action: str, given: Mapping[str, Any], arguments: Mapping[str, Any]) -> Iterator[str]:
    applied = arguments.get("apply") or {}
    if _leaves(given) or not isinstance(applied, Mapping) or _leaves(applied):
        yield f"check_mode of {action} must be true or left out, because all is run in check mode"
    names = [
        value
        for key, value in arguments.items()
        if key in ("file", "_raw_params", "name", "role") or key.endswith("_from")
    ]
    if any(is_template(name) for name in names):
        yield f"{action} has a template as its name, so that nobody can look through it beforehand; write the name out"


def _leaves(given: Mapping[str, Any]) -> bool:
    """Whether something has a check mode of its own that may be another one."""
    return given.get("check_mode") not in (None, True)


def _only_reads(action: str, arguments: Mapping[str, Any]) -> bool:
    if action == "zfssa_rest":
        return str(arguments.get("method", "GET")).upper() == "GET"
    return action in _READS
