"""Make or update a virtual environment; do nothing when it is up to date.

The environment holds a stamp: what it was made from. Only the groups whose stamp differs are
installed, and only another Python makes it start from scratch.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.tree import ROOT, link, lock

CONSTRAINTS = ROOT / "tests/constraints.txt"
CORE = ROOT / "tests/requirements-core.txt"
GROUPS = {
    "tests": [ROOT / "requirements.txt", ROOT / "tests/requirements.txt"],
    "lint": [ROOT / "tests/requirements-lint.txt"],
    "docs": [ROOT / "tests/requirements-docs.txt"],
}


def digest(group: str, core: str) -> str:
    """Return a hash over all that decides what is installed for ``group``."""
    content = hashlib.sha256(core.encode())
    for file in [CONSTRAINTS, CORE, *GROUPS[group]]:
        content.update(file.read_bytes())
    return content.hexdigest()


def core_requirement(core: str) -> list[str]:
    """Return pip's arguments for an ansible-core: ``2.18``, ``2.18.19``, or empty for the newest."""
    if not core:
        return ["-r", str(CORE)]
    return [f"ansible-core=={core}" if core.count(".") > 1 else f"ansible-core~={core}.0"]


def read_stamp(venv: Path) -> dict[str, str]:
    """Return the stamp of the environment; an empty one if it is of no use to this Python."""
    try:
        stamp: dict[str, str] = json.loads((venv / ".stamp.json").read_text())
    except (OSError, ValueError):
        return {}
    usable = stamp.get("made") == made(venv) and (venv / "bin/python").exists()
    return stamp if usable else {}


def made(venv: Path) -> str:
    """Say where and from which Python the environment is made: neither may change later."""
    return f"{venv} {sys.version}"


def install(venv: Path, groups: list[str], core: str) -> None:
    """Install the groups with pip. Raises SystemExit when pip fails, with pip's own messages."""
    arguments = core_requirement(core)
    for file in [file for group in groups for file in GROUPS[group]]:
        arguments += ["-r", str(file)]
    command = [str(venv / "bin/python"), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "-c", str(CONSTRAINTS), *arguments]
    done = subprocess.run(
        command,
        check=False,
        env=os.environ | {"PIP_USER": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        print(done.stdout, end="", flush=True)
        version = ".".join(map(str, sys.version_info[:3]))
        wanted = f" and ansible-core {core}" if core else ""
        sys.exit(f"error: pip could not install what Python {version}{wanted} needs (see above).")


def setup(venv: Path, groups: list[str], core: str) -> None:
    """Bring the environment up to date for the groups."""
    stamp = read_stamp(venv)
    stale = [group for group in groups if stamp.get(group) != digest(group, core)]
    if not stale:
        return
    if not stamp:
        if venv.exists() and not (venv / "pyvenv.cfg").exists() and any(venv.iterdir()):
            sys.exit(f"error: {venv} is not a virtual environment: name another folder with VENV=.")
        print(f"Making {venv} with Python {sys.version.split()[0]} ...", flush=True)
        shutil.rmtree(venv, ignore_errors=True)
        if subprocess.run([sys.executable, "-m", "venv", str(venv)], check=False).returncode:
            sys.exit(f"error: {sys.executable} could not make a virtual environment (see above).")
    print(f"Installing into {venv}: {', '.join(stale)} (about a minute) ...", flush=True)
    install(venv, stale, core)
    stamp |= {group: digest(group, core) for group in stale} | {"made": made(venv)}
    (venv / ".stamp.json").write_text(json.dumps(stamp, indent=1) + "\n")


def main() -> None:
    """Read the command line and make the environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, required=True)
    parser.add_argument("--core", default="", help="2.18, 2.18.19, or empty for the newest")
    parser.add_argument("groups", nargs="+", choices=sorted(GROUPS))
    options = parser.parse_args()
    link()
    with lock(f"setup-{options.venv.name}"):
        setup(options.venv.absolute(), options.groups, options.core)


if __name__ == "__main__":
    main()
