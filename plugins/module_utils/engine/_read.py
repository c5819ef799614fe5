# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads objects as records, and says in words why one cannot be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..values._errors import Absent, BadReply, PlanRefused
from ..values._names import segment
from ..values._release import Release
from ..values._wire import brief, count, flag, label_of, named, text
from ._resource import Identity, Record, Resource, Wire

POOLS = "/api/storage/v1/pools"
# The status of a pool that the other node of the cluster serves.
_EXPORTED = "exported"
# Snapshots that replication takes for itself come and go with it (API reference 10.5).
_REPLICATION_SNAPSHOT = ".rr-"


class Pages(Protocol):
    """What is needed of a client to look something up."""

    def get(self, path: str, params: dict[str, str] | None = None) -> Wire | None:
        """Read one resource; `None` when the appliance says that it does not exist."""


class Reader(Protocol):
    """What is needed of a client to plan."""

    @property
    def release_known(self) -> bool:
        """Whether the release is known already; asking for it costs a request otherwise."""

    @property
    def release(self) -> Release:
        """The appliance's software release."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read one resource; `None` when the appliance says that it does not exist."""


def read(reader: Pages, resource: Resource, identity: Identity) -> Record | None:
    """Read one object.

    Returns:
        Its record, `None` when it does not exist.
    """
    wire = read_wire(reader, resource, identity)
    return None if wire is None else resource.normalise(wire, identity)


def read_wire(reader: Pages, resource: Resource, identity: Identity) -> Wire | None:
    """Read one object as the appliance gives it; `None` when it does not exist."""
    body = reader.get(resource.path(identity))
    return None if body is None else unwrap(body, resource.envelope or resource.kind, resource.label(identity))


def unwrap(body: Wire, key: str, label: str = "") -> Wire:
    """Take an object out of its envelope.

    Args:
        body: the answer.
        key: its key there.
        label: the object in words.

    Raises:
        BadReply: it is not in there.
    """
    wire = body.get(key)
    if not isinstance(wire, dict):
        instead = f", and {brief(wire)} instead" if key in body else ""
        raise BadReply(f"the appliance's answer {f'for {label} ' if label else ''}has no {key!r} in it{instead}")
    return wire


def read_list(reader: Pages, path: str, *keys: str) -> list[Wire]:
    """Read a list; empty when what holds it does not exist.

    Args:
        keys: the key of the list, and other spellings of it.

    Raises:
        BadReply: the answer has none of the keys, or something else than objects there.
    """
    body = reader.get(path)
    return [] if body is None else items_of(body, *keys, path=path)


def items_of(body: Wire, *keys: str, path: str = "") -> list[Wire]:
    """Take a list out of its envelope.

    Args:
        keys: the key of the list, and other spellings of it.
        path: where it was read, for the message.

    Raises:
        BadReply: the answer has none of the keys, or something else than objects there: what cannot be told apart must not
            be overlooked.
    """
    found = raw_items(body, *keys, path=path)
    for item in found:
        if not isinstance(item, dict):
            raise BadReply(f"the appliance's answer {_to(path)}has {brief(item)} in {keys[0]!r}, and no object")
    return found


def _to(path: str) -> str:
    return f"to GET {path} " if path else ""


def raw_items(body: Wire, *keys: str, path: str = "") -> list[Any]:
    """Take a list out of its envelope, whatever is in it; arguments and errors as for `items_of`."""
    for key in keys:
        if isinstance(body.get(key), list):
            return list(body[key])
    instead = next((f", and {brief(body[key])} instead" for key in keys if key in body), "")
    raise BadReply(f"the appliance's answer {_to(path)}has no {keys[0]!r} in it{instead}")


def items_in(body: Wire | None, key: str) -> list[Wire]:
    """The items of an answer that may be none, or that of something else; empty where it is."""
    return items_of(body, key) if body and key in body else []


