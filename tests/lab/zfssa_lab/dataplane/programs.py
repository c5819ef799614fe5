"""What the data plane needs from the machine."""

from __future__ import annotations

import os
import shutil
import sys

SERVER_PROGRAMS = ("tgtd", "tgtadm")
CLIENT_PROGRAMS = ("qemu-img", "qemu-io", "iscsi-inq", "iscsi-ls")
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def find(program: str) -> str | None:
    """Return where a program is; administrators' folders count although a user's PATH may lack them."""
    return shutil.which(program, path=_PATH)


def missing(programs: tuple[str, ...] = SERVER_PROGRAMS) -> str:
    """Return in words what is missing, or an empty string when all is there."""
    if sys.platform != "linux":
        return "Linux"
    absent = [f"the program {program}" for program in programs if find(program) is None]
    if os.geteuid() != 0:
        absent.append("root's rights")
    return " and ".join(absent)
