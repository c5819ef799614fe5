# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge the variables of the role migrate_lun."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: migrate_lun_input
short_description: Judge and settle the variables of the role migrate_lun
version_added: 0.1.0
description:
  - Looks at all variables of the host whose names begin with C(migrate_lun_), and at the task files that they name. Tells all
    that is wrong with them at once, or gives them in the form in which they are meant.
  - Made for the role P(zfssa.storage.migrate_lun#role), in whose tasks it is run. Reads nothing from an appliance.
notes:
  - Every name that is not an argument of the role is refused, unless the role itself has made it. What the role makes is read
    from its own files.
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Judge the variables
  ansible.builtin.set_fact:
    migrate_lun_input: "{{ lookup('zfssa.storage.migrate_lun_input') }}"
"""

RETURN = r"""
_raw:
  description:
    - One dictionary. C(problems) is a list of clauses, and C(said) a sentence of them; when there are none, the other keys are the role's variables without
      C(migrate_lun_), as they are meant, apart from the two connections, and C(claims), the places that are needed.
  type: list
  elements: dict
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask
from ansible_collections.zfssa.storage.plugins.plugin_utils._folders import is_of_the_collection
from ansible_collections.zfssa.storage.plugins.plugin_utils._migration_input import (
    PREFIX,
    VARIABLES,
    judge,
    mask_of,
    unknown,
)
from ansible_collections.zfssa.storage.plugins.plugin_utils._task_files import TaskFiles
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import (
    Judged,
    is_missing,
    one_line,
    sentence,
)

# The facts that the role makes first: what this plugin says, and, when nothing is wrong, what the host claims.
_SAID = f"{PREFIX}input"
_CLAIMED = f"{PREFIX}claims"


class LookupModule(LookupBase):
    """Judges what the variables of the host come to."""

    _templar: Any
    _loader: Any

    def run(self, terms: Any, variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Return one dictionary with all problems, or with the settled variables."""
        role = variables["role_path"]
        given, unreadable = self._values(variables)
        judged = judge(given, unreadable)
        mask = mask_of(given)
        judged.problems = [mask.text(problem) for problem in unknown(strangers(variables, role))] + judged.problems
        if not is_missing(given.get("verify_tasks")):
            self._settle_file(judged, "verify_tasks", given["verify_tasks"], variables, mask)
        told = {"problems": judged.problems, "said": sentence(judged.problems)}
        return [{**told, **({} if judged.problems else judged.settled)}]

    def _values(self, variables: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """Work the arguments out; return those that could be, and why the others could not."""
        values, unreadable = {}, {}
        for name in VARIABLES:
            if f"{PREFIX}{name}" not in variables:
                continue
            try:
                value = self._templar.template(variables[f"{PREFIX}{name}"])
            except AnsibleError as error:
                unreadable[name] = one_line(error)
                continue
            values[name] = None if _is_omitted(value, variables) else value
        return values, unreadable

    def _settle_file(self, judged: Judged, name: str, value: Any, variables: Any, mask: Mask) -> None:
        """Look for a task file where the user means it to be, and look through it."""
        if not isinstance(value, str):
            return
        path = self._find_file(value.strip(), variables)
        if path is None:
            judged.problems.append(mask.text(f"{PREFIX}{name}: there is no file {value.strip()}"))
            return
        found = TaskFiles(self._loader, variables["role_path"], variables).problems(path)
        judged.problems += [mask.text(f"{PREFIX}{name}: {problem}") for problem in found]
        judged.settled[name] = path

    def _find_file(self, path: str, variables: Any) -> str | None:
        return next((one for one in self._places(os.path.expanduser(path), variables) if os.path.isfile(one)), None)

    def _places(self, path: str, variables: Any) -> Iterator[str]:
        """Give the places where a task file may be: beside the playbook, then where the user stands."""
        if os.path.isabs(path):
            yield path
            return
        for folder in (*variables.get("ansible_search_path", []), self._loader.get_basedir()):
            # A playbook or role of the collection has no files of the user's beside it.
            if not is_of_the_collection(folder):
                yield os.path.join(folder, "tasks", path)
                yield os.path.join(folder, path)
        yield os.path.abspath(path)


def strangers(variables: Any, role: str) -> set[str]:
    """Return the names that begin like the role's, are none of its arguments, and were not made by the role."""
    host = variables["hostvars"][variables["inventory_hostname"]]
    facts = {str(name) for name in host if str(name).startswith(PREFIX)}
    seen = {str(name) for name in variables if str(name).startswith(PREFIX)} | facts
    arguments = {f"{PREFIX}{name}" for name in VARIABLES}
    # A variable of the role's own may be set by the user, too: for the host, or so that it goes over the role's.
    made = {name for name, value in _role_variables(role).items() if name not in facts and variables.get(name) == value}
    if _CLAIMED in facts:
        # A call before this one has left facts, which the role's files name.
        made |= {name for name in facts & _mentioned(role) if variables.get(name) == host[name]}
    return seen - arguments - made - {_SAID}


def _role_variables(role: str) -> dict[str, Any]:
    return yaml.safe_load((Path(role) / "vars/main.yml").read_text(encoding="utf-8")) or {}


def _mentioned(role: str) -> set[str]:
    files = (file for file in Path(role).rglob("*.yml"))
    return {name for file in files for name in re.findall(rf"\b{PREFIX}\w+", file.read_text(encoding="utf-8"))}


def _is_omitted(value: Any, variables: Mapping[str, Any]) -> bool:
    return isinstance(value, (str, type(variables.get("omit")))) and value == variables.get("omit")