@dataclass(frozen=True)
class Dependent:
    """What would die with an object.

    Attributes:
        label: what it is, in words; a snapshot with the number of its clones.
        path: its path.
        protected: whether the appliance refuses to destroy it (API reference 5.4).
        is_snapshot: whether it is a snapshot, or else a share.
    """

    label: str
    path: str = ""
    protected: bool = False
    is_snapshot: bool = False

    def __str__(self) -> str:
        return self.label


def read_dependents(reader: Pages, resource: Resource, identity: Identity) -> list[Dependent]:
    """Read what is in an object, and would die with it."""
    found = []
    for kind in resource.dependents:
        path = resource.path(identity) + kind.path
        for wire in read_list(reader, path, kind.key):
            what = label_of(wire, kind.title)
            name = text(wire, "name", what)
            if name.startswith(_REPLICATION_SNAPSHOT):
                continue
            clones = count(wire, "numclones", what) or 0
            label = f"{kind.title} {name}" + (f" with {clones} clone{'s' * (clones > 1)}" if clones else "")
            protected = flag(wire, "nodestroy", what)
            found.append(Dependent(label, f"{path}/{segment(name)}", protected, kind.key == "snapshots"))
    return found


def project_path(pool: object, project: object) -> str:
    """The path of a project."""
    return f"{POOLS}/{segment(pool)}/projects/{segment(project)}"


def is_exported(pool: Wire) -> bool:
    """Whether a pool, as the appliance gives it, is the peer's, so that nothing in it is seen here (API reference 12.12).

    Raises:
        NotUnderstood: its status does not tell.
    """
    return text(pool, "status", label_of(pool, "pool")) == _EXPORTED


def owner_of(pools: Sequence[Wire]) -> str:
    """The node of the cluster that owns exported pools, in words where the appliance does not name it."""
    owners = (text(wire, "owner", label_of(wire, "pool")) for wire in pools)
    return next(filter(None, owners), "the other node")


def read_pool(reader: Pages, pool: str) -> Wire | None:
    """Read a pool, which must belong to the node that answers: the other one finds nothing of what is in it.

    Returns:
        It as the appliance gives it, `None` when it does not exist.

    Raises:
        PlanRefused: the peer owns it (API reference 12.12).
    """
    body = reader.get(f"{POOLS}/{segment(pool)}")
    if body is None:
        return None
    wire = {"name": pool, **unwrap(body, "pool", f"pool {pool}")}
    if is_exported(wire):
        owner = owner_of([wire])
        raise PlanRefused(f"pool {pool} belongs to {owner} of this cluster", advice=f"set host to {owner}")
    return wire


def require_pool(reader: Pages, pool: str) -> Wire:
    """Read a pool that must be there and belong to the node that answers.

    Raises:
        PlanRefused: it does not exist (the message names those that do), or the peer owns it.
    """
    wire = read_pool(reader, pool)
    if wire is None:
        names = _names(read_list(reader, POOLS, "pools"))
        raise PlanRefused(f"pool {pool} does not exist", advice=f"use one of the appliance's pools: {names}")
    return wire


def require_any_pool(reader: Pages) -> None:
    """Find out that the node that answers has pools at all, for what may be in any of them.

    Raises:
        PlanRefused: the peer owns them all, as after a takeover.
    """
    pools = read_list(reader, POOLS, "pools")
    if pools and all(map(is_exported, pools)):
        owner = owner_of(pools)
        raise PlanRefused(f"all pools belong to {owner} of this cluster", advice=f"set host to {owner}")


def explain_missing_project(reader: Pages, pool: str, project: str) -> PlanRefused:
    """Make the refusal for a project that does not exist, with the names of those that do."""
    require_pool(reader, pool)
    names = _names(read_list(reader, f"{POOLS}/{segment(pool)}/projects", "projects"))
    return Absent(
        f"project {pool}/{project} does not exist",
        advice=f"create it with zfssa_project, or use one of pool {pool}: {names}",
    )


def _names(items: list[Wire]) -> str:
    return ", ".join(named(items)) or "there is none"
