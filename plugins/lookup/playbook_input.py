# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge the variables of the playbooks export, apply and drift."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: playbook_input
short_description: Judge and settle the variables of the playbooks export, apply and drift
version_added: 0.1.0
description:
  - Looks at all variables of the host whose names begin like that of the playbook, and at the files that they name. Tells all that
    is wrong with them at once, or gives them in the form in which they are meant.
  - Made for the playbooks C(zfssa.storage.export), C(zfssa.storage.apply) and C(zfssa.storage.drift). Reads nothing from an
    appliance.
options:
  _terms:
    description: Name of the playbook.
    type: list
    elements: str
    required: true
  part:
    description:
      - V(all) gives what can be shown, V(appliance) the options of the connection, and V(document) the document.
      - The latter two may have secrets in them.
    type: str
    choices: [all, appliance, document]
    default: all
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Judge the variables
  ansible.builtin.set_fact:
    found: "{{ lookup('zfssa.storage.playbook_input', 'apply') }}"
"""

RETURN = r"""
_raw:
  description:
    - One dictionary. With O(part=all), C(problems) is a list of clauses and C(said) a sentence of them; the other keys are the
      variables without their prefix.
  type: list
  elements: dict
"""

import os
from collections.abc import Mapping
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.zfssa.storage.plugins.module_utils.run._info_records import inputs
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._sections import SECTIONS, section_of
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import masking
from ansible_collections.zfssa.storage.plugins.plugin_utils._drift_tasks import refused_tasks
from ansible_collections.zfssa.storage.plugins.plugin_utils._folders import is_of_the_collection
from ansible_collections.zfssa.storage.plugins.plugin_utils._plain import plain
from ansible_collections.zfssa.storage.plugins.plugin_utils._playbook_input import (
    VARIABLES,
    Given,
    document,
    judge,
    mask_of,
)
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import (
    Judged,
    Wrong,
    is_missing,
    sentence,
)

# Where a whole inventory says how its appliances are reached.
_CONNECTION = "zfssa_appliance"
_LOCALHOST = "localhost"


class LookupModule(LookupBase):
    """Judges what the variables of the host come to."""

    _templar: Any
    _loader: Any

    def run(self, terms: Any, variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Return one dictionary with all problems and the settled variables, or a part that may have secrets."""
        (playbook,) = terms
        given, problems = self._values(playbook, variables)
        judged = judge(playbook, given, {str(name) for name in variables if str(name).startswith(f"{playbook}_")})
        judged.problems += problems
        mask = mask_of(given)
        with masking(mask):
            settled = self._settled(playbook, judged, variables)
        part = kwargs.get("part", "all")
        if part == "appliance":
            return [_reached(settled["appliance"] or {}, variables)]
        if part == "document":
            return [settled["document"]]
        if not judged.problems and playbook == "drift":
            judged.problems += self._problems_of_drift(settled, variables)
            settled["kinds"] = list(SECTIONS)
        name = _name_of(settled["appliance"] or {}, variables)
        if not judged.problems and playbook == "export":
            settled.update(_written(settled, name, judged, variables))
        judged.problems = [mask.text(problem) for problem in judged.problems]
        shown = {name: value for name, value in settled.items() if name not in ("appliance", "document")}
        told = {"problems": judged.problems, "said": sentence(judged.problems), "name": name}
        return [{**shown, **told, "has_document": bool(settled.get("document"))}]

    def _values(self, playbook: str, variables: Any) -> tuple[dict[str, Any], list[str]]:
        """Work the variables out; return those that could be, and why the others could not."""
        values, problems = {}, []
        sources = {name: f"{playbook}_{name}" for name in VARIABLES[playbook]}
        if is_missing(variables.get(sources["appliance"])):
            sources["appliance"] = _CONNECTION
        for name, source in sources.items():
            if source not in variables:
                continue
            try:
                values[name] = plain(self._templar.template(variables[source]))
            except AnsibleError as error:
                problems.append(f"{source} cannot be evaluated: {_reason(error)}")
        return values, problems

    def _settled(self, playbook: str, judged: Judged, variables: Any) -> dict[str, Any]:
        """The variables, with the document of a file read, and files where the user means them to be."""
        settled = {name: judged.settled.get(name, variable.default) for name, variable in VARIABLES[playbook].items()}
        if isinstance(settled.get("document"), Given):
            try:
                settled["document"] = self._read(self._found(settled["document"], variables))
            except Wrong as wrong:
                judged.problems.append(f"{playbook}_document {wrong}")
                settled["document"] = None
        if settled.get("report"):
            settled["report"] = os.path.abspath(os.path.expanduser(settled["report"]))
        if settled.get("tasks"):
            try:
                settled["tasks"] = self._found(settled["tasks"], variables)
            except Wrong as wrong:
                judged.problems.append(f"{playbook}_tasks {wrong}")
        return settled

    def _found(self, path: str, variables: Any) -> str:
        """The absolute path of a file of the user's: beside a playbook of the user's own, or where the user stands."""
        path = os.path.expanduser(path)
        folders = [one for one in variables.get("ansible_search_path", []) if not is_of_the_collection(one)]
        for folder in (*folders, os.getcwd()):
            candidate = os.path.join(folder, path)
            if os.path.isfile(candidate):
                return os.path.abspath(candidate)
        raise Wrong(f"names {path}, and there is no such file")

    def _read(self, path: str) -> dict[str, Any]:
        """The document in a file."""
        try:
            found = document(plain(self._templar.template(self._load(path))))
            if isinstance(found, Given):
                raise Wrong("is no document; write it as config: {luns: [...]}")
            return found
        except Wrong as wrong:
            raise Wrong(f"names {path}, which {wrong}") from None
        except (AnsibleError, yaml.YAMLError, UnicodeError, OSError) as error:
            raise Wrong(f"names {path}, which cannot be read: {_reason(error)}") from None

    def _load(self, path: str) -> Any:
        """What is in a file; templates in it are the user's own."""
        try:
            return self._loader.load_from_file(path, trusted_as_template=True)
        except TypeError:
            # Before ansible-core 2.19 all files are trusted.
            return self._loader.load_from_file(path)

    def _problems_of_drift(self, settled: Mapping[str, Any], variables: Any) -> list[str]:
        if bool(settled["document"]) == bool(settled["tasks"]):
            return ["give one of drift_document and drift_tasks"]
        return refused_tasks(self._loader, settled["tasks"], variables) if settled["tasks"] else []


