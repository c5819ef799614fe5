"""What the contract tests of snapshots share."""

from __future__ import annotations

from typing import Any

from cases import (
    PROJECTS,
    Call,
)
from module_runner import Bench

PLACE = {"pool": "tank", "project": "default"}
OF_LUN = {**PLACE, "lun": "a"}
S1 = {**OF_LUN, "name": "s1"}
# A clone of that snapshot.
LUN = {**PLACE, "name": "c"}
SOURCE = {"lun": "a", "snapshot": "s1"}
CLONE = {**LUN, "source": SOURCE}
FILES = f"{PROJECTS}/default/filesystems"


def filesystem(name: str = "fs", **more: Any) -> Call:
    """Make a filesystem in project default."""
    return ("POST", FILES, {"name": name, **more})


def names(bench: Bench, share: str | None = "a") -> list[str]:
    """The names of the snapshots of a share, or of the project itself."""
    return [one["name"] for one in bench.lab.east.state["snapshots"] if one["share"] == share]
