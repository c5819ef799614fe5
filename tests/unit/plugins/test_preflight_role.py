"""The role preflight has a variable for each option of its module, and knows all of them."""

from __future__ import annotations

from typing import Any

import yaml
from lab_appliances import ROOT

from ansible_collections.zfssa.storage.plugins.module_utils.client._connection import Connection
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight._asked import SPEC
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight._purposes import PURPOSES

ROLE = ROOT / "roles/preflight"
GUIDE = (ROOT / "docs/preflight.md").read_text(encoding="utf-8")
# What the role calls otherwise, or takes in another form as well.
OTHERWISE = {"purposes": "for", "space": "space"}
OWN = {"appliance", "fail", "report_file"}


def load(name: str) -> dict[str, Any]:
    """A file of the role."""
    return dict(yaml.safe_load((ROLE / name).read_text(encoding="utf-8")))


OPTIONS = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def rules(given: dict[str, Any]) -> dict[str, Any]:
    """The rules of an option without their words and defaults."""
    kept = {key: value for key, value in given.items() if key in ("type", "elements", "choices", "required")}
    inner = {name: rules(one) for name, one in given.get("options", {}).items()}
    return {**kept, **({"options": inner} if inner else {})}


def test_role_takes_what_its_module_takes() -> None:
    wanted = {f"preflight_{OTHERWISE.get(name, name)}": rules(one) for name, one in SPEC.items() if name != "space"}

    assert {name: rules(one) for name, one in OPTIONS.items() if name in wanted} == wanted
    assert set(OPTIONS) - set(wanted) == {f"preflight_{name}" for name in OWN | {"space"}}
    assert {"session", "ca_path"} <= set(OPTIONS["preflight_appliance"]["options"]) <= set(vars(Connection("h")))


def test_all_variables_are_known_have_defaults_and_stand_in_the_guide() -> None:
    assert sorted(OPTIONS) == load("vars/main.yml")["_preflight_known"]
    assert load("defaults/main.yml") == {name: one["default"] for name, one in OPTIONS.items()}
    assert [name for name in OPTIONS if f"`{name}`" not in GUIDE] == []


def test_all_purposes_stand_in_the_guide() -> None:
    assert [name for name in PURPOSES if f"`{name}`" not in GUIDE] == []
