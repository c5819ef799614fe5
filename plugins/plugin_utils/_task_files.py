# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task files of the user: read as Ansible will read them, before it is too late.

Ansible reads a dynamically included file when it comes to it. What it cannot make sense of then ends the run at once, and no
rescue is asked. So all that a file includes by plain names is loaded by Ansible's own classes beforehand; names that are
templates cannot be known yet.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.playbook.block import Block
from ansible.playbook.play import Play
from ansible.playbook.role import Role
from ansible.playbook.role.include import RoleInclude
from ansible.playbook.role_include import IncludeRole
from ansible.playbook.task import Task
from ansible.playbook.task_include import TaskInclude
from ansible.plugins.loader import action_loader, module_loader

OWN = "migrate_lun_"
# Those of Ansible's metas after which the host, the role and its variables are still there, failures included.
_METAS = ("noop", "reset_connection", "clear_host_errors")
# Tasks of a role in a collection look for short names here, and those that they include do, too.
_COLLECTIONS = ("zfssa.storage", "ansible.builtin")
_LISTS = ("block", "rescue", "always")
_SHORT = ("ansible.builtin.", "ansible.legacy.")


class _Variables:
    """What loading a role asks a variable manager for."""

    extra_vars: dict[str, Any] = {}

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables

    def get_vars(self, **_scope: Any) -> dict[str, Any]:
        """Return the variables, which are the same for all."""
        return dict(self._variables)


class TaskFiles:
    """Looks through task files, and what they include.

    Args:
        loader: Ansible's, whose base folder is that of the playbook.
        role: the folder of the role whose tasks will include the files.
        variables: for what is worked out while a role is loaded.
    """

    def __init__(self, loader: Any, role: str, variables: Mapping[str, Any] | None = None) -> None:
        self._loader = loader
        self._role = role
        self._variables = _Variables(variables or {})
        self._seen: set[str] = set()
        self._problems: list[str] = []

    def problems(self, path: str) -> list[str]:
        """Return a clause with file and line for each thing in a file that would end the run, or the role.

        Args:
            path: the file, absolute.
        """
        self._seen.clear()
        self._problems = []
        self._file(path, _COLLECTIONS, ())
        return list(dict.fromkeys(self._problems))

    def _file(self, path: str, collections: Sequence[str], folders: tuple[str, ...], *, empty: bool = False) -> None:
        if path in self._seen:
            return
        self._seen.add(path)
        try:
            node = _compose(self._loader.get_real_file(path))
            data = self._loader.load_from_file(path)
        except (AnsibleError, yaml.YAMLError, OSError, UnicodeError) as error:
            self._problems.append(_unreadable(path, error))
            return
        if data is None and empty:
            return
        if not isinstance(data, list) or not data:
            self._problems.append(f"{path}: it is not a list of tasks")
            return
        inside = _Inside(path, tuple(collections), (os.path.dirname(path), *folders))
        self._tasks(data, node, inside)

    def _tasks(self, tasks: list[Any], node: yaml.Node | None, inside: _Inside) -> None:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node] * len(tasks)
        for task, place in zip(tasks, nodes, strict=False):
            line = place.start_mark.line + 1 if place is not None else 1
            for problem in self._task(task, place, inside):
                self._problems.append(f"{inside.path}, line {line}: {problem}")

    def _task(self, task: Any, node: yaml.Node | None, inside: _Inside) -> Iterator[str]:
        if not isinstance(task, Mapping):
            yield "it is not a task"
        elif "hosts" in task or any(short_action(str(key)) == "import_playbook" for key in task):
            yield "it is a play, where tasks are wanted"
        elif "block" in task:
            yield from self._block(task, node, inside)
        else:
            yield from _unsafe(task)
            yield from self._single(task, inside)

    def _block(self, task: Mapping[str, Any], node: yaml.Node | None, inside: _Inside) -> Iterator[str]:
        yield from _unsafe(task)
        try:
            Block.load({**task, **{key: [] for key in _LISTS if key in task}}, loader=self._loader)
        except AnsibleError as error:
            yield _reason(error)
        for key in _LISTS:
            tasks = task.get(key)
            if isinstance(tasks, list):
                self._tasks(tasks, _child(node, key), inside)
            elif tasks is not None:
                yield f"{key} is not a list of tasks"

    def _single(self, given: Mapping[str, Any], inside: _Inside) -> Iterator[str]:
        data = {"collections": list(inside.collections), **given}
        try:
            task = Task.load(dict(data), loader=self._loader)
            action = short_action(task.action)
            if action in ("include_tasks", "import_tasks"):
                TaskInclude.load(dict(data), loader=self._loader)
            elif action in ("include_role", "import_role"):
                IncludeRole.load(dict(data), loader=self._loader)
        except AnsibleError as error:
            yield _reason(error)
            return
        if action == "meta":
            yield from _meta(task.args.get("_raw_params"))
        elif action in ("include_tasks", "import_tasks"):
            yield from self._include(action, task, inside)
        elif action in ("include_role", "import_role"):
            yield from self._include_role(action, task, inside)
        elif not _exists(task.action, data["collections"]):
            yield f"there is no module {task.action}"
        elif action == "set_fact":
            yield from (_overwritten(name) for name in task.args if str(name).startswith(OWN))

    def _include(self, action: str, task: Any, inside: _Inside) -> Iterator[str]:
        name = task.args.get("file", task.args.get("_raw_params"))
        if not isinstance(name, str) or not name:
            yield f"{action} names no file"
            return
        if action == "import_tasks" and (task.loop is not None or task.loop_with):
            yield "import_tasks cannot have a loop; use include_tasks"
        if is_template(name):
            if action == "import_tasks":
                yield f"import_tasks {name} is evaluated too early, where no error can be caught; use include_tasks"
            return
        path = next((one for one in self._candidates(name, inside) if os.path.isfile(one)), None)
        if path is None:
            yield f"{action} {name}: there is no such file"
        elif _is_inside(path, self._role):
            yield f"{action} {name}: the role migrate_lun has a file of that name, which would be taken; rename yours"
        else:
            self._file(path, inside.collections, inside.folders, empty=True)

    def _candidates(self, name: str, inside: _Inside) -> list[str]:
        if os.path.isabs(name) or name.startswith("~"):
            return [os.path.expanduser(name)]
        own = os.path.join(self._role, "tasks")
        folders = [own, *inside.folders, self._loader.get_basedir()]
        return [os.path.normpath(os.path.join(folder, *sub, name)) for folder in folders for sub in ((), ("tasks",))]

    def _include_role(self, action: str, task: Any, inside: _Inside) -> Iterator[str]:
        name = task.args.get("name", task.args.get("role"))
        files = {key.removesuffix("_from"): task.args[key] for key in task.args if key.endswith("_from")}
        if any(is_template(value) for value in (name, *files.values())):
            if action == "import_role":
                yield f"import_role {name} is evaluated too early, where no error can be caught; use include_role"
            return
        try:
            play = Play()
            wanted = RoleInclude.load(
                name,
                play=play,
                variable_manager=self._variables,
                loader=self._loader,
                collection_list=list(inside.collections),
            )
            role = Role.load(wanted, play, from_files={**files}, from_include=True, validate=False)
        except (AnsibleError, AssertionError, OSError) as error:
            yield f"role {name}: {_reason(error)}"
            return
        for one in (*role.get_all_dependencies(), role):
            main = files.get("tasks", "main") if one is role else "main"
            self._tasks_of_role(one, str(main))

    def _tasks_of_role(self, role: Any, main: str) -> None:
        folder = os.path.join(role._role_path, "tasks")
        for ending in ("", ".yml", ".yaml", ".json"):
            path = os.path.join(folder, f"{main}{ending}")
            if os.path.isfile(path):
                self._file(path, role.collections or ("ansible.legacy",), (folder,), empty=True)
                return


