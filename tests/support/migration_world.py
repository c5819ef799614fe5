"""Two appliances before a migration: what is alike on both, what is not, and LUNs that can be told apart."""

from __future__ import annotations

from typing import Any

from cases import ACTIONS, PROJECTS, SCHEMA, Call, groups, on_the_way, prepare, target_group
from lab_appliances import Lab, Record

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import (
    Before,
    Left,
    Place,
    Sign,
    sign_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._owner import NOBODY, this_run

LUNS = f"{PROJECTS}/databases/luns"
WRITTEN = 64 << 20
SEEN = Before("online", ("ig-db",), "default")
# What a LUN must have on the target as it had on the source.
SAME = (
    "volsize", "volblocksize", "sparse", "compression", "checksum", "copies", "dedup", "logbias",
    "secondarycache", "writecache", "nodestroy", "status", "initiatorgroup", "targetgroup",
    "space_data", "custom:colour",
)  # fmt: skip


def both(*calls: Call) -> tuple[Call, ...]:
    """Return calls for both appliances."""
    return tuple((side, *call) for side in ("east", "west") for call in calls)


def build(lab: Lab) -> None:
    """Make projects with defaults that differ, and groups and a custom property that do not."""
    prepare(
        lab,
        (
            *both(("POST", SCHEMA, {"property": "colour"}), *groups("ig-db", "ig-app"), *target_group("tg-db")),
            (
                "POST",
                PROJECTS,
                {"name": "databases", "compression": "lzjb", "logbias": "throughput", "default_volblocksize": "16k"},
            ),
            (
                "west",
                "POST",
                PROJECTS,
                {
                    "name": "databases",
                    "compression": "gzip-9",
                    "checksum": "sha256",
                    "copies": 2,
                    "dedup": True,
                    "secondarycache": "metadata",
                    "default_sparse": True,
                },
            ),
        ),
    )


def add_lun(lab: Lab, name: str = "redo-1", written: int = WRITTEN, **more: Any) -> Record:
    """Make a LUN on east, write into it, and return its record."""
    body = {
        "name": name,
        "volsize": "1g",
        "sparse": True,
        "secondarycache": "none",
        "writecache": True,
        "initiatorgroup": ["ig-db", "ig-app"] if lab.release != "2013.1" else "ig-db",
        "targetgroup": "tg-db",
        "custom:colour": "red",
        **more,
    }
    prepare(lab, (("POST", LUNS, body),))
    if written:
        lab.write(name, written, "databases")
    return lab.east.lun(name)


def take_snapshot(lab: Lab, snapshot: str, name: str = "redo-1") -> None:
    """Take a snapshot of a LUN on east, and write more into it."""
    prepare(lab, (("POST", f"{LUNS}/{name}/snapshots", {"name": snapshot}),))
    lab.write(name, WRITTEN, "databases")


def set_lun(lab: Lab, name: str = "redo-1", **values: Any) -> Record:
    """Change a LUN on east, and return its record."""
    prepare(lab, (("PUT", f"{LUNS}/{name}", values),))
    return lab.east.lun(name)


def replicate(lab: Lab, name: str = "redo-1", send: bool = True, hidden: bool = False) -> str:
    """Make the action of a migration, send an update, and return the id.

    Args:
        hidden: whether this is the last update: the LUN is taken offline and gets its marker before.
    """
    body = {"pool": "tank", "project": "databases", "share": name, "target": "west", "target_pool": "tank"}
    made = prepare(
        lab,
        (
            ("PUT", f"{PROJECTS}/databases/filesystems/{name}/replication", {"inherited": False}),
            ("POST", ACTIONS, body),
        ),
    )
    if hidden:
        set_lun(lab, name, status="offline")
        prepare(lab, (("POST", f"{LUNS}/{name}/snapshots", {"name": f"zfssa-migration-{made}"}),))
    if send:
        # A lab that sends no LUN that is offline is to have one that was sent all the same.
        refused = lab.control("GET", "/switches")["offline-update"]["value"]
        lab.switch("offline-update", "accepted")
        prepare(lab, (("PUT", f"{ACTIONS}/{made}/sendupdate"),))
        on_the_way(lab)
        lab.switch("offline-update", refused)
    return made


def leave_sign(lab: Lab, name: str = "redo-1", before: Before = SEEN, made: str = "") -> None:
    """Leave the sign of a run that has ended, and could not undo all, for a LUN that hosts saw.

    Args:
        made: the action that was its own to remove; none where it had none.
    """
    place = Place("tank", "databases", name)
    text = Sign(place, NOBODY, before, Left(this_run().controller, made) if made else None).text
    prepare(lab, (("POST", PROJECTS, {"name": sign_of(place), "mountpoint": text}),))


def package_of(lab: Lab, made: str) -> str:
    """The path of the package of an action."""
    base = "replication/packages" if lab.release == "8.8" else "replication/sources/east/packages"
    return f"storage/v1/{base}/{made}"


def sever(lab: Lab, made: str, name: str = "redo-1") -> None:
    """Sever the package of a migration into its temporary project; no host sees the copy."""
    package = package_of(lab, made)
    masked = {"initiatorgroup": "com.sun.ms.vss.hg.maskAll", "targetgroup": "default"}
    prepare(
        lab,
        (
            ("west", "PUT", f"{package}/projects/databases/luns/{name}", masked),
            ("west", "PUT", f"{package}/sever", {"projname": made}),
        ),
    )


def alike(before: Record, after: Record, **changes: Any) -> None:
    """Check that a LUN on the target is as it was on the source, save for some values."""
    wanted = {key: before[key] for key in SAME if key in before}
    assert {key: after[key] for key in wanted} == {**wanted, **changes}