def _reason(error: Exception) -> str:
    """What is wrong, without the text in which it is wrong, because that may be a secret."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"it is not YAML, line {error.problem_mark.line + 1} ({error.problem})"
    return str(error).split("\n", maxsplit=1)[0].split(". String: ", maxsplit=1)[0].strip().rstrip(".")


def _reached(appliance: Mapping[str, Any], variables: Any) -> dict[str, Any]:
    """How the appliance is reached: where nothing else is said, a host of the inventory is the appliance."""
    host = str(variables["inventory_hostname"])
    if appliance.get("host") or host == _LOCALHOST:
        return dict(appliance)
    return {"host": str(variables.get("ansible_host") or host), **appliance}


def _name_of(appliance: Mapping[str, Any], variables: Any) -> str:
    """What files and reports call the appliance."""
    name = str(variables["inventory_hostname"])
    host = appliance.get("host") or os.environ.get("ZFSSA_HOST")
    return str(host or name) if name == _LOCALHOST else name


def _written(settled: Mapping[str, Any], name: str, judged: Judged, variables: Any) -> dict[str, Any]:
    """What is to be read for an export, and the file that it goes to."""
    there = {section_of(subset): subset for subset in inputs()}
    unfit = [kind for kind in settled["kinds"] if kind not in there]
    if unfit:
        judged.problems.append(f"export_kinds names {', '.join(unfit)}, of which an appliance does not tell enough")
    path = os.path.join(os.getcwd(), os.path.expanduser(settled["file"]))
    if os.path.isdir(path) or path.endswith(os.sep):
        path = os.path.join(path, f"{name}.yml")
    elif len(variables.get("ansible_play_hosts_all", [])) > 1 and name not in path:
        judged.problems.append(
            f"export_file names {settled['file']} for several appliances; have {{{{ inventory_hostname }}}} in it, or name a folder"
        )
    subsets = [subset for kind, subset in there.items() if not settled["kinds"] or kind in settled["kinds"]]
    return {"path": os.path.abspath(path), "subsets": subsets}
