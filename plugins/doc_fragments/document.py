# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of documents: the options of each kind of object, taken from the documentation of its module."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import yaml

from ansible_collections.zfssa.storage.plugins.module_utils.run.document._sections import SECTIONS

_MODULES = "ansible_collections.zfssa.storage.plugins.modules"
# Markup of options and results that belong to the module itself.
_OWN = re.compile(r"\b(O|RV)\((?![a-z_]+\.[a-z_]+\.|ignore:)([^)]*)\)")
_WHAT = {
    "schema": "Custom properties.",
    "projects": "Projects.",
    "initiators": "Initiators of iSCSI.",
    "initiator_groups": "Groups of initiators.",
    "targets": "Targets of iSCSI.",
    "target_groups": "Groups of targets.",
    "luns": "LUNs. One that is made and does not say who sees it is presented to nobody.",
    "snapshots": "Snapshots of LUNs, of filesystems, or of whole projects.",
    "replications": "Replication actions, each with its schedules.",
}


def _config() -> dict[str, Any]:
    """The documentation of the option `config`."""
    return {
        "description": [
            "What the appliance shall have, by kinds. Kinds and objects that are not named stay as they are, unless O(purge) says "
            "otherwise.",
            "An item has the options of the module for its kind, O(ignore:state) among them. An unknown option is refused.",
            "The order of sections and items means nothing: what needs others is made after them, and removed before them.",
        ],
        "type": "dict",
        "required": True,
        "suboptions": {section: _section(section) for section in SECTIONS},
    }


def _section(section: str) -> dict[str, Any]:
    kind = SECTIONS[section]
    module = f"zfssa_{kind.name}"
    documented = yaml.safe_load(import_module(f"{_MODULES}.{module}").DOCUMENTATION)["options"]
    spec = kind.item_spec()
    options = {name: _fitted(_adopted(documented[name], module), spec[name]) for name in spec}
    return {
        "description": f"{_WHAT.get(section, 'Objects of this kind.')} The options are those of M(zfssa.storage.{module}).",
        "type": "list",
        "elements": "dict",
        "suboptions": options,
    }


def _adopted(documentation: Any, module: str) -> Any:
    """Documentation of another module, with its own options named as those of that module."""
    if isinstance(documentation, str):
        return _OWN.sub(rf"\1(zfssa.storage.{module}#module:\2)", documentation)
    if isinstance(documentation, list):
        return [_adopted(one, module) for one in documentation]
    if isinstance(documentation, dict):
        return {key: _adopted(value, module) for key, value in documentation.items()}
    return documentation


def _fitted(documentation: dict[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    """The documentation of an option as an item has it: what is needed there may be optional in the module, and the reverse."""
    fitted = {key: value for key, value in documentation.items() if key not in ("required", "choices")}
    if rules.get("required"):
        fitted["required"] = True
    if "choices" in rules:
        fitted["choices"] = list(rules["choices"])
    return fitted


class ModuleDocFragment:
    """The option `config`."""

    DOCUMENTATION: str = yaml.safe_dump({"options": {"config": _config()}}, sort_keys=False, width=10_000)
