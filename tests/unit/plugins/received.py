"""Appliances that have received replication packages: `west` receives from `east`, and from `north`."""

from __future__ import annotations

from typing import Any

from lab_client import ROOT, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._package import plan_package

REPLICATION = f"{ROOT}replication"
PROJECTS = f"{ROOT}projects"
PACKAGES, SOURCES = f"{REPLICATION}/packages", f"{REPLICATION}/sources"
DR = f"{ROOT}pools/dr/projects"
NOT_THERE = "0b2cf5c6-3d3f-4e7c-9c1e-6a4d3f1f2b9a"
# How far a replication has come: its first update is on its way, it has arrived, or another one is on its way after it.
FIRST, ARRIVED, AGAIN = "first", "arrived", "again"


def receiver(release: str = "8.8", tells: bool = True, **more: Any) -> LabClient:
    """A client of `west`, which has the pools `tank`, `dr` and `fast`.

    Args:
        tells: whether packages tell their source, their pools and what they are replicas of.
        more: for `LabClient`.
    """
    return LabClient(
        release,
        **{"pools": {"tank": 1 << 50, "dr": 1 << 50, "fast": 1 << 50}, "appliances": ("east", "west", "north"), **more},
        switches={"package-keys": "shown" if tells else "absent"},
    ).peer("west")


def receive(
    west: LabClient,
    project: str = "proj-a",
    lun: str | None = None,
    *,
    luns: tuple[str, ...] = ("lun-a",),
    sender: str = "east",
    pool: str = "tank",
    into: str = "dr",
    course: str = ARRIVED,
) -> str:
    """Let `west` receive a project, or one LUN of it, and return the id of the package.

    Args:
        luns: what the project has at the sender.
        sender, pool: where it comes from.
        into: the pool of `west`.
        course: how far it has come.
    """
    at = west.peer(sender)
    above = f"{ROOT}pools/{pool}/projects/{project}"
    if at.look(above) is None:
        at.add_project(project, pool)
    for name in luns:
        if at.look(f"{above}/luns/{name}") is None:
            at.add_lun(project, name, pool)
            at.lab.write(sender, pool, project, name, 1 << 20)
    if lun is not None:
        at.do("PUT", f"{above}/luns/{lun}/replication", {"inherited": False})
    place = above if lun is None else f"{above}/luns/{lun}"
    ident = at.do("POST", f"{place}/replication/actions", {"pool": into, "target": "west"})["id"]
    update(west, ident, sender)
    if course != FIRST:
        west.clock.advance(3600)
    if course == AGAIN:
        at.lab.write(sender, pool, project, lun or luns[0], 1 << 20)
        update(west, ident, sender)
    return str(ident)


def update(west: LabClient, ident: str, sender: str = "east") -> None:
    """Let the sender begin an update."""
    west.peer(sender).do("PUT", f"{REPLICATION}/actions/{ident}/sendupdate")


def path_of(west: LabClient, ident: str, source: str = "east") -> str:
    """Return where the release of an appliance has a package."""
    below = PACKAGES if west.release.has("flat_packages") else f"{SOURCES}/{source}/packages"
    return f"{below}/{ident}"


def plan(west: LabClient, ident: str = NOT_THERE, **options: Any) -> Item:
    """Plan for a package by its id."""
    return plan_package(west, {"id": ident, "state": "present", **options})


def ids(west: LabClient) -> list[str]:
    """The ids of the packages that are there."""
    found = [
        west.do("GET", f"{SOURCES}/{one['name']}/packages")["packages"] for one in west.do("GET", SOURCES)["sources"]
    ]
    return [one["id"] for packages in found for one in packages]


def stop(west: LabClient, ident: str, sender: str = "east") -> None:
    """Cancel the update that is on its way."""
    west.peer(sender).do("PUT", f"{REPLICATION}/actions/{ident}/cancelupdate")
