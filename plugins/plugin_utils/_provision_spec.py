# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the variables of the role provision_san may be: their names, types and words.

What a LUN, a project, a target and an initiator may have is what their modules take, but for what the role itself decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.engine._kind import Kind
from ansible_collections.zfssa.storage.plugins.module_utils.kinds._registry import KINDS

PREFIX = "provision_san_"
# What the role makes, and what a play before may have left.
MADE = ("connections", "kept")

Spec = Mapping[str, Any]


def _options_of(kind: Kind, *without: str) -> dict[str, Any]:
    """The options of a kind of object that say what one is, none of which must be given."""
    left_out = {"state", *kind.new_names, *without}
    kept = {name: rules for name, rules in kind.item_spec().items() if name not in left_out}
    return {
        name: {key: rule for key, rule in rules.items() if key not in ("required", "default")}
        for name, rules in kept.items()
    }


_TEXT: Spec = {"type": "str"}
_NAME: Spec = {"type": "str", "required": True}
_APPLIANCE: Spec = {
    "host": _TEXT,
    "port": {"type": "int"},
    "username": _TEXT,
    "password": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool"},
    "ca_path": _TEXT,
    "timeout": {"type": "int"},
}
# Who sees a LUN, and through what, is what the hosts say.
_LUN: Spec = {
    **_options_of(KINDS["luns"], "name", "force", "initiator_groups", "membership", "target_group"),
    "name": _NAME,
}
_PROJECT: Spec = {**_options_of(KINDS["projects"], "name", "force"), "name": _NAME}
_TARGET: Spec = {**_options_of(KINDS["targets"], "alias", "update_secret"), "alias": _NAME, "group": _TEXT}
INITIATOR: Spec = {**_options_of(KINDS["initiators"], "initiator", "update_secret"), "initiator": _NAME}
_HOST: Spec = {
    "name": _NAME,
    # Names, or such with their options.
    "initiators": {"type": "list", "elements": "raw", "required": True},
    "initiator_group": _TEXT,
    "target_group": _TEXT,
    "luns": {"type": "list", "elements": "dict", "options": _LUN},
}
VARIABLES: Spec = {
    "appliance": {"type": "dict", "options": _APPLIANCE},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pool": _TEXT,
    "project": _TEXT,
    "projects": {"type": "list", "elements": "dict", "options": _PROJECT},
    "targets": {"type": "list", "elements": "dict", "options": _TARGET},
    "hosts": {"type": "list", "elements": "dict", "options": _HOST},
    "membership": {"type": "str", "choices": ["add", "exact"], "default": "add"},
    "update_secrets": {"type": "str", "choices": ["always", "on_create"], "default": "on_create"},
    "remove_luns": {"type": "bool", "default": False},
    "fail_on_drift": {"type": "bool", "default": False},
}
