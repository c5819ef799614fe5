"""The five floors of `plugins/module_utils`: which may know which, and that nothing goes round in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "plugins/module_utils"
# From the ground up: what stands on a floor knows its own floor and those before it in this list.
FLOORS = ("values", "client", "engine", "kinds", "run")
PACKAGE = "ansible_collections.zfssa.storage.plugins.module_utils."


def module_name(file: Path) -> str:
    """The dotted name of a file, counted from `module_utils`."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


FILES = {module_name(file): file for file in sorted(ROOT.rglob("*.py")) if file.name != "__init__.py"}


def imported(name: str) -> Iterator[str]:
    """Give the modules of `module_utils` that a module imports, wherever in it and for whatever purpose."""
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        base = node.module or ""
        if node.level:
            base = ".".join([*name.split(".")[: -node.level], *filter(None, [base])])
        elif base.startswith(PACKAGE):
            base = base.removeprefix(PACKAGE)
        else:
            continue
        for alias in node.names:
            yield base if base in FILES else f"{base}.{alias.name}"


def floor_of(name: str) -> int:
    """Which floor a module stands on."""
    return FLOORS.index(name.partition(".")[0])


ARROWS = {name: sorted(set(imported(name))) for name in FILES}


def test_every_file_stands_on_a_floor() -> None:
    assert {name.partition(".")[0] for name in FILES} == set(FLOORS)
    assert [target for targets in ARROWS.values() for target in targets if target not in FILES] == []


@pytest.mark.parametrize("name", FILES)
def test_imports_point_downward(name: str) -> None:
    assert [target for target in ARROWS[name] if floor_of(target) > floor_of(name)] == []


def test_no_module_imports_itself_through_others() -> None:
    left = {name: set(targets) for name, targets in ARROWS.items()}
    while free := [name for name, targets in left.items() if not targets]:
        for name in free:
            del left[name]
        for targets in left.values():
            targets.difference_update(free)

    assert left == {}
