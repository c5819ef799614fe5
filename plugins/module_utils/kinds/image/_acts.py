# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few things that are done to a cached LUN on the appliance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...client._client import Client
from ...engine._apply import apply
from ...engine._kind import Found
from ...engine._plan import unchanged
from ...engine._planner import plan_rename
from ...engine._read import Reader, read, read_list
from ...engine._types import Record
from ...values._errors import NotFound, ObjectExists, PlanRefused, ZfssaError
from ...values._names import check_name, segment, shown
from ...values._wire import Wire, clear, named
from ..lun._kind import LUN as LUN_KIND
from ..lun._table import LUN
from ..pool._pools import STORAGE
from ..project._lookup import require_project
from ..schema._kind import SCHEMA as SCHEMA_KIND
from ..snapshot._dependents_list import dependents_at
from ..snapshot._kind import SNAPSHOT
from ._entry import FILL, SCHEMA, Entry, is_proof, proof_of, retired_name

# What a cached LUN is rounded up to at least: the sectors of any host.
_SECTOR = 4096


@dataclass(frozen=True)
class Cache:
    """Where cached LUNs are."""

    pool: str
    project: str

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Cache:
        """The cache that options name.

        Raises:
            InvalidInput: one of the names can be none.
        """
        return cls(*(check_name(key, str(options[key])) for key in ("pool", "project")))

    def identity(self, name: str) -> dict[str, str]:
        """The names of a LUN in it."""
        return {"pool": self.pool, "project": self.project, "name": name}

    def path(self, name: str) -> str:
        """The path of a LUN in it."""
        return LUN.path(self.identity(name))

    def label(self, name: str) -> str:
        """A LUN in it, as messages call it."""
        return LUN.label(self.identity(name))


def look_at(reader: Reader, cache: Cache, name: str) -> tuple[Record | None, list[str]]:
    """Read a LUN and the names of its snapshots; there is none where the LUN does not exist."""
    lun = read(reader, LUN, cache.identity(name))
    return (None, []) if lun is None else (lun, snapshots_of(reader, cache, name))


def snapshots_of(reader: Reader, cache: Cache, name: str) -> list[str]:
    """The names of the snapshots of a LUN."""
    return named(read_list(reader, f"{cache.path(name)}/snapshots", "snapshots"))


def missing_properties(reader: Reader) -> list[str]:
    """The custom properties of cached LUNs that the appliance does not have."""
    there = named(read_list(reader, f"{STORAGE}/schema", "properties", "schema"), "property")
    return [name for name in SCHEMA if name not in there]


def define_properties(client: Client) -> None:
    """Make the custom properties that cached LUNs need.

    Raises:
        PlanRefused: the account may not.
    """
    for name in missing_properties(client):
        options = {"state": "present", "name": name, "type": "String", "description": SCHEMA[name]}
        try:
            apply(SCHEMA_KIND.plan(client, options), client)
        except ZfssaError as error:
            if error.status not in (401, 403):
                raise
            raise PlanRefused(
                f"the custom property {name} does not exist, and this account may not make it: {error.reason}",
                advice=f"make {', '.join(SCHEMA)} once with zfssa_schema, each of type String, as somebody who may",
                status=error.status,
                fault=error.fault,
                request=error.request,
            ) from None