class _Inside:
    """Where a task stands: its file, the collections that short names are looked for in, and folders of includes."""

    def __init__(self, path: str, collections: tuple[str, ...], folders: tuple[str, ...]) -> None:
        self.path = path
        self.collections = collections
        self.folders = folders


def _compose(path: str) -> yaml.Node | None:
    """Read a file into YAML nodes, which know their lines, whatever their tags are."""
    with open(path, encoding="utf-8") as file:
        return yaml.compose(file, Loader=yaml.SafeLoader)


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), node)


def _unreadable(path: str, error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        parts = " ".join(filter(None, (error.context, error.problem)))
        return f"{path}{line}: it is not YAML ({parts})"
    if isinstance(error, FileNotFoundError) or not os.path.isfile(path):
        return f"{path}: there is no such file"
    return f"{path}: it cannot be read ({_reason(error)})"


def _reason(error: Exception) -> str:
    """Return the first sentence of what Ansible says; the rest shows the place, and advice on other things."""
    text = str(error).split("\n", maxsplit=1)[0]
    return text.split(" This often indicates")[0].strip().rstrip(".") or type(error).__name__


def short_action(action: str) -> str:
    """The name of an action without the collection, where it is one of Ansible's own."""
    for prefix in _SHORT:
        action = action.removeprefix(prefix)
    return action


def is_template(value: Any) -> bool:
    """Whether a text has something in it that is worked out only when it is used."""
    return isinstance(value, str) and any(mark in value for mark in ("{{", "{%", "{#"))


def _is_inside(path: str, folder: str) -> bool:
    return os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)


def _exists(action: str, collections: list[str]) -> bool:
    if is_template(action):
        return True
    found = action_loader.find_plugin_with_context(action, collection_list=collections)
    return bool(found.resolved or module_loader.find_plugin_with_context(action, collection_list=collections).resolved)


def _meta(value: Any) -> Iterator[str]:
    if str(value) not in _METAS:
        yield f"meta: {value} is not permitted, because it could end the host, the role or the play; permitted are {', '.join(_METAS)}"


def _overwritten(name: Any) -> str:
    return f"{name} is a name of the role migrate_lun; take another one"


def _unsafe(task: Mapping[str, Any]) -> Iterator[str]:
    """Tell of keywords that end a run in spite of a rescue, or that take away what the role goes by."""
    if "notify" in task:
        yield "notify is not permitted, because handlers run after the role, and a missing one ends the run; call a task instead"
    if "throttle" in task and not str(task["throttle"]).isdigit():
        yield "throttle must be a plain number"
    if "run_once" in task and not isinstance(task["run_once"], bool):
        yield "run_once must be plainly true or false"
    register = task.get("register")
    if isinstance(register, str) and register.startswith(OWN):
        yield _overwritten(register)
