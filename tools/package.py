"""Build the collection's archive, install it elsewhere without a network, and try it there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from tools import tree

DIST = tree.BUILD / "dist"
INSTALLED = tree.BUILD / "installed"
COLLECTION = f"{tree.NAMESPACE}.{tree.NAME}"
GENERATED = {Path("MANIFEST.json"), Path("FILES.json")}


def run(*command: str, cwd: Path = tree.ROOT) -> str:
    """Run a command on the installed collection; return its output, or exit with it on failure."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=tree.environment() | {"ANSIBLE_COLLECTIONS_PATH": str(INSTALLED)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}error: {' '.join(command)} failed.")
    return done.stdout


def build() -> Path:
    """Build the archive; exit when it holds a file that is not one of the repository's."""
    shutil.rmtree(DIST, ignore_errors=True)
    run("ansible-galaxy", "collection", "build", "--output-path", str(DIST))
    (archive,) = DIST.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        packed = {Path(member.name) for member in content if member.isfile()}
    if strays := sorted(packed - GENERATED - set(tree.files())):
        names = ", ".join(map(str, strays))
        sys.exit(f"error: the archive holds what is not in the repository, see build_ignore: {names}")
    print(f"{os.path.relpath(archive, tree.ROOT)}: {len(packed)} files")
    return archive


def install(archive: Path) -> None:
    """Install the archive into an empty folder and compare it with its own manifest."""
    shutil.rmtree(INSTALLED, ignore_errors=True)
    galaxy = ("ansible-galaxy", "collection")
    run(*galaxy, "install", "--offline", "--force", "-p", str(INSTALLED), str(archive))
    run(*galaxy, "verify", "--offline", COLLECTION)


def document() -> None:
    """Show that the documentation of every packed module and role can be read."""
    root = INSTALLED / "ansible_collections" / tree.NAMESPACE / tree.NAME
    names = {
        "module": sorted(file.stem for file in (root / "plugins/modules").glob("[!_]*.py")),
        "role": sorted(file.parent.parent.name for file in root.glob("roles/*/meta/argument_specs.yml")),
    }
    for kind, found in names.items():
        if found:
            wanted = [f"{COLLECTION}.{name}" for name in found]
            read = json.loads(run("ansible-doc", "--json", "-t", kind, *wanted, cwd=INSTALLED))
            if missing := sorted(set(wanted) - set(read)):
                sys.exit(f"error: ansible-doc shows no documentation of {', '.join(missing)}.")
        print(f"{kind}s: {', '.join(found) or 'none'}")


if __name__ == "__main__":
    with tree.lock("package"):
        install(build())
        document()
