"""The registries: each module does what its operation says, and the engine knows no kind by its name."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.engine._kind import Kind
from ansible_collections.zfssa.storage.plugins.module_utils.engine._operation import Operation
from ansible_collections.zfssa.storage.plugins.module_utils.kinds._registry import KINDS
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image import _cached as image
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image import _operation as image_cache
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun import _mapping as mapping
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration import _spec as migration
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight import _operation as preflight
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication import _package as package
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication import _update as update
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.service import _operations as service
from ansible_collections.zfssa.storage.plugins.module_utils.run import _info, _rest, _session
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.run.document import _operation as _san

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
COLLECTION = "ansible_collections.zfssa.storage.plugins"
MODULES = sorted(file.stem for file in (PLUGINS / "modules").glob("*.py"))
ENGINE = sorted((PLUGINS / "module_utils/engine").glob("*.py"))
# By the names of their modules: those of kinds, and those that are about no kind of object.
OPERATIONS: dict[str, Operation] = {
    **{f"zfssa_{kind.name}": kind.operation() for kind in KINDS.values()},
    "zfssa_image": image.OPERATION,
    "zfssa_image_cache": image_cache.OPERATION,
    "zfssa_lun_mapping": mapping.OPERATION,
    "zfssa_lun_migration": migration.OPERATION,
    "zfssa_preflight": preflight.OPERATION,
    "zfssa_replication_package": package.OPERATION,
    "zfssa_replication_update": update.OPERATION,
    "zfssa_service": service.OPERATION,
    "zfssa_info": _info.OPERATION,
    "zfssa_rest": _rest.OPERATION,
    "zfssa_san": _san.OPERATION,
    "zfssa_session": _session.OPERATION,
}
# The folders of kinds whose planners a module needs, its own and those that it plans with; the tables of others are no planners.
PLANNERS = {
    "zfssa_image": {"lun", "schema", "share", "snapshot"},
    "zfssa_image_cache": {"lun", "schema", "share", "snapshot"},
    "zfssa_info": set(),
    "zfssa_initiator": {"san"},
    "zfssa_initiator_group": {"san"},
    "zfssa_lun": {"lun", "share"},
    "zfssa_lun_mapping": {"lun"},
    "zfssa_lun_migration": {"migration", "replication"},
    "zfssa_preflight": set(),
    "zfssa_project": {"project", "share"},
    "zfssa_replication": {"replication"},
    "zfssa_replication_package": {"replication"},
    "zfssa_replication_target": {"replication"},
    "zfssa_replication_update": {"replication"},
    "zfssa_rest": set(),
    "zfssa_san": {"lun", "project", "replication", "san", "schema", "share", "snapshot"},
    "zfssa_schema": {"schema"},
    "zfssa_service": {"service"},
    "zfssa_session": set(),
    "zfssa_snapshot": {"snapshot"},
    "zfssa_target": {"san"},
    "zfssa_target_group": {"san"},
}
KINDS_START = f"{COLLECTION}.module_utils.kinds."
REGISTRY = f"from {KINDS_START}_registry import KINDS"
STATEMENTS = {
    **{name: f"import {COLLECTION}.modules.{name}" for name in MODULES},
    "all names": f"{REGISTRY}; list(KINDS), len(KINDS)",
    "one kind": f"{REGISTRY}; KINDS['schema']",
    "action": f"import {COLLECTION}.action.zfssa_info",
}
# Each statement begins with nothing of the collection.
LOADING = """
import json, sys
start, told = sys.argv[1], []
for statement in sys.argv[2:]:
    for name in [name for name in sys.modules if name.startswith("ansible_collections.zfssa")]:
        del sys.modules[name]
    exec(statement, {})
    told.append([name for name in sys.modules if name.startswith(start)])
print(json.dumps(told))
"""
PLANNING = {
    *("_kind", "_operations", "_action", "_action_kind", "_inherited", "_package", "_update", "_target"),
    *("_mapping", "_removal", "_spec"),
}
NAMES = {name for subset, kind in KINDS.items() for name in (subset, kind.resource.kind, kind.resource.plural)}


def strings(tree: ast.AST) -> Iterator[str]:
    """Give the string constants of a program, those in formatted ones included, and no docstrings."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield from strings(node)


def test_each_module_has_an_operation_and_each_operation_a_module() -> None:
    assert sorted(OPERATIONS) == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_module_does_what_the_registry_says(name: str) -> None:
    module = import_module(f"{COLLECTION}.modules.{name}")

    assert module.TASK == Task.of(OPERATIONS[name])


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """Return which files of `kinds` are loaded after each of the statements, as `folder._file`."""
    told = subprocess.run(
        [sys.executable, "-c", LOADING, KINDS_START, *STATEMENTS.values()],
        env=os.environ | {"PYTHONPATH": str(PLUGINS.parent / "build/collections")},
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        what: {file.removeprefix(KINDS_START) for file in files}
        for what, files in zip(STATEMENTS, json.loads(told.stdout), strict=True)
    }


@pytest.mark.parametrize("name", MODULES)
def test_module_loads_no_planner_that_it_does_not_need(name: str, loaded: dict[str, set[str]]) -> None:
    files = [file.split(".") for file in loaded[name] if "." in file]

    assert {folder for folder, file in files if file in PLANNING} == PLANNERS[name]


def test_kind_is_loaded_when_somebody_asks_for_it(loaded: dict[str, set[str]]) -> None:
    assert loaded["all names"] == {"_registry"}
    assert "schema._kind" in loaded["one kind"]
    assert "snapshot._kind" not in loaded["one kind"]


def test_action_plugin_of_info_loads_all_before_there_are_workers(loaded: dict[str, set[str]]) -> None:
    kinds = {f"{folder}._kind" for folder in ("lun", "project", "san", "schema", "snapshot")}

    assert loaded["action"] >= {*kinds, "replication._target", "replication._action_kind"}


@pytest.mark.parametrize("file", ENGINE, ids=lambda file: file.stem)
def test_engine_knows_no_kind_by_its_name(file: Path) -> None:
    found = set(strings(ast.parse(file.read_text(encoding="utf-8"))))

    assert found & NAMES == set()


def test_names_are_looked_for_in_all_strings_but_docstrings() -> None:
    tree = ast.parse(
        '"""lun"""\nclass A:\n    """target"""\n    b = ["luns", f"{c}group"]\n    d({"property": e["project"]})\n'
    )

    assert set(strings(tree)) & NAMES == {"luns", "group", "property", "project"}


def needs(kind: Kind, lists: Mapping[str, str]) -> set[str]:
    """The registered kinds that the properties of a kind refer to."""
    references = [*(prop.refers for prop in kind.resource.writable), kind.resource.custom]
    return {lists[path] for reference in references if reference for path in reference.lists if path in lists}


def test_kinds_come_after_those_that_they_need() -> None:
    lists = {kind.resource.collection.replace("{protocol}", "iscsi"): subset for subset, kind in KINDS.items()}
    needed = {subset: needs(kind, lists) for subset, kind in KINDS.items()}
    order = list(KINDS)

    assert needed["luns"] == {"schema", "initiator_groups", "target_groups"}
    assert needed["initiator_groups"] == {"initiators"}
    assert [subset for subset in order if not needed[subset] <= set(order[: order.index(subset)])] == []
