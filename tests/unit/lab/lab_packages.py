"""What facts about packages share."""

from __future__ import annotations

from typing import Any

from lab_facts import PKG
from lab_world import (
    ACTIONS,
    PROJECTS,
    SEND,
    wait,
)

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
