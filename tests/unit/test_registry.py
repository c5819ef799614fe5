"""The registries: each module does what its operation says, and the engine knows no kind by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.engine._kind import Kind
from ansible_collections.zfssa.storage.plugins.module_utils.kinds import _registry
from ansible_collections.zfssa.storage.plugins.module_utils.kinds._registry import KINDS
from ansible_collections.zfssa.storage.plugins.module_utils.run import _info, _rest, _session
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.run.document import _operation as _san

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
MODULES = sorted(file.stem for file in (PLUGINS / "modules").glob("*.py"))
ENGINE = sorted((PLUGINS / "module_utils/engine").glob("*.py"))
# Those that are about no kind of object stand on the floor above the registry.
OPERATIONS = {
    **_registry.OPERATIONS,
    "zfssa_info": _info.OPERATION,
    "zfssa_rest": _rest.OPERATION,
    "zfssa_san": _san.OPERATION,
    "zfssa_session": _session.OPERATION,
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
    module = import_module(f"ansible_collections.zfssa.storage.plugins.modules.{name}")

    assert module.TASK == Task.of(OPERATIONS[name])


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
