"""A module, known to this process alone, with secrets at several depths of its options; run as `module_host` runs any other."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import module_host

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.engine._operation import Operation
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item, unchanged
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused

NAME = "zfssa_secrets"
_TEXT = {"type": "str"}
_SECRET = {"type": "str", "no_log": True}
_ACCOUNT: dict[str, Any] = {"user": _TEXT, "secret": {**_SECRET, "aliases": ["word"]}}
SPEC: dict[str, Any] = {
    "hosts": {"type": "list", "elements": "dict", "options": {"name": _TEXT, **_ACCOUNT}},
    "site": {
        "type": "dict",
        "options": {
            "racks": {
                "type": "list",
                "elements": "dict",
                "options": {"accounts": {"type": "list", "elements": "dict", "options": _ACCOUNT}},
            }
        },
    },
    "keys": {"type": "list", "elements": "str", "no_log": True},
    "vault": {"type": "dict", "no_log": True},
    "refuse": {"type": "bool", "default": False},
}


def _plan(_reader: Any, options: Mapping[str, Any]) -> Item:
    """Repeat all options, in the result or in a refusal."""
    given = json.dumps({option: options[option] for option in SPEC})
    if options["refuse"]:
        raise PlanRefused(f"it cannot be: {given}", advice="ask for less")
    return unchanged({"thing": {"echo": given, **{option: options[option] for option in SPEC}}})


TASK = Task.of(Operation(spec=SPEC, plan=_plan, results=("thing",)))


def main() -> None:
    """Carry out the orders on the command line, and print what became of them."""
    module = ModuleType(NAME)
    vars(module).update(TASK=TASK, main=lambda: run(TASK))
    sys.modules[f"ansible_collections.zfssa.storage.plugins.modules.{NAME}"] = module
    print(json.dumps(module_host.carry_out(json.loads(sys.argv[1]))))