def rounded(size: int, block: int | None) -> int:
    """The size of a LUN that takes an image: a multiple of its blocks, and of the sectors of any host."""
    step = max(block or 0, _SECTOR)
    return -(-size // step) * step


def size_for(reader: Reader, cache: Cache, virtual_size: int, written: int) -> int:
    """The size that the cached LUN of an image must have.

    Raises:
        PlanRefused: the project does not exist, or has no room for what has to be written.
    """
    project = require_project(reader, cache.pool, cache.project)
    free = clear(project["space_available"])
    if free is not None and written > free:
        raise PlanRefused(
            f"project {cache.pool}/{cache.project} has {free} bytes left, and the image needs {written}",
            advice="free space, raise the quota of the project, or remove cached images with image_cache_keep_last",
        )
    return rounded(virtual_size, clear(project["default_volblocksize"]))


def create(client: Client, cache: Cache, name: str, size: int, values: Mapping[str, Any]) -> Record:
    """Make a LUN that nobody else has made: the name is the lock.

    Args:
        client: of the appliance.
        cache: where.
        name: of the LUN.
        size: in bytes.
        values: further options of `zfssa_lun`.

    Returns:
        Its record.

    Raises:
        ObjectExists: somebody else has made one of that name.
    """
    options = {
        "state": "present", **cache.identity(name), "size": size, "sparse": True, "allow_shrink": False, "force": False, **values,
    }  # fmt: skip
    request = LUN_KIND.completed(client, LUN_KIND.request(options), Found(cache.identity(name), None, {}))
    # It is not looked for first: one that is there would be changed into what is wanted here.
    try:
        results = apply(LUN_KIND.plan_new(client, request, cache.identity(name)), client)
    except ZfssaError as error:
        if error.status == 409 and read(client, LUN, cache.identity(name)) is not None:
            raise ObjectExists(error.reason, status=error.status, fault=error.fault, request=error.request) from None
        raise
    lun: Record = results["lun"]
    return lun


def beat(client: Client, cache: Cache, name: str, guid: str, sign: str) -> bool:
    """Give a sign of life on a LUN; return whether it still is the one of that GUID."""
    try:
        reply = client.send("PUT", cache.path(name), {f"custom:{FILL}": sign})
    except NotFound:
        return False
    wire = reply.body.get("lun")
    told = wire.get("lunguid") if isinstance(wire, dict) else None
    if told is None:
        lun = read(client, LUN, cache.identity(name))
        told = None if lun is None else clear(lun["lunguid"])
    return told == guid


def hide(client: Client, cache: Cache, name: str) -> None:
    """Present a LUN to nobody."""
    apply(LUN_KIND.plan(client, {"state": "present", **cache.identity(name), "initiator_groups": []}), client)


def note(client: Client, cache: Cache, name: str, properties: Mapping[str, str]) -> None:
    """Write something else on a cached LUN."""
    apply(LUN_KIND.plan(client, {"state": "present", **cache.identity(name), "custom": dict(properties)}), client)


def prove(client: Client, cache: Cache, name: str, proof: str) -> None:
    """Take the snapshot that proves a LUN."""
    options = {
        "state": "present",
        "pool": cache.pool,
        "project": cache.project,
        "lun": name,
        "name": proof,
        "force": False,
    }
    apply(SNAPSHOT.plan(client, options), client)


def rename(client: Client, cache: Cache, lun: Record, name: str, new_name: str) -> None:
    """Rename a LUN once and only once.

    Args:
        lun: its record.
        name, new_name: what it is called, and shall be.
    """
    plan = unchanged({LUN.kind: {**lun, "name": name}})
    apply(plan_rename(plan, LUN, cache.identity(name), cache.identity(new_name), client.release), client)


def retire(client: Client, cache: Cache, entry: Entry) -> Entry | None:
    """Give an entry a name under which nobody looks for it, so that nobody clones it from now on.

    A rename is atomic. Whoever comes too late, and has another LUN that bears the name by now, gives it back.

    Returns:
        It under its new name; `None` where it was not there any more.
    """
    new_name = retired_name(entry.name, entry.guid)
    if entry.name == new_name:
        return entry
    lun = read(client, LUN, cache.identity(entry.name))
    if lun is None or clear(lun["lunguid"]) != entry.guid:
        return _retired(client, cache, entry, new_name)
    try:
        rename(client, cache, lun, entry.name, new_name)
    except NotFound:
        return _retired(client, cache, entry, new_name)
    now = read(client, LUN, cache.identity(new_name))
    if now is not None and clear(now["lunguid"]) != entry.guid:
        rename(client, cache, now, new_name, entry.name)
        return None
    return None if now is None else replace(entry, name=new_name)


def _retired(client: Client, cache: Cache, entry: Entry, new_name: str) -> Entry | None:
    """An entry that somebody else has retired, or `None`."""
    there = read(client, LUN, cache.identity(new_name))
    return replace(entry, name=new_name) if there is not None and clear(there["lunguid"]) == entry.guid else None


def remove_retired(client: Client, cache: Cache, entry: Entry) -> str | None:
    """Destroy a retired entry, if nothing depends on it.

    Returns:
        Why it stays; `None` when it is gone.
    """
    try:
        snapshots = snapshots_of(client, cache, entry.name)
        reason = _held_by(client, cache, entry, snapshots)
        if reason:
            return reason
        # Its own proof last: an entry that must stay after all is still whole.
        for name in sorted(snapshots, key=lambda one: one == entry.proof):
            _remove_snapshot(client, cache, entry.name, name)
        apply(LUN_KIND.plan(client, {"state": "absent", **cache.identity(entry.name), "force": False}), client)
    except PlanRefused as refusal:
        # Somebody was faster, or protects it: that it is refused is the answer.
        return refusal.reason
    return None


def held_by(reader: Reader, cache: Cache, entry: Entry) -> str | None:
    """Why an entry must stay; `None` when nothing depends on it."""
    return _held_by(reader, cache, entry, snapshots_of(reader, cache, entry.name))


def _held_by(reader: Reader, cache: Cache, entry: Entry, snapshots: list[str]) -> str | None:
    clones = [clone for name in snapshots for clone in clones_of(reader, cache, entry.name, name)]
    if clones:
        return f"it has the clones {shown(clones)}"
    others = [name for name in snapshots if name != entry.proof and not is_proof(name)]
    return f"it has snapshots that the cache did not take: {shown(others)}" if others else None


def _remove_snapshot(client: Client, cache: Cache, lun: str, name: str) -> None:
    place = {"pool": cache.pool, "project": cache.project, "lun": lun}
    apply(SNAPSHOT.plan(client, {"state": "absent", **place, "name": name, "force": False}), client)


def take_back(client: Client, cache: Cache, name: str, lun: Record) -> None:
    """Remove the proof of a LUN from another one that has its name by now, unless something lives on it."""
    now, snapshots = look_at(client, cache, name)
    proof = proof_of(str(lun["lunguid"]))
    if now is None or clear(now["lunguid"]) == lun["lunguid"] or proof not in snapshots:
        return
    if not clones_of(client, cache, name, proof):
        _remove_snapshot(client, cache, name, proof)


def clones_of(reader: Reader, cache: Cache, name: str, snapshot: str) -> list[str]:
    """The LUNs that live on a snapshot, by project and name; their number, which lags, is not asked."""
    found = dependents_at(reader, f"{cache.path(name)}/snapshots/{segment(snapshot)}", cache.label(name))
    return [f"{one.project}/{one.name}" for one in found or ()]


def cached_luns(reader: Reader, cache: Cache) -> tuple[dict[str, Wire], list[Record]]:
    """All LUNs in the project of a cache: as the appliance gives them, by their paths, and their records."""
    place = {"pool": cache.pool, "project": cache.project}
    found = read_list(reader, LUN.place(place), *LUN.list_keys)
    if not found:
        require_project(reader, cache.pool, cache.project)
    records = [LUN.normalise(wire, place) for wire in found]
    return {cache.path(str(record["name"])): wire for wire, record in zip(found, records, strict=True)}, records
