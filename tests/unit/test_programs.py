"""What `make setup` says of the programs that LUNs with bytes need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools import tree


def said(path: str) -> str:
    """What is said where programs are looked for in some folders, and in those of administrators."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.programs"],
        cwd=tree.ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_missing_programs_are_named_with_what_installs_them() -> None:
    line = said("/nonexistent")

    assert "lacks" in line
    assert "the program qemu-img" in line
    assert "make setup-dataplane" in line
    assert len(line.splitlines()) == 1


def test_version_of_qemu_is_told_where_it_is_there(tmp_path: Path) -> None:
    for name in ("tgtd", "tgtadm", "qemu-img", "qemu-io", "iscsi-inq", "iscsi-ls"):
        file = tmp_path / name
        file.write_text("#!/bin/sh\necho qemu-img version 9.1.0\n", encoding="utf-8")
        file.chmod(0o700)

    line = said(f"{tmp_path}:/usr/bin:/bin")

    # Nobody but root can serve LUNs with bytes.
    assert ("qemu-img version 9.1.0" in line) == (os.geteuid() == 0)
