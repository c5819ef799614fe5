"""The repository as Ansible wants to see it: below ``ansible_collections/zfssa/storage``.

There are two such views, both in the git-ignored folder ``build``: a symbolic link for every tool
that follows one, and a copy for ansible-test, which insists on real paths.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
REPORTS = BUILD / "reports"
COLLECTIONS = BUILD / "collections"
NAMESPACE = "zfssa"
NAME = "storage"


def link() -> Path:
    """Make the live view; return the folder that goes into ``ANSIBLE_COLLECTIONS_PATH``."""
    view = COLLECTIONS / "ansible_collections" / NAMESPACE / NAME
    view.parent.mkdir(parents=True, exist_ok=True)
    if not view.is_symlink():
        view.symlink_to("../../../..", target_is_directory=True)
    return COLLECTIONS


def files() -> list[Path]:
    """Return the paths, relative to the root, of all files that git tracks or would add.

    Raises SystemExit with git's own message where the root is not a git repository.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if listing.returncode:
        sys.exit(f"error: git cannot list the files of {ROOT}: {listing.stderr.strip()}")
    names = {name for name in listing.stdout.split("\0") if name}
    return sorted(Path(name) for name in names if (ROOT / name).is_file())


def copy(where: Path) -> Path:
    """Copy the collection below ``where`` and return the root of the copy.

    The copy is a git repository of its own: inside a git-ignored folder, ansible-test would find
    no file to test and call that a success.
    """
    to = where / "ansible_collections" / NAMESPACE / NAME
    shutil.rmtree(to, ignore_errors=True)
    for name in files():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to / name)
    subprocess.run(["git", "init", "--quiet", "."], cwd=to, check=True)
    return to


def environment() -> dict[str, str]:
    """Return the environment for commands of the virtual environment that runs this program."""
    # Images of containers like to forbid compiled files. Then each of the many processes of the tests compiles all anew; here
    # they are kept, and not beside the sources.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPYCACHEPREFIX": str(BUILD / "pycache"),
        "ANSIBLE_COLLECTIONS_PATH": str(link()),
        "ANSIBLE_HOME": str(BUILD / "ansible"),
        "ZFSSA_LAB_PYTHON": sys.executable,
    }


def leg() -> str:
    """Name the Python and ansible-core that run this program, such as ``py3.11-core2.19.14``."""
    major, minor = sys.version_info[:2]
    return f"py{major}.{minor}-core{metadata.version('ansible-core')}"


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Let one process at a time do the thing called ``name`` in this repository."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f".{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another run of {name} ...", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
