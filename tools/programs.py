"""Say which programs of the system are there for LUNs with bytes, and which are missing: without them their tests are left out."""

from __future__ import annotations

import subprocess
import sys

from tools.tree import ROOT

# The lab's own list says which.
sys.path.insert(0, str(ROOT / "tests/lab"))

from zfssa_lab.dataplane.programs import CLIENT_PROGRAMS, SERVER_PROGRAMS, find, missing

_SECONDS = 10


def version_of_qemu() -> str:
    """Return what `qemu-img` says of its version; empty when it says nothing."""
    program = find("qemu-img")
    if program is None:
        return ""
    try:
        told = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next(iter(told.splitlines()), "")


def told() -> str:
    """Return one line for people."""
    lacks = missing(SERVER_PROGRAMS + CLIENT_PROGRAMS)
    if lacks:
        return (
            f"LUNs with bytes: lacks {lacks}, so that the tests of the data plane and of images are left out, and all else runs; "
            "'make setup-dataplane' installs the programs"
        )
    return f"LUNs with bytes: {', '.join(SERVER_PROGRAMS + CLIENT_PROGRAMS)} are there ({version_of_qemu() or 'no version told'})"


if __name__ == "__main__":
    print(told())
