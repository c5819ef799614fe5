"""What facts about replication and its packages share."""

from __future__ import annotations

from typing import Any

from lab_facts import PKG
from lab_world import ACTIONS, PROJECTS, SEND, action, lun, own_replication, snapshot, wait

# A LUN that is ready to be replicated, and its action; then the package of one with snapshots, and its LUN there.
READY = (lun(), own_replication(), action())
ONE = f"{ACTIONS}/{{id}}"
WITH_SNAPS = (lun(), snapshot("s1"), snapshot("s2"), own_replication(), action(), SEND, wait(10))
IN = f"{PKG}/projects/default"
RA = f"{IN}/luns/a"
WHOLE = (
    ("POST", PROJECTS, {"name": "p", "compression": "gzip"}),
    ("POST", f"{PROJECTS}/p/filesystems", {"name": "f"}),
    ("POST", f"{PROJECTS}/p/luns", {"name": "l", "volsize": "1g"}),
    ("POST", f"{PROJECTS}/p/snapshots", {"name": "s1"}),
    ("POST", ACTIONS, {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank"}),
    SEND,
    wait(10),
)


def sever(name: str = "t") -> tuple[Any, ...]:
    """Sever the package."""
    return ("west", "PUT", f"{PKG}/sever", {"projname": name})
