"""A Python that is too old is told in one sentence, by every module."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.run import _module
from ansible_collections.zfssa.storage.plugins.module_utils.values import _python

PLUGINS = Path(_python.__file__).resolve().parents[2]
MODULES = sorted(file.stem for file in (PLUGINS / "modules").glob("zfssa_*.py"))
# What is read before the version has been looked at.
EARLY = [*(PLUGINS / "modules").glob("zfssa_*.py"), Path(_module.__file__), Path(_python.__file__)]
AS_OLD = """
import sys, datetime, runpy
import ansible.module_utils.basic
del datetime.UTC
sys.version_info = (3, 9, 2, "final", 0)
runpy.run_module(sys.argv[1], run_name="__main__")
"""


def ours(tree: ast.Module) -> list[str]:
    """Return what is imported of the collection, in order."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [
        f"{'.' * node.level}{node.module or ''}.{node.names[0].name}"
        for node in imports
        if node.level or str(node.module).startswith("ansible_collections.")
    ]


@pytest.mark.parametrize("file", EARLY, ids=lambda file: file.stem)
def test_version_is_looked_at_first_and_an_old_python_comes_so_far(file: Path) -> None:
    imports = ours(ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 8)))

    if file.stem in MODULES:
        assert imports[0].endswith("module_utils.run._module.run")
    elif file.stem == "_module":
        assert imports[0].endswith("module_utils.values._python")
    else:
        assert imports == []


@pytest.mark.parametrize("module", ["zfssa_lun", "zfssa_info"])
def test_old_python_is_one_sentence(module: str) -> None:
    name = f"ansible_collections.zfssa.storage.plugins.modules.{module}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    done = subprocess.run(
        [sys.executable, "-c", AS_OLD, name], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, "")
    result = json.loads(done.stdout)
    assert result["failed"]
    assert result["msg"] == (
        f"the modules of zfssa.storage need Python 3.11 or newer, and {sys.executable} is Python 3.9.2; set "
        "ansible_python_interpreter to a newer one that has the package requests, or run the task on the controller."
    )


@pytest.mark.parametrize(("version", "wrong"), [((3, 10, 14), True), ((3, 11, 0), False), ((3, 14, 1), False)])
def test_versions(version: tuple[int, ...], wrong: bool) -> None:
    assert bool(_python.complaint(version, "python3")) is wrong
