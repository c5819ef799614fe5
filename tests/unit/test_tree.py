"""What the commands of the repository get as their environment: nothing that is compiled is compiled again and again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import tree

IMPORT = "import sys; sys.path.insert(0, sys.argv[1]); import compiled_once; print(compiled_once.__cached__)"
SHOW = 'shown:\n\t@echo "$${PYTHONDONTWRITEBYTECODE-none} $$PYTHONPYCACHEPREFIX"\n'


@pytest.fixture(autouse=True)
def forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment forbid compiled files, as images of containers do."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")


def test_compiled_files_are_kept_though_the_environment_forbids_them_and_not_beside_the_source(tmp_path: Path) -> None:
    (tmp_path / "compiled_once.py").touch()
    environment = {**tree.environment(), "PYTHONPYCACHEPREFIX": str(tmp_path / "kept")}

    shown = subprocess.run(
        [sys.executable, "-c", IMPORT, str(tmp_path)], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()

    assert Path(shown).is_file()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["compiled_once.py", "kept"]
    assert Path(tree.environment()["PYTHONPYCACHEPREFIX"]).is_relative_to(tree.BUILD)


def test_targets_get_the_same(tmp_path: Path) -> None:
    (tmp_path / "more.mk").write_text(SHOW, encoding="utf-8")

    shown = subprocess.run(
        ["make", "-s", "-f", "Makefile", "-f", str(tmp_path / "more.mk"), "shown"],
        cwd=tree.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert shown == ["none", tree.environment()["PYTHONPYCACHEPREFIX"]]
